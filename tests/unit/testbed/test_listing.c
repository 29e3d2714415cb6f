/* common/testbed/listing.c: the same list from every stack, and in the words of ss. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "testbed/listing.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/talk.h"
#include "tests/unit/testbed/tier.h"

static struct testbed *open_testbed(enum stack_kind stack)
{
    /* On a busy machine B may send its FIN once more before it has looked at A's ACK. A answers
     * that one, too, B's host knows no such connection any more, and its reset would end A's
     * TIME_WAIT (RFC 1337). */
    static const char *const firm[] = {"net.ipv4.tcp_rfc1337=1", NULL};
    const struct testbed_config config = {.stack = {stack, stack}, .direct = true, .sysctls = firm};
    struct testbed *testbed;
    struct fault fault = {0};
    if (testbed_open(&testbed, &config, &fault))
        fail_msg("%s", fault.text);
    return testbed;
}

/* B hears the text, and leaves it where it is. */
static void await_text(const struct talk *talk, int64_t len)
{
    char heard[8];
    assert_int_equal(net_recv(talk->net[HOST_B], talk->sock[HOST_B], heard, sizeof heard, NET_PEEK),
                     len);
}

static void told_alike(enum stack_kind stack)
{
    struct testbed *testbed = open_testbed(stack);
    struct tcp_entry entry;
    struct talk talk;
    assert_int_equal(talk_open(&talk, testbed), 0);
    assert_int_equal(net_send(talk.net[HOST_A], talk.sock[HOST_A], "hello", 5, 0), 5);
    await_text(&talk, 5);

    assert_int_equal(testbed_find(testbed, HOST_B, STATE_LISTEN, TALK_PORT, &entry), 1);
    assert_int_equal(entry.send_queue, 1); /* the backlog */
    assert_int_equal(testbed_find(testbed, HOST_B, STATE_ESTABLISHED, TALK_PORT, &entry), 1);
    assert_int_equal(entry.recv_queue, 5);
    assert_int_equal(entry.peer.ip, TESTBED_IP_A);
    assert_int_equal(testbed_find(testbed, HOST_A, STATE_ESTABLISHED, 0, &entry), 1);
    assert_int_equal(entry.peer.port, TALK_PORT);
    assert_int_equal(testbed_count(testbed, HOST_A, STATE_ESTABLISHED, TALK_PORT), 0);
    assert_int_equal(testbed_find(testbed, HOST_A, STATE_TIME_WAIT, 0, &entry), 0);

    assert_int_equal(talk_part(&talk), 0);
    assert_int_equal(testbed_find(testbed, HOST_A, STATE_TIME_WAIT, 0, &entry), 1);
    assert_string_equal(entry.timer, "timewait");
    assert_in_range(entry.timer_us, SECONDS(50), SECONDS(60));
    testbed_close(testbed);
}

static void a_simulated_host_lists_its_sockets(void **state)
{
    (void)state;
    told_alike(STACK_SIM);
}

static void a_host_on_our_stack_lists_its_sockets(void **state)
{
    (void)state;
    tier_need_t1();
    told_alike(STACK_OWN);
}

static void a_host_on_the_kernel_lists_its_sockets(void **state)
{
    (void)state;
    tier_need_t1();
    told_alike(STACK_KERNEL);
}

/* ---- ss ---- */

static const char *line_of(struct tcp_entry_text *text, const char *timer, usec_t us)
{
    const struct tcp_entry entry = {
        .state = STATE_TIME_WAIT,
        .local = {TESTBED_IP_B, 8080},
        .peer = {TESTBED_IP_A, 40000},
        .timer = timer,
        .timer_us = us,
    };
    return tcp_entry_format(text, &entry);
}

static void times_are_written_as_ss_writes_them(void **state)
{
    (void)state;
    struct tcp_entry_text text;
    assert_string_equal(line_of(&text, "timewait", SECONDS(60)),
                        "TIME-WAIT 0 0 10.0.0.2:8080 10.0.0.1:40000 timer:(timewait,1min,0)");
    assert_non_null(strstr(line_of(&text, "keepalive", SECONDS(7199)), "(keepalive,119min,0)"));
    assert_non_null(strstr(line_of(&text, "timewait", SECONDS(90)), "(timewait,1min30sec,0)"));
    assert_non_null(strstr(line_of(&text, "timewait", MS(59985)), "(timewait,59sec,0)"));
    assert_non_null(strstr(line_of(&text, "timewait", MS(9500)), "(timewait,9.500ms,0)"));
    assert_non_null(strstr(line_of(&text, "timewait", SECONDS(9)), "(timewait,9sec,0)"));
    assert_non_null(strstr(line_of(&text, "on", MS(204)), "(on,204ms,0)"));
    assert_null(strstr(line_of(&text, NULL, 0), "timer"));
}

/* What `ss` prints in a host, one space between columns. */
static void ask_ss(struct testbed *testbed, enum host host, char out[256])
{
    const size_t size = 256;
    char path[] = "/tmp/twinstack-ss-XXXXXX", command[80];
    char *const shell[] = {"sh", "-c", command, NULL};
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    snprintf(command, sizeof command, "ss -tanoH | tr -s ' ' >%s", path);
    pid_t pid = testbed_spawn(testbed, host, shell);
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    ssize_t length = pread(fd, out, size - 1, 0);
    close(fd);
    unlink(path);
    assert_true(length > 0);
    out[length] = '\0';
}

static void a_line_is_the_one_that_ss_prints(void **state)
{
    (void)state;
    tier_need_t1();
    struct testbed *testbed = open_testbed(STACK_KERNEL);
    struct tcp_entry_text text;
    struct tcp_entry entry;
    struct talk talk;
    char printed[256];
    assert_int_equal(talk_open(&talk, testbed), 0);
    assert_int_equal(testbed_find(testbed, HOST_A, STATE_ESTABLISHED, 0, &entry), 1);
    ask_ss(testbed, HOST_A, printed);
    const char *line = tcp_entry_format(&text, &entry);
    assert_memory_equal(printed, line, strlen(line));

    assert_int_equal(testbed_find(testbed, HOST_B, STATE_LISTEN, 0, &entry), 1);
    ask_ss(testbed, HOST_B, printed);
    line = tcp_entry_format(&text, &entry);
    assert_memory_equal(printed, line, strlen(line));

    assert_int_equal(talk_part(&talk), 0);
    assert_int_equal(testbed_find(testbed, HOST_A, STATE_TIME_WAIT, 0, &entry), 1);
    ask_ss(testbed, HOST_A, printed);
    line = tcp_entry_format(&text, &entry);
    size_t until_time = (size_t)(strstr(line, "(timewait,") - line) + strlen("(timewait,");
    assert_memory_equal(printed, line, until_time);
    assert_non_null(strstr(printed + until_time, "sec,0)"));
    testbed_close(testbed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_simulated_host_lists_its_sockets),
        cmocka_unit_test(a_host_on_our_stack_lists_its_sockets),
        cmocka_unit_test(a_host_on_the_kernel_lists_its_sockets),
        cmocka_unit_test(times_are_written_as_ss_writes_them),
        cmocka_unit_test(a_line_is_the_one_that_ss_prints),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
