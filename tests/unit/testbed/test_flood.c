/* common/testbed/flood.c: what leaves, to whom, and how fast; on a link in memory. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/sched.h"
#include "link/memory.h"
#include "packet/frame.h"
#include "testbed/flood.h"
#include "tests/unit/resources.h"

enum { PORT = 7000, SYNS = 1000, RATE = 10000 };

static struct link *card;
static int taken, refusals; /* frames, and those to be refused before */
static uint32_t sum_of_sources;

static void take_syn(void *arg, struct span bytes)
{
    struct frame_view view;
    (void)arg;
    frame_parse(&view, bytes.data, bytes.len);
    assert_int_equal(view.kind, FRAME_TCP);
    assert_true(frame_ip_checksum_ok(&view) && frame_transport_checksum_ok(&view));
    const struct mac to = testbed_mac(HOST_B);
    assert_true(mac_equal(&view.ethernet.dst, &to));
    assert_int_equal(view.ip.dst_ip, TESTBED_IP_B);
    assert_in_range(view.ip.src_ip, TESTBED_IP_B + 1, TESTBED_IP_B + 252); /* 10.0.0.3 to .254 */
    assert_int_equal(view.tcp.dst_port, PORT);
    assert_int_not_equal(view.tcp.src_port, 0);
    assert_int_equal(view.tcp.flags, TCP_SYN);
    sum_of_sources = sum_of_sources * 31 + view.ip.src_ip + view.tcp.src_port;
    taken++;
}

static const struct link_ops *memory_ops;

static int refuse_first(struct link *self, const struct link_frame *frames, int count)
{
    if (refusals > 0) {
        refusals--;
        return -ENOBUFS;
    }
    return memory_ops->send(self, frames, count);
}

static int be_down(struct link *self, const struct link_frame *frames, int count)
{
    (void)self, (void)frames, (void)count;
    return -ENETDOWN;
}

static int run_flood(uint64_t seed)
{
    const struct flood flood = {
        .from = HOST_A, .port = PORT, .syns = SYNS, .rate = RATE, .seed = seed};
    taken = 0;
    sum_of_sources = 0;
    return flood_run(&flood, card);
}

static int set_up(void **state)
{
    const struct memory_link_config config = {.mtu = 1500, .take = take_syn};
    (void)state;
    sched_begin(1);
    int error = memory_link_open(&card, &config);
    memory_ops = error ? NULL : card->ops;
    return error;
}

static int tear_down(void **state)
{
    (void)state;
    card->ops = memory_ops;
    link_close(card);
    sched_end();
    return 0;
}

static void as_many_syns_as_asked_for_leave_at_the_rate_asked_for(void **state)
{
    (void)state;
    usec_t start = clock_now();
    assert_int_equal(run_flood(1), 0);
    assert_int_equal(taken, SYNS);
    assert_in_range(clock_now() - start, MS(100), MS(101));
}

static void a_seed_gives_the_same_flood_again_and_another_one_another(void **state)
{
    (void)state;
    assert_int_equal(run_flood(1), 0);
    uint32_t first = sum_of_sources;
    assert_int_equal(run_flood(1), 0);
    assert_int_equal(sum_of_sources, first);
    assert_int_equal(run_flood(2), 0);
    assert_int_not_equal(sum_of_sources, first);
}

static void what_the_card_has_no_room_for_is_sent_later(void **state)
{
    struct link_ops ops = *memory_ops;
    (void)state;
    ops.send = refuse_first;
    card->ops = &ops;
    refusals = 3;
    assert_int_equal(run_flood(1), 0);
    assert_int_equal(taken, SYNS);
    assert_int_equal(refusals, 0);
}

static void a_card_that_fails_ends_it(void **state)
{
    struct link_ops ops = *memory_ops;
    (void)state;
    ops.send = be_down;
    card->ops = &ops;
    assert_int_equal(run_flood(1), -ENETDOWN);
}

static void in_a_testbed_it_leaves_by_the_host_and_reaches_the_other(void **state)
{
    const struct testbed_config config = {.stack = {STACK_SIM, STACK_SIM}};
    const struct flood flood = {
        .from = HOST_A, .port = PORT, .syns = SYNS, .rate = RATE, .seed = 1};
    struct testbed *testbed;
    struct testbed_stats stats;
    struct fault fault = {0};
    (void)state;
    assert_int_equal(testbed_open(&testbed, &config, &fault), 0);
    assert_int_equal(flood_testbed(&flood, testbed, &fault), 0);
    testbed_get_stats(testbed, &stats);
    assert_int_equal(stats.host[HOST_A].frames_out, 0); /* it is none of that host's own */
    assert_int_equal(stats.host[HOST_B].dropped[DROP_TCP_PORT], SYNS);
    testbed_close(testbed);
}

#define ON_A_LINK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_LINK(as_many_syns_as_asked_for_leave_at_the_rate_asked_for),
        ON_A_LINK(a_seed_gives_the_same_flood_again_and_another_one_another),
        ON_A_LINK(what_the_card_has_no_room_for_is_sent_later),
        ON_A_LINK(a_card_that_fails_ends_it),
        cmocka_unit_test(in_a_testbed_it_leaves_by_the_host_and_reaches_the_other),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
