/* common/tcp/rack.c: RFC 8985 section 6, on a record of ten segments sent a millisecond apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/rack.h"
#include "tests/unit/resources.h"
#include "twins.h"

enum { LEN = 100, CAP = 64 };
static struct sent_range memory[CAP];

/* Segment i leaves at START + i ms; the round trip takes 20 ms. */
#define START SECONDS(1)
#define RTT   MS(20)

struct path {
    struct rack rack;
    struct sent sent;
    seq_t first;
};

static struct path path_from(seq_t first)
{
    struct path p = {.first = first};
    sent_init(&p.sent, memory, CAP, first);
    rack_init(&p.rack, true, first);
    for (int i = 0; i < 10; i++)
        sent_new(&p.sent, LEN, START + MS(i));
    return p;
}

static usec_t arrival_of(int segment)
{
    return START + MS(segment) + RTT;
}

static void adapt(struct path *p, bool duplicate, bool recovered)
{
    const struct rack_signs signs = {
        .duplicate = duplicate, .recovered = recovered, .srtt_us = RTT};
    rack_adapt(&p->rack, &p->sent, &signs);
}

/* An ACK at `now` that SACKs the segments [from, to). */
static struct rack_losses sack(struct path *p, uint32_t from, uint32_t to, usec_t now)
{
    struct sent_news news = {0};
    sent_mark_sacked(&p->sent, seq_add(p->first, from * LEN), seq_add(p->first, to * LEN), &news);
    rack_on_ack(&p->rack, &p->sent, &news, now);
    adapt(p, false, false);
    return rack_search(&p->rack, &p->sent, p->sent.sacked >= 3 * LEN, now);
}

static void resend(struct path *p, uint32_t segment, usec_t now)
{
    const struct sent_piece piece = {seq_add(p->first, segment * LEN), LEN};
    sent_again(&p->sent, piece, now);
}

static void what_was_sent_earlier_is_lost_after_the_window(void **state)
{
    struct path p = path_from(twin_start(state));
    assert_false(sack(&p, 1, 2, arrival_of(1)).any);
    assert_int_equal(p.rack.deadline, arrival_of(0) + RTT / 4);
    assert_false(rack_due(&p.rack, p.rack.deadline - 1));
    assert_true(rack_search(&p.rack, &p.sent, false, p.rack.deadline).any);
    assert_int_equal(p.sent.lost, LEN);
}

static void what_arrives_within_the_window_is_not_lost(void **state)
{
    struct path p = path_from(twin_start(state));
    sack(&p, 1, 2, arrival_of(1));
    assert_false(sack(&p, 0, 1, arrival_of(1) + MS(1)).any);
    assert_true(p.rack.reordered);
    assert_int_equal(p.rack.deadline, NEVER);
}

static void enough_sacked_above_leaves_no_grace(void **state)
{
    struct path p = path_from(twin_start(state));
    struct rack_losses found = sack(&p, 2, 5, arrival_of(4));
    assert_true(found.any);
    assert_false(found.again);
    assert_int_equal(p.sent.lost, 2 * LEN);
}

static void a_path_that_reorders_keeps_its_grace(void **state)
{
    struct path p = path_from(twin_start(state));
    sack(&p, 1, 2, arrival_of(1));
    sack(&p, 0, 1, arrival_of(1) + MS(1));
    assert_false(sack(&p, 3, 6, arrival_of(5)).any);
    assert_int_equal(p.rack.deadline, arrival_of(2) + RTT / 4);
}

static void what_was_sent_later_is_not_lost(void **state)
{
    struct path p = path_from(twin_start(state));
    sack(&p, 1, 5, arrival_of(4));
    rack_search(&p.rack, &p.sent, true, START + SECONDS(10));
    assert_int_equal(p.sent.lost, LEN);
}

static void a_lost_retransmission_is_lost_again(void **state)
{
    struct path p = path_from(twin_start(state));
    sack(&p, 1, 5, arrival_of(4));
    resend(&p, 0, START + MS(5)); /* before segments 6 to 9 */
    assert_int_equal(p.sent.resent, LEN);
    struct rack_losses found = sack(&p, 6, 10, arrival_of(9));
    assert_true(found.any && found.again);
    assert_int_equal(p.sent.resent, 0);
    assert_int_equal(p.sent.lost, 2 * LEN); /* the first, and the fifth for the first time */
}

static void a_retransmission_on_its_way_is_left_alone(void **state)
{
    struct path p = path_from(twin_start(state));
    sack(&p, 1, 5, arrival_of(4));
    resend(&p, 0, arrival_of(4));
    assert_false(sack(&p, 5, 10, arrival_of(9)).any);
    assert_int_equal(p.sent.resent, LEN);
}

/* Its number is lower than that of the last original, which left in the same instant. */
static void nobody_knows_the_order_of_one_instant(void **state)
{
    struct path p = path_from(twin_start(state));
    sack(&p, 1, 4, arrival_of(3));
    usec_t instant = arrival_of(3) + MS(1);
    sent_new(&p.sent, LEN, instant);
    resend(&p, 0, instant);
    assert_false(sack(&p, 10, 11, instant + RTT).again);
    sent_new(&p.sent, LEN, instant + 1);
    assert_true(sack(&p, 11, 12, instant + 1 + RTT).again);
}

/* It came back sooner than the path allows: the original had arrived after all. */
static void an_ack_too_early_for_the_retransmission_tells_nothing_of_its_time(void **state)
{
    struct path p = path_from(twin_start(state));
    sack(&p, 1, 5, arrival_of(4));
    usec_t sent_us = p.rack.sent_us;
    resend(&p, 0, arrival_of(4));
    sack(&p, 0, 1, arrival_of(4) + MS(1));
    assert_int_equal(p.rack.sent_us, sent_us);
    assert_int_equal(p.sent.lost, 0);
}

static void a_delivered_retransmission_orders_what_was_sent_before_it(void **state)
{
    struct path p = path_from(twin_start(state));
    sack(&p, 2, 5, arrival_of(4));
    resend(&p, 0, arrival_of(4));
    resend(&p, 1, arrival_of(4) + 1);
    struct rack_losses found = sack(&p, 1, 2, arrival_of(4) + 1 + RTT);
    assert_true(found.again);
    assert_int_equal(p.sent.lost, 6 * LEN); /* so are 5 to 9: nobody has heard of them */
}

/* Duplicates are told of in this many round trips, which end when `una` reaches SND.NXT. */
static void tell_of_duplicates(struct path *p, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        struct sent_news news = {0};
        adapt(p, true, false);
        sent_new(&p->sent, LEN, arrival_of(10 + i));
        sent_ack(&p->sent, seq_sub(p->sent.nxt, LEN), &news);
    }
}

static void each_round_trip_with_duplicates_widens_the_window_by_a_step(void **state)
{
    struct path p = path_from(twin_start(state));
    sack(&p, 1, 2, arrival_of(1));
    assert_int_equal(p.rack.window_us, RTT / 4);
    adapt(&p, true, false);
    adapt(&p, true, false); /* the same one */
    assert_int_equal(p.rack.window_us, RTT / 2);
    tell_of_duplicates(&p, 2);
    assert_int_equal(p.rack.window_us, 3 * RTT / 4);
}

static void the_window_is_no_wider_than_a_round_trip(void **state)
{
    struct path p = path_from(twin_start(state));
    sack(&p, 1, 2, arrival_of(1));
    tell_of_duplicates(&p, 300);
    assert_int_equal(p.rack.window_us, RTT);
}

static void sixteen_recoveries_without_duplicates_take_the_steps_back(void **state)
{
    struct path p = path_from(twin_start(state));
    sack(&p, 1, 2, arrival_of(1));
    tell_of_duplicates(&p, 2);
    for (int i = 0; i < 15; i++)
        adapt(&p, false, true);
    assert_int_equal(p.rack.window_us, 3 * RTT / 4);
    adapt(&p, false, true);
    assert_int_equal(p.rack.window_us, RTT / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(what_was_sent_earlier_is_lost_after_the_window),
        TWINS(what_arrives_within_the_window_is_not_lost),
        TWINS(enough_sacked_above_leaves_no_grace),
        TWINS(a_path_that_reorders_keeps_its_grace),
        TWINS(what_was_sent_later_is_not_lost),
        TWINS(a_lost_retransmission_is_lost_again),
        TWINS(a_retransmission_on_its_way_is_left_alone),
        TWINS(nobody_knows_the_order_of_one_instant),
        TWINS(an_ack_too_early_for_the_retransmission_tells_nothing_of_its_time),
        TWINS(a_delivered_retransmission_orders_what_was_sent_before_it),
        TWINS(each_round_trip_with_duplicates_widens_the_window_by_a_step),
        TWINS(the_window_is_no_wider_than_a_round_trip),
        TWINS(sixteen_recoveries_without_duplicates_take_the_steps_back),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
