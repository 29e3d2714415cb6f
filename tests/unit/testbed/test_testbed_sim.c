/* The testbed in memory: programs that know nothing of it run in virtual time, and the same seed is
 * the same run. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/sched.h"
#include "base/siphash.h"
#include "client/many.h"
#include "client/transfer.h"
#include "experiments/exchange.h"
#include "net/background.h"
#include "server/echo.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/talk.h"
#include "trace/ndjson.h"

static const char words[] = "Hello, twin!\n";

static struct testbed_config simulated(uint64_t seed)
{
    return (struct testbed_config){
        .stack = {STACK_SIM, STACK_SIM},
        .medium = {.both.delay = MS(10), .seed = seed},
    };
}

static struct testbed_config simulated_badly(uint64_t seed)
{
    struct testbed_config config = simulated(seed);
    config.medium.both.loss_ppm = 20000;
    config.medium.both.dup_ppm = 10000;
    config.medium.both.reorder_ppm = 20000;
    config.medium.both.corrupt_ppm = 10000;
    return config;
}

/* ---- an echo server on host B ---- */

struct scene {
    struct testbed *testbed;
    struct background server;
    struct echo_service service;
    struct net_addr addr;
};

static void scene_open(struct scene *scene, const struct testbed_config *config)
{
    struct fault fault = {0};
    const struct serve_config serve = {
        .addr = {TESTBED_IP_B, ECHO_PORT},
        .backlog = 128,
        .max_connections = 128,
        .handle = echo_handle,
        .arg = &scene->service,
    };
    *scene = (struct scene){.addr = serve.addr};
    if (testbed_open(&scene->testbed, config, &fault))
        fail_msg("%s", fault.text);
    struct net *net = testbed_net(scene->testbed, HOST_B);
    assert_int_equal(background_start(&scene->server, net, &serve, &fault), 0);
}

static void scene_close(struct scene *scene)
{
    assert_int_equal(background_stop(&scene->server, NULL), 0);
    testbed_close(scene->testbed);
}

/* A file of `size` octets there and back; true when it is the same. */
static bool transfers(const struct scene *scene, size_t size)
{
    struct fault fault = {0};
    struct transfer_result result = {0};
    struct transfer transfer = {.server = scene->addr, .source = tmpfile()};
    assert_non_null(transfer.source);
    for (size_t i = 0; i < size; i++)
        fputc((int)(i * i >> 8 & 255), transfer.source);
    rewind(transfer.source);
    int error = transfer_run(testbed_net(scene->testbed, HOST_A), &transfer, &result, &fault);
    fclose(transfer.source);
    if (error)
        print_error("%s\n", fault.text);
    return !error && result.sent == size && transfer_equal(&result);
}

/* ---- what programs notice ---- */

static void client_and_server_talk(void **state)
{
    (void)state;
    const struct exchange exchange = {simulated(0), {(const uint8_t *)words, sizeof(words) - 1}};
    struct exchange_result result;
    struct fault fault = {0};
    if (exchange_run(&exchange, &result, &fault))
        fail_msg("%s", fault.text);
    assert_true(result.equal);
    assert_true(result.stats.dir[WIRE_A_TO_B].entered >= 5);
    assert_int_equal(result.stats.dir[WIRE_A_TO_B].dropped, 0);
}

static void hosts_and_wire_count_the_same(void **state)
{
    (void)state;
    const struct exchange exchange = {simulated(0), {(const uint8_t *)words, sizeof(words) - 1}};
    struct exchange_result result;
    struct fault fault = {0};
    assert_int_equal(exchange_run(&exchange, &result, &fault), 0);
    const struct testbed_stats *stats = &result.stats;
    assert_int_equal(stats->host[HOST_A].frames_out, stats->dir[WIRE_A_TO_B].entered);
    assert_int_equal(stats->host[HOST_B].frames_in, stats->dir[WIRE_A_TO_B].delivered);
    assert_int_equal(stats->host[HOST_A].connections, 1); /* TIME-WAIT: it closed first */
    assert_int_equal(stats->host[HOST_B].connections, 0);
    assert_int_equal(stats->host[HOST_A].events_lost, 0);
}

static void bad_wire_changes_nothing_that_arrives(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct testbed_config config = simulated_badly(seed);
        struct scene scene;
        scene_open(&scene, &config);
        bool same = transfers(&scene, 200000);
        scene_close(&scene);
        if (!same)
            fail_msg("seed %d", (int)seed);
    }
}

static void many_clients_at_once_are_all_answered(void **state)
{
    (void)state;
    struct testbed_config config = simulated(1);
    struct scene scene;
    struct fault fault = {0};
    struct many_result result;
    scene_open(&scene, &config);
    const struct many_options options = {.server = scene.addr, .clients = 100, .together = true};
    int error = many_run(testbed_net(scene.testbed, HOST_A), &options, &result, &fault);
    scene_close(&scene);
    assert_int_equal(error, 0);
    assert_int_equal(result.answered, 100);
}

static void hours_pass_at_once(void **state)
{
    (void)state;
    struct testbed_config config = simulated(1);
    struct testbed *testbed;
    struct fault fault = {0};
    usec_t real = clock_now();
    assert_int_equal(testbed_open(&testbed, &config, &fault), 0);
    usec_t start = clock_now();
    thread_sleep_until(start + SECONDS(3 * 3600));
    assert_int_equal(clock_now() - start, SECONDS(3 * 3600));
    testbed_close(testbed);
    assert_true(clock_now() - real < SECONDS(10));
}

static void real_hosts_do_not_meet_simulated_ones(void **state)
{
    (void)state;
    static const enum stack_kind others[] = {STACK_KERNEL, STACK_OWN};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        const struct testbed_config config = {.stack = {STACK_SIM, others[i]}};
        struct testbed *testbed;
        struct fault fault = {0};
        assert_int_equal(testbed_open(&testbed, &config, &fault), -EINVAL);
        assert_int_equal(fault_exit_code(&fault), 2);
        assert_false(sched_is_virtual());
    }
}

/* ---- one seed, one log ---- */

/* A hash of everything told while a file went there and back over a bad wire. */
static uint64_t hash_of_run(uint64_t seed)
{
    struct trace_log log;
    char *text = NULL;
    size_t len = 0;
    trace_log_init(&log);
    struct testbed_config config = simulated_badly(seed);
    config.sink = config.medium.sink = &log.sink;
    struct scene scene;
    scene_open(&scene, &config);
    assert_true(transfers(&scene, 20000));
    scene_close(&scene);
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    assert_int_equal(ndjson_write(out, &log), 0);
    fclose(out);
    assert_int_equal(log.lost, 0);
    assert_true(len > 10000);
    uint64_t hash = siphash(&(struct siphash_key){1, 2}, text, len);
    free(text);
    trace_log_fini(&log);
    return hash;
}

static void one_seed_is_one_run(void **state)
{
    (void)state;
    uint64_t first = hash_of_run(7);
    for (int run = 1; run < 20; run++)
        if (hash_of_run(7) != first)
            fail_msg("run %d differs", run);
}

static void another_seed_is_another_run(void **state)
{
    (void)state;
    assert_true(hash_of_run(7) != hash_of_run(8));
}

/* ---- when nothing can happen any more ---- */

static void wait_for_nobody(void)
{
    struct testbed_config config = simulated(1);
    const struct net_addr addr = {TESTBED_IP_B, ECHO_PORT};
    struct testbed *testbed;
    struct fault fault = {0};
    if (testbed_open(&testbed, &config, &fault))
        return;
    struct net *net = testbed_net(testbed, HOST_B);
    int sock = net_socket(net, NET_STREAM);
    net_bind(net, sock, &addr);
    net_listen(net, sock, 1);
    net_accept(net, sock, NULL);
}

static void hear(struct net *net, int sock)
{
    char octet;
    net_recv(net, sock, &octet, 1, 0);
}

static void hear_at_b(void *arg)
{
    const struct talk *talk = arg;
    hear(talk->net[HOST_B], talk->sock[HOST_B]);
}

/* Keepalive is off, so nobody ever asks whether the other one is still there. */
static void wait_for_each_other(void)
{
    struct testbed_config config = simulated(1);
    struct testbed *testbed;
    struct fault fault = {0};
    struct talk talk;
    struct thread *listener;
    if (testbed_open(&testbed, &config, &fault) || talk_open(&talk, testbed) ||
        thread_start(&listener, "listener", hear_at_b, &talk))
        return;
    hear(talk.net[HOST_A], talk.sock[HOST_A]);
}

/* Runs `scene`, which must not come to its end, in a child; returns what it was stopped with. */
static const char *report_of(void (*scene)(void))
{
    static char text[512];
    FILE *report = tmpfile();
    assert_non_null(report);
    pid_t child = fork();
    if (child == 0) {
        dup2(fileno(report), STDERR_FILENO);
        scene();
        _exit(EXIT_SUCCESS);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    rewind(report);
    size_t len = fread(text, 1, sizeof(text) - 1, report);
    text[len] = '\0';
    fclose(report);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EXIT_FAILURE);
    return text;
}

static void waiting_for_nobody_ends_with_a_report(void **state)
{
    (void)state;
    assert_non_null(strstr(report_of(wait_for_nobody), "main: accept(3), waits to be woken"));
}

static void waiting_for_each_other_ends_with_a_report_of_both(void **state)
{
    (void)state;
    const char *report = report_of(wait_for_each_other);
    assert_non_null(strstr(report, "every thread waits, and no deadline is left\n"));
    assert_non_null(strstr(report, "  main: recv(3), waits to be woken\n"));
    assert_non_null(strstr(report, "  listener: recv(4), waits to be woken\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(client_and_server_talk),
        cmocka_unit_test(hosts_and_wire_count_the_same),
        cmocka_unit_test(bad_wire_changes_nothing_that_arrives),
        cmocka_unit_test(many_clients_at_once_are_all_answered),
        cmocka_unit_test(hours_pass_at_once),
        cmocka_unit_test(real_hosts_do_not_meet_simulated_ones),
        cmocka_unit_test(one_seed_is_one_run),
        cmocka_unit_test(another_seed_is_another_run),
        cmocka_unit_test(waiting_for_nobody_ends_with_a_report),
        cmocka_unit_test(waiting_for_each_other_ends_with_a_report_of_both),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
