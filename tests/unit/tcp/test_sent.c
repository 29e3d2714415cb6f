/* common/tcp/sent.c: ranges split and join, tallies follow, samples obey Karn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/sent.h"
#include "tests/unit/resources.h"
#include "twins.h"

enum { CAP = 16 };
static struct sent_range memory[CAP], larger[4 * CAP];

static struct sent record_at(seq_t iss)
{
    struct sent s;
    sent_init(&s, memory, CAP, iss);
    return s;
}

/* Five segments of 100 octets, sent 1 ms apart from 1 ms on. */
static struct sent five_segments(seq_t iss)
{
    struct sent s = record_at(iss);
    for (int i = 1; i <= 5; i++)
        assert_true(sent_new(&s, 100, MS(i)));
    return s;
}

static struct sent_news ack(struct sent *s, uint32_t octets)
{
    struct sent_news news = {0};
    sent_ack(s, seq_add(s->una, octets), &news);
    return news;
}

/* SACKs [from, to), counted from SND.UNA. */
static struct sent_news sack(struct sent *s, uint32_t from, uint32_t to)
{
    struct sent_news news = {0};
    sent_mark_sacked(s, seq_add(s->una, from), seq_add(s->una, to), &news);
    return news;
}

static void resend(struct sent *s, uint32_t from, uint32_t len, usec_t now)
{
    sent_again(s, (struct sent_piece){seq_add(s->una, from), len}, now);
}

static void syn_and_fin_are_octets_like_any_other(void **state)
{
    struct sent s = record_at(twin_start(state));
    assert_true(sent_new(&s, 1, 0)); /* SYN */
    assert_int_equal(sent_flight(&s), 1);
    assert_int_equal(ack(&s, 1).acked, 1);
    assert_true(sent_new(&s, 101, MS(1))); /* text and FIN */
    assert_int_equal(ack(&s, 101).acked, 101);
    assert_true(seq_eq(s.una, s.nxt));
    assert_int_equal(s.count, 0);
}

static void what_left_at_one_instant_is_one_range(void **state)
{
    struct sent s = record_at(twin_start(state));
    sent_new(&s, 1460, MS(1));
    sent_new(&s, 1460, MS(1));
    assert_int_equal(s.count, 1);
    sent_new(&s, 1460, MS(2));
    assert_int_equal(s.count, 2);
}

static void ack_inside_a_range_keeps_its_rest(void **state)
{
    struct sent s = five_segments(twin_start(state));
    assert_int_equal(ack(&s, 150).acked, 150);
    assert_int_equal(sent_flight(&s), 350);
    assert_int_equal(sent_at(&s, 0)->len, 50);
    assert_int_equal(sent_at(&s, 0)->sent_us, MS(2));
}

static void old_ack_changes_nothing(void **state)
{
    struct sent s = five_segments(twin_start(state));
    struct sent_news news = {0};
    ack(&s, 200);
    sent_ack(&s, seq_sub(s.una, 100), &news);
    assert_int_equal(news.acked, 0);
    assert_int_equal(sent_flight(&s), 300);
}

static void sample_is_of_the_oldest_octets_acknowledged(void **state)
{
    struct sent s = five_segments(twin_start(state));
    struct sent_news news = ack(&s, 300);
    assert_true(news.has_sample);
    assert_int_equal(news.sample_sent_us, MS(1));
}

static void nothing_sent_twice_gives_a_sample(void **state)
{
    struct sent s = five_segments(twin_start(state));
    resend(&s, 0, 100, MS(9));
    struct sent_news news = ack(&s, 300);
    assert_true(news.resent);
    assert_false(news.has_sample);
    assert_true(ack(&s, 100).has_sample);
}

static void octets_sacked_before_give_no_sample(void **state)
{
    struct sent s = five_segments(twin_start(state));
    sack(&s, 0, 100);
    struct sent_news news = ack(&s, 200);
    assert_int_equal(news.sample_sent_us, MS(2));
    assert_int_equal(news.acked, 200);
    assert_int_equal(news.delivered, 100);
}

static void sack_splits_ranges_at_both_edges(void **state)
{
    struct sent s = record_at(twin_start(state));
    sent_new(&s, 500, 0); /* a super-segment */
    assert_int_equal(sack(&s, 100, 200).sacked, 100);
    assert_int_equal(s.count, 3);
    assert_int_equal(sent_pipe(&s), 400);
    assert_true(sent_at(&s, 1)->sacked);
    assert_int_equal(sent_at(&s, 2)->len, 300);
}

static void sacked_neighbours_become_one_range(void **state)
{
    struct sent s = five_segments(twin_start(state));
    sack(&s, 100, 200);
    sack(&s, 300, 400);
    assert_int_equal(s.count, 5);
    assert_int_equal(sack(&s, 100, 400).sacked, 100);
    assert_int_equal(s.count, 3);
    assert_int_equal(sent_at(&s, 1)->len, 300);
    assert_true(seq_eq(s.sacked_to, seq_add(s.una, 400)));
}

static void block_told_again_is_no_news(void **state)
{
    struct sent s = five_segments(twin_start(state));
    sack(&s, 100, 300);
    struct sent_news news = sack(&s, 150, 300);
    assert_int_equal(news.sacked, 0);
    assert_int_equal(news.delivered, 0);
}

static void block_beyond_the_record_is_cut_to_it(void **state)
{
    struct sent s = five_segments(twin_start(state));
    assert_int_equal(sack(&s, 400, 900).sacked, 100);
    assert_int_equal(sack(&s, 500, 900).sacked, 0);
}

/* Numbers so far apart that "before" and "after" change places. */
static void a_lie_of_half_the_circle_marks_nothing(void **state)
{
    struct sent s = five_segments(twin_start(state));
    assert_int_equal(sack(&s, 0x7fff0000, 0x80010000).sacked, 0);
    assert_int_equal(sack(&s, 0x7fffffff, 0x7ffffffe).sacked, 0);
    assert_int_equal(s.sacked, 0);
}

static void sacked_octets_are_not_lost(void **state)
{
    struct sent s = five_segments(twin_start(state));
    sack(&s, 100, 200);
    sent_mark_lost(&s, seq_add(s.una, 300));
    assert_int_equal(s.lost, 200);
    assert_int_equal(sent_pipe(&s), 200);
    sack(&s, 200, 300);
    assert_int_equal(s.lost, 100);
    assert_int_equal(sent_pipe(&s), 200);
}

static void lost_octets_enter_the_pipe_again_when_resent(void **state)
{
    struct sent s = five_segments(twin_start(state));
    sent_mark_lost(&s, seq_add(s.una, 200));
    assert_int_equal(sent_pipe(&s), 300);
    resend(&s, 0, 100, MS(9));
    assert_int_equal(sent_pipe(&s), 400);
    ack(&s, 100);
    assert_int_equal(sent_pipe(&s), 300);
    assert_int_equal(s.resent, 0);
}

static void octets_resent_on_suspicion_count_twice(void **state)
{
    struct sent s = five_segments(twin_start(state));
    resend(&s, 0, 100, MS(9));
    assert_int_equal(sent_pipe(&s), 600);
    sent_mark_lost(&s, seq_add(s.una, 100));
    assert_int_equal(sent_pipe(&s), 500);
}

static void retransmission_may_span_ranges_and_split_one(void **state)
{
    struct sent s = five_segments(twin_start(state));
    resend(&s, 0, 150, MS(9));
    assert_int_equal(s.resent, 150);
    assert_int_equal(sent_at(&s, 0)->times_sent, 2);
    assert_int_equal(sent_at(&s, 0)->sent_us, MS(9));
    uint32_t behind = sent_position(&s, seq_add(s.una, 150));
    assert_int_equal(sent_at(&s, behind)->times_sent, 1);
    assert_int_equal(sent_at(&s, behind)->len, 50);
}

static void pieces_resent_at_one_instant_become_one_range(void **state)
{
    struct sent s = record_at(twin_start(state));
    sent_new(&s, 500, 0);
    resend(&s, 100, 100, MS(9));
    assert_int_equal(s.count, 3);
    resend(&s, 200, 100, MS(9));
    resend(&s, 0, 100, MS(9));
    assert_int_equal(s.count, 2);
    assert_int_equal(sent_at(&s, 0)->len, 300);
}

static void timeout_forgets_sacks_and_gives_all_up(void **state)
{
    struct sent s = five_segments(twin_start(state));
    sack(&s, 200, 300);
    sent_mark_lost(&s, seq_add(s.una, 200));
    resend(&s, 0, 100, MS(9));
    sent_mark_all_lost(&s);
    assert_int_equal(s.sacked, 0);
    assert_int_equal(s.resent, 0);
    assert_int_equal(s.lost, 500);
    assert_int_equal(sent_pipe(&s), 0);
}

static void full_record_refuses_new_octets_but_keeps_room_to_split(void **state)
{
    struct sent s = record_at(twin_start(state));
    for (int i = 0; i < CAP - CAP / 4; i++)
        assert_true(sent_new(&s, 100, MS(i)));
    assert_true(sent_is_tight(&s));
    assert_false(sent_new(&s, 100, MS(99)));
    assert_int_equal(sent_flight(&s), 100 * (CAP - CAP / 4));
    sack(&s, 150, 250);
    assert_int_equal(s.sacked, 100);
}

static void full_record_takes_new_octets_of_the_same_instant(void **state)
{
    struct sent s = record_at(twin_start(state));
    usec_t now = 0;
    while (sent_new(&s, 100, now))
        now++;
    assert_true(sent_new(&s, 100, now - 1));
}

/* Fills the record with ranges until not one more fits. */
static struct sent crammed(seq_t iss)
{
    struct sent s = record_at(iss);
    for (int i = 0; i < CAP - CAP / 4; i++)
        sent_new(&s, 100, MS(i));
    for (uint32_t at = 110; s.count < CAP; at += 200)
        resend(&s, at, 10, SECONDS(1));
    return s;
}

static void without_room_a_sack_marks_only_whole_ranges(void **state)
{
    struct sent s = crammed(twin_start(state));
    assert_int_equal(sack(&s, 950, 1150).sacked, 100);
    assert_int_equal(sack(&s, 610, 690).sacked, 0);
}

static void without_room_a_whole_range_counts_as_sent_again(void **state)
{
    struct sent s = crammed(twin_start(state));
    uint32_t before = s.resent;
    resend(&s, 1020, 10, SECONDS(2));
    assert_int_equal(s.resent - before, 100);
}

static void growth_keeps_the_record(void **state)
{
    struct sent s = record_at(twin_start(state));
    for (int i = 0; i < 10; i++)
        sent_new(&s, 100, MS(i));
    ack(&s, 550);
    for (int i = 10; i < 17; i++)
        sent_new(&s, 100, MS(i)); /* the ring wraps */
    sack(&s, 100, 200);
    sent_grow(&s, larger, 4 * CAP);
    assert_false(sent_is_tight(&s));
    assert_int_equal(sent_at(&s, 0)->len, 50);
    assert_int_equal(s.sacked, 100);
    assert_int_equal(ack(&s, sent_flight(&s)).acked, 1150);
    assert_int_equal(s.count, 0);
}

static void position_is_found_only_inside_the_record(void **state)
{
    struct sent s = five_segments(twin_start(state));
    assert_int_equal(sent_position(&s, seq_sub(s.una, 1)), s.count);
    assert_int_equal(sent_position(&s, s.una), 0);
    assert_int_equal(sent_position(&s, seq_add(s.una, 99)), 0);
    assert_int_equal(sent_position(&s, seq_add(s.una, 100)), 1);
    assert_int_equal(sent_position(&s, seq_sub(s.nxt, 1)), 4);
    assert_int_equal(sent_position(&s, s.nxt), s.count);
}

static void times_sent_stays_at_its_limit(void **state)
{
    struct sent s = record_at(twin_start(state));
    sent_new(&s, 100, 0);
    for (int i = 0; i < 300; i++)
        resend(&s, 0, 100, MS(i));
    assert_int_equal(sent_at(&s, 0)->times_sent, UINT8_MAX);
    assert_false(ack(&s, 100).has_sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(syn_and_fin_are_octets_like_any_other),
        TWINS(what_left_at_one_instant_is_one_range),
        TWINS(ack_inside_a_range_keeps_its_rest),
        TWINS(old_ack_changes_nothing),
        TWINS(sample_is_of_the_oldest_octets_acknowledged),
        TWINS(nothing_sent_twice_gives_a_sample),
        TWINS(octets_sacked_before_give_no_sample),
        TWINS(sack_splits_ranges_at_both_edges),
        TWINS(sacked_neighbours_become_one_range),
        TWINS(block_told_again_is_no_news),
        TWINS(block_beyond_the_record_is_cut_to_it),
        TWINS(a_lie_of_half_the_circle_marks_nothing),
        TWINS(sacked_octets_are_not_lost),
        TWINS(lost_octets_enter_the_pipe_again_when_resent),
        TWINS(octets_resent_on_suspicion_count_twice),
        TWINS(retransmission_may_span_ranges_and_split_one),
        TWINS(pieces_resent_at_one_instant_become_one_range),
        TWINS(timeout_forgets_sacks_and_gives_all_up),
        TWINS(full_record_refuses_new_octets_but_keeps_room_to_split),
        TWINS(full_record_takes_new_octets_of_the_same_instant),
        TWINS(without_room_a_sack_marks_only_whole_ranges),
        TWINS(without_room_a_whole_range_counts_as_sent_again),
        TWINS(growth_keeps_the_record),
        TWINS(position_is_found_only_inside_the_record),
        TWINS(times_sent_stays_at_its_limit),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
