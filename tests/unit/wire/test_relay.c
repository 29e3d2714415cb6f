/* common/wire/relay.c: real frames, real time, between two interfaces. Times are asserted as lower
 * bounds only: a busy machine is late, never early. */
#include <errno.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/netns_socket.h"
#include "base/thread.h"
#include "link/packet_socket.h"
#include "testbed/topology.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"
#include "tests/unit/wire/listener.h"
#include "wire/relay.h"

enum {
    TYPE = 0x88b5, /* for experiments (IEEE 802): no kernel answers it */
};

static struct topology topology;
static struct link *host[2], *wire[2];
static struct relay *relay;
static struct listener listener;

static struct link *open_link(int netns_fd, const char *interface)
{
    struct packet_socket_config config = {.netns_fd = netns_fd, .interface = interface};
    struct fault fault = {0};
    struct link *link;
    if (packet_socket_open(&link, &config, &fault) < 0)
        fail_msg("%s", fault.text);
    return link;
}

static void start(struct medium_config medium)
{
    tier_need_t1();
    struct fault fault = {0};
    listener_init(&listener);
    medium.sink = &listener.sink;
    for (int i = HOST_A; i <= HOST_B; i++) {
        host[i] = open_link(topology.netns[i], TOPOLOGY_HOST_DEVICE);
        wire[i] = open_link(topology.wire_netns, topology_wire_device((enum host)i));
    }
    struct relay_config config = {.link = {wire[HOST_A], wire[HOST_B]}, .medium = medium};
    if (relay_start(&relay, &config, &fault) < 0)
        fail_msg("%s", fault.text);
}

static void stop_relay(void)
{
    relay_stop(relay);
    relay = NULL;
}

static int stop(void **state)
{
    (void)state;
    stop_relay();
    for (int i = HOST_A; i <= HOST_B; i++) {
        link_close(host[i]);
        link_close(wire[i]);
        host[i] = wire[i] = NULL;
    }
    return 0;
}

static int build(void **state)
{
    struct testbed_config config = {0};
    if (!tier_fault.error && topology_build(&topology, &config, &tier_fault) < 0)
        return -1;
    return resources_before(state);
}

static int unbuild(void **state)
{
    int result = resources_after(state);
    if (!tier_fault.error)
        topology_free(&topology);
    return result;
}

static void send_from(enum host from, uint8_t mark)
{
    uint8_t octets[60] = {[20] = mark};
    ethernet_emit(&(struct ethernet){.dst = mac_broadcast(), .type = TYPE}, octets);
    struct link_frame frame = {.parts = {{octets, sizeof(octets)}}};
    assert_int_equal(link_send(host[from], &frame, 1), 1);
}

/* The mark of the next frame that reaches a host; -1 when none comes within five seconds. */
static int receive_at(enum host at)
{
    struct link_frame frame;
    usec_t end = clock_now() + SECONDS(5);
    while (clock_now() < end) {
        if (link_receive(host[at], &frame, 1) == 1)
            return frame.parts[0].data[20];
        thread_sleep_until(clock_now() + 100);
    }
    return -1;
}

static bool becomes_idle(void)
{
    usec_t end = clock_now() + SECONDS(5);
    while (!relay_is_idle(relay) && clock_now() < end)
        thread_sleep_until(clock_now() + 100);
    return relay_is_idle(relay);
}

static void frames_cross_both_ways(void **state)
{
    (void)state;
    start((struct medium_config){0});
    send_from(HOST_A, 1);
    assert_int_equal(receive_at(HOST_B), 1);
    send_from(HOST_B, 2);
    assert_int_equal(receive_at(HOST_A), 2);
    struct relay_stats stats;
    relay_get_stats(relay, &stats);
    assert_int_equal(stats.dir[WIRE_A_TO_B].delivered, 1);
    assert_int_equal(stats.dir[WIRE_B_TO_A].delivered, 1);
    assert_int_equal(stats.overruns, 0);
    assert_int_equal(stats.unsent, 0);
}

static void delay_is_kept_in_real_time(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.delay = MS(30)}});
    usec_t sent = clock_now();
    send_from(HOST_A, 1);
    assert_int_equal(receive_at(HOST_B), 1);
    assert_true(clock_now() - sent >= MS(30) - 50);
    stop_relay();
    const struct heard *entry = listener_find(&listener, EVENT_FRAME, 0);
    const struct heard *delivery = listener_find(&listener, EVENT_DELIVER, 0);
    assert_true(delivery->at - entry->at >= MS(30));
}

static void many_frames_arrive_all_and_in_order(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.delay = 500}});
    for (int i = 0; i < 2000; i++)
        send_from(HOST_A, (uint8_t)i);
    for (int i = 0; i < 2000; i++)
        assert_int_equal(receive_at(HOST_B), (uint8_t)i);
}

static void an_impairment_is_done_to_real_frames(void **state)
{
    (void)state;
    start((struct medium_config){.script = "drop frame 2; dup frame 3"});
    for (uint8_t i = 1; i <= 3; i++)
        send_from(HOST_A, i);
    assert_int_equal(receive_at(HOST_B), 1);
    assert_int_equal(receive_at(HOST_B), 3);
    assert_int_equal(receive_at(HOST_B), 3);
}

static void the_wire_is_idle_only_when_nothing_is_inside(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.delay = MS(300)}});
    assert_true(becomes_idle());
    usec_t sent = clock_now();
    send_from(HOST_A, 1);
    assert_false(relay_is_idle(relay));
    assert_true(becomes_idle());
    assert_true(clock_now() - sent >= MS(300) - 50);
    assert_int_equal(receive_at(HOST_B), 1);
}

static void a_change_of_the_wire_comes_though_no_frame_does(void **state)
{
    (void)state;
    start((struct medium_config){.script = "at 20ms cut"});
    send_from(HOST_A, 1);
    assert_int_equal(receive_at(HOST_B), 1);
    usec_t end = clock_now() + SECONDS(5);
    while (listener.count < 3 && clock_now() < end)
        thread_sleep_until(clock_now() + MS(1));
    const struct heard *cut = listener_find(&listener, EVENT_NOTE, 0);
    assert_non_null(cut);
    assert_string_equal(cut->text, "script: at 20ms cut");
}

/* Takes the wire's end of A's cable down or up. */
static void set_wire_end(bool up)
{
    int fd = netns_socket(topology.wire_netns, (struct socket_kind){AF_INET, SOCK_DGRAM, 0});
    struct ifreq request = {0};
    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", topology_wire_device(HOST_A));
    assert_int_equal(ioctl(fd, SIOCGIFFLAGS, &request), 0);
    request.ifr_flags = (short)(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
    assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
    close(fd);
}

static usec_t time_worked(void)
{
    struct timespec worked;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &worked);
    return SECONDS(worked.tv_sec) + worked.tv_nsec / 1000;
}

/* After the interface is up it takes a moment until the cable carries frames again. */
static bool crosses_again(void)
{
    struct link_frame frame;
    for (usec_t end = clock_now() + SECONDS(5); clock_now() < end;) {
        send_from(HOST_A, 7);
        thread_sleep_until(clock_now() + MS(5));
        if (link_receive(host[HOST_B], &frame, 1) == 1)
            return true;
    }
    return false;
}

static void an_interface_that_is_down_costs_nothing_and_may_come_back(void **state)
{
    (void)state;
    start((struct medium_config){0});
    set_wire_end(false);
    usec_t before = time_worked();
    thread_sleep_until(clock_now() + MS(100));
    assert_true(time_worked() - before < MS(50));
    set_wire_end(true);
    assert_true(crosses_again());
}

static void stopping_drops_what_is_inside(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.delay = SECONDS(3600)}});
    send_from(HOST_A, 1);
    usec_t asked = clock_now();
    stop_relay();
    assert_true(clock_now() - asked < SECONDS(5));
}

static void a_bad_script_starts_no_thread(void **state)
{
    (void)state;
    struct fault fault = {0};
    struct relay_config config = {.medium = {.script = "drop everything"}};
    assert_int_equal(relay_start(&relay, &config, &fault), -EINVAL);
    assert_non_null(strstr(fault.text, "found \"everything\""));
    relay = NULL;
}

int main(void)
{
    tier_enter();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(frames_cross_both_ways, stop),
        cmocka_unit_test_teardown(delay_is_kept_in_real_time, stop),
        cmocka_unit_test_teardown(many_frames_arrive_all_and_in_order, stop),
        cmocka_unit_test_teardown(an_impairment_is_done_to_real_frames, stop),
        cmocka_unit_test_teardown(the_wire_is_idle_only_when_nothing_is_inside, stop),
        cmocka_unit_test_teardown(a_change_of_the_wire_comes_though_no_frame_does, stop),
        cmocka_unit_test_teardown(an_interface_that_is_down_costs_nothing_and_may_come_back, stop),
        cmocka_unit_test_teardown(stopping_drops_what_is_inside, stop),
        cmocka_unit_test_teardown(a_bad_script_starts_no_thread, stop),
    };
    return cmocka_run_group_tests(tests, build, unbuild);
}
