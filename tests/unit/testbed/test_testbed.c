/* Two hosts and a wire from one call. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "net/io.h"
#include "packet/frame.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/listener.h"
#include "tests/unit/testbed/talk.h"
#include "tests/unit/testbed/tier.h"

static struct testbed *open_testbed(const struct testbed_config *config)
{
    struct testbed *testbed = NULL;
    struct fault fault = {0};
    if (testbed_open(&testbed, config, &fault))
        fail_msg("%s", fault.text);
    return testbed;
}

/* A connection, a sentence and an orderly end; true when all went well. */
static bool converse(struct testbed *testbed)
{
    struct talk talk;
    if (talk_open(&talk, testbed))
        return false;
    bool heard = talk_say(&talk, "How are you");
    talk_close(&talk);
    return heard;
}

static void hosts_talk_through_the_wire(void **state)
{
    (void)state;
    tier_need_t1();
    struct testbed *testbed = open_testbed(&(struct testbed_config){.medium.seed = 1});
    assert_true(converse(testbed));
    testbed_close(testbed);
}

static void hosts_talk_directly(void **state)
{
    (void)state;
    tier_need_t1();
    struct testbed *testbed = open_testbed(&(struct testbed_config){.direct = true});
    struct testbed_stats stats;
    assert_true(converse(testbed));
    testbed_get_stats(testbed, &stats);
    assert_int_equal(stats.dir[WIRE_A_TO_B].entered, 0);
    assert_true(testbed_settle(testbed, NEVER));
    testbed_close(testbed);
}

static void hosts_talk_after_asking_by_arp(void **state)
{
    (void)state;
    tier_need_t1();
    struct testbed *testbed = open_testbed(&(struct testbed_config){.arp = true});
    assert_true(converse(testbed));
    testbed_close(testbed);
}

static void every_frame_is_counted_and_told(void **state)
{
    (void)state;
    tier_need_t1();
    static struct listener listener;
    listener_init(&listener);
    struct testbed *testbed = open_testbed(&(struct testbed_config){.medium.sink = &listener.sink});
    struct testbed_stats stats;
    assert_true(converse(testbed));
    assert_true(testbed_settle(testbed, clock_now() + SECONDS(5)));
    testbed_get_stats(testbed, &stats);
    /* SYN, ACK, data, FIN and the last ACK at the least one way, SYN-ACK, ACK and FIN the other. */
    assert_in_range(stats.dir[WIRE_A_TO_B].entered, 4, 8);
    assert_in_range(stats.dir[WIRE_B_TO_A].entered, 3, 6);
    assert_int_equal(listener_count(&listener, EVENT_FRAME, 'A'), stats.dir[WIRE_A_TO_B].entered);
    assert_int_equal(listener_count(&listener, EVENT_FRAME, 'B'), stats.dir[WIRE_B_TO_A].entered);
    assert_int_equal(stats.overruns, 0);
    testbed_close(testbed);
    monitor_fini(&listener.monitor);
}

/* Counts frames that no honest card would send: longer than the wire takes, or with a checksum
 * left for somebody else to finish. */
struct inspector {
    struct event_sink sink;
    atomic_uint frames, unfinished;
};

static void inspect(struct event_sink *sink, const struct event *event)
{
    struct inspector *inspector = (struct inspector *)sink;
    struct frame_view frame;
    if (event->kind != EVENT_FRAME)
        return;
    frame_parse(&frame, event->frame.bytes, event->frame.len);
    inspector->frames++;
    if (frame.kind != FRAME_TCP || event->frame.len > 1514 || !frame_transport_checksum_ok(&frame))
        inspector->unfinished++;
}

static void the_kernel_sends_whole_segments_with_true_checksums(void **state)
{
    (void)state;
    tier_need_t1();
    static uint8_t text[40000], heard[sizeof(text)];
    struct inspector inspector = {.sink.put = inspect};
    struct testbed *testbed =
        open_testbed(&(struct testbed_config){.medium.sink = &inspector.sink});
    struct talk talk;
    assert_int_equal(talk_open(&talk, testbed), 0);
    net_write_full(talk.net[HOST_A], talk.sock[HOST_A], text, sizeof(text));
    int64_t len = net_read_full(talk.net[HOST_B], talk.sock[HOST_B], heard, sizeof(heard));
    assert_int_equal(len, sizeof(text));
    talk_close(&talk);
    testbed_close(testbed);
    assert_true(inspector.frames > sizeof(text) / 1448);
    assert_int_equal(inspector.unfinished, 0);
}

static void a_scripted_loss_is_suffered_and_mended(void **state)
{
    (void)state;
    tier_need_t1();
    const struct testbed_config config = {.medium.script = "drop data 1 a>b"};
    struct testbed *testbed = open_testbed(&config);
    struct testbed_stats stats;
    assert_true(converse(testbed));
    testbed_get_stats(testbed, &stats);
    assert_int_equal(stats.dir[WIRE_A_TO_B].dropped, 1);
    assert_int_equal(stats.dir[WIRE_B_TO_A].dropped, 0);
    testbed_close(testbed);
}

static void a_script_with_a_mistake_is_refused_and_leaves_nothing(void **state)
{
    (void)state;
    tier_need_t1();
    struct testbed *testbed;
    struct fault fault = {0};
    const struct testbed_config config = {.medium.script = "drop everything soon"};
    assert_int_equal(testbed_open(&testbed, &config, &fault), -EINVAL);
    assert_true(strlen(fault.text) > 0);
}

static void a_delay_is_kept_in_each_direction(void **state)
{
    (void)state;
    tier_need_t1();
    const struct testbed_config config = {.medium.both.delay = MS(20)};
    struct testbed *testbed = open_testbed(&config);
    struct talk talk;
    usec_t start = clock_now();
    assert_int_equal(talk_open(&talk, testbed), 0);
    assert_true(clock_now() - start >= MS(40));
    talk_close(&talk);
    testbed_close(testbed);
}

static void two_testbeds_do_not_hear_each_other(void **state)
{
    (void)state;
    tier_need_t1();
    struct testbed *one = open_testbed(&(struct testbed_config){.medium.seed = 1});
    struct testbed *other = open_testbed(&(struct testbed_config){.medium.seed = 2});
    struct testbed_stats stats;
    assert_true(converse(one));
    testbed_get_stats(other, &stats);
    assert_int_equal(stats.dir[WIRE_A_TO_B].entered, 0);
    assert_true(converse(other));
    testbed_close(one);
    testbed_close(other);
}

static void a_testbed_can_be_opened_again_and_again(void **state)
{
    (void)state;
    tier_need_t1();
    for (int i = 0; i < 5; i++) {
        struct testbed *testbed = open_testbed(&(struct testbed_config){.medium.seed = 1});
        assert_true(converse(testbed));
        testbed_close(testbed);
    }
}

static int exit_code_of_line(struct testbed *testbed, enum host host, const char *line)
{
    char *const command[] = {"sh", "-c", (char *)line, NULL};
    int status = -1;
    int pid = testbed_spawn(testbed, host, command);
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WEXITSTATUS(status);
}

static void sysctls_are_set_in_both_hosts(void **state)
{
    (void)state;
    tier_need_t1();
    static const char *const sysctls[] = {"net.ipv4.tcp_timestamps=0", NULL};
    const char *line = "[ $(cat /proc/sys/net/ipv4/tcp_timestamps) = 0 ]";
    struct testbed *testbed = open_testbed(&(struct testbed_config){.sysctls = sysctls});
    assert_int_equal(exit_code_of_line(testbed, HOST_A, line), 0);
    assert_int_equal(exit_code_of_line(testbed, HOST_B, line), 0);
    testbed_close(testbed);
}

static void sysctls_of_one_host_leave_the_other_alone(void **state)
{
    (void)state;
    tier_need_t1();
    static const char *const sysctls[] = {"net.ipv4.tcp_timestamps=0", NULL};
    const char *line = "[ $(cat /proc/sys/net/ipv4/tcp_timestamps) = 0 ]";
    struct testbed *testbed =
        open_testbed(&(struct testbed_config){.sysctls_of = {[HOST_B] = sysctls}});
    assert_int_equal(exit_code_of_line(testbed, HOST_A, line), 1);
    assert_int_equal(exit_code_of_line(testbed, HOST_B, line), 0);
    testbed_close(testbed);
}

static void a_spawned_command_is_inside_its_host(void **state)
{
    (void)state;
    tier_need_t1();
    struct testbed *testbed = open_testbed(&(struct testbed_config){.direct = true});
    const char *own_address =
        "grep -q 0100000A: /proc/net/udp"; /* 10.0.0.1, as it lies in memory */
    const struct net_addr addr = {TESTBED_IP_A, 99};
    int sock = net_socket(testbed_net(testbed, HOST_A), NET_DGRAM);
    assert_int_equal(net_bind(testbed_net(testbed, HOST_A), sock, &addr), 0);
    assert_int_equal(exit_code_of_line(testbed, HOST_A, own_address), 0);
    assert_int_equal(exit_code_of_line(testbed, HOST_B, own_address), 1);
    net_close(testbed_net(testbed, HOST_A), sock);
    testbed_close(testbed);
}

static void a_hosts_device_can_be_had(void **state)
{
    (void)state;
    tier_need_t1();
    struct testbed *testbed = open_testbed(&(struct testbed_config){.direct = true});
    struct testbed_device a = testbed_host_device(testbed, HOST_A);
    struct testbed_device b = testbed_host_device(testbed, HOST_B);
    assert_int_not_equal(a.netns_fd, b.netns_fd);
    assert_false(mac_equal(&a.mac, &b.mac));
    char line[96];
    snprintf(line, sizeof(line), "grep -q '%s:' /proc/net/dev", a.name);
    assert_int_equal(exit_code_of_line(testbed, HOST_A, line), 0);
    testbed_close(testbed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_talk_through_the_wire),
        cmocka_unit_test(hosts_talk_directly),
        cmocka_unit_test(hosts_talk_after_asking_by_arp),
        cmocka_unit_test(every_frame_is_counted_and_told),
        cmocka_unit_test(the_kernel_sends_whole_segments_with_true_checksums),
        cmocka_unit_test(a_scripted_loss_is_suffered_and_mended),
        cmocka_unit_test(a_script_with_a_mistake_is_refused_and_leaves_nothing),
        cmocka_unit_test(a_delay_is_kept_in_each_direction),
        cmocka_unit_test(two_testbeds_do_not_hear_each_other),
        cmocka_unit_test(a_testbed_can_be_opened_again_and_again),
        cmocka_unit_test(sysctls_are_set_in_both_hosts),
        cmocka_unit_test(sysctls_of_one_host_leave_the_other_alone),
        cmocka_unit_test(a_spawned_command_is_inside_its_host),
        cmocka_unit_test(a_hosts_device_can_be_had),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
