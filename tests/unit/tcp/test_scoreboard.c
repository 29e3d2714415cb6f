/* common/tcp/scoreboard.c: IsLost, SetPipe and NextSeg of RFC 6675. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/scoreboard.h"
#include "tests/unit/resources.h"
#include "twins.h"

enum { SMSS = 100, CAP = 64 };
static struct sent_range memory[CAP];

/* Ten segments of SMSS octets, each sent at a time of its own. */
static struct sent ten_segments(seq_t iss)
{
    struct sent s;
    sent_init(&s, memory, CAP, iss);
    for (int i = 0; i < 10; i++)
        sent_new(&s, SMSS, MS(i));
    return s;
}

/* An ACK whose one block is [from, to), counted from SND.UNA. */
static struct sent_news block(struct sent *s, uint32_t from, uint32_t to)
{
    struct sent_news news = {0};
    const struct tcp_options options = {.sack_count = 1,
                                        .sack = {{seq_add(s->una, from), seq_add(s->una, to)}}};
    scoreboard_update(s, &options, &news);
    return news;
}

static uint32_t frontier(const struct sent *s)
{
    return seq_distance(s->una, scoreboard_frontier(s, SMSS));
}

static void assert_piece(const struct sent *s, struct sent_piece piece, uint32_t from, uint32_t len)
{
    assert_int_equal(seq_distance(s->una, piece.seq), from);
    assert_int_equal(piece.len, len);
}

static void update_takes_every_block(void **state)
{
    struct sent s = ten_segments(twin_start(state));
    struct sent_news news = {0};
    const struct tcp_options options = {.sack_count = 3,
                                        .sack = {{seq_add(s.una, 700), seq_add(s.una, 800)},
                                                 {seq_add(s.una, 200), seq_add(s.una, 300)},
                                                 {seq_add(s.una, 400), seq_add(s.una, 500)}}};
    scoreboard_update(&s, &options, &news);
    assert_int_equal(news.sacked, 300);
    assert_int_equal(sent_pipe(&s), 700);
}

static void blocks_that_lie_mark_nothing(void **state)
{
    struct sent s = ten_segments(twin_start(state));
    struct sent_news news = {0};
    assert_int_equal(block(&s, 900, 1100).sacked, 0); /* never sent */
    assert_int_equal(block(&s, 500, 500).sacked, 0);  /* empty */
    assert_int_equal(block(&s, 500, 400).sacked, 0);  /* backwards */
    sent_ack(&s, seq_add(s.una, 300), &news);
    assert_int_equal(block(&s, (uint32_t)-200, (uint32_t)-100).sacked, 0); /* D-SACK */
    assert_int_equal(block(&s, (uint32_t)-100, 200).sacked, 0);
    assert_int_equal(s.sacked, 0);
}

static void nothing_is_lost_without_sacks(void **state)
{
    struct sent s = ten_segments(twin_start(state));
    assert_int_equal(frontier(&s), 0);
}

static void two_segments_above_prove_no_loss(void **state)
{
    struct sent s = ten_segments(twin_start(state));
    block(&s, 100, 300);
    assert_int_equal(frontier(&s), 0);
}

static void more_than_two_segments_above_prove_a_loss(void **state)
{
    struct sent s = ten_segments(twin_start(state));
    block(&s, 100, 301);
    assert_int_equal(frontier(&s), 100);
}

static void three_runs_above_prove_a_loss_however_small(void **state)
{
    struct sent s = ten_segments(twin_start(state));
    block(&s, 200, 210);
    block(&s, 400, 410);
    assert_int_equal(frontier(&s), 0);
    block(&s, 600, 610);
    assert_int_equal(frontier(&s), 200);
}

static void frontier_lies_below_the_lowest_octets_needed(void **state)
{
    struct sent s = ten_segments(twin_start(state));
    block(&s, 100, 200);
    block(&s, 300, 400);
    block(&s, 500, 700);
    assert_int_equal(frontier(&s), 300); /* 300 SACKed octets lie above it, 200 above 500 */
    block(&s, 700, 800);
    assert_int_equal(frontier(&s), 500);
}

static void first_rule_takes_lost_octets_in_order(void **state)
{
    struct sent s = ten_segments(twin_start(state));
    struct sent_piece piece;
    block(&s, 200, 400);
    block(&s, 500, 900);
    sent_mark_lost(&s, scoreboard_frontier(&s, SMSS));
    assert_true(scoreboard_next_lost(&s, s.una, SMSS, &piece));
    assert_piece(&s, piece, 0, 100);
    assert_true(scoreboard_next_lost(&s, seq_add(s.una, 100), SMSS, &piece));
    assert_piece(&s, piece, 100, 100);
    assert_true(scoreboard_next_lost(&s, seq_add(s.una, 200), SMSS, &piece));
    assert_piece(&s, piece, 400, 100);
    assert_false(scoreboard_next_lost(&s, seq_add(s.una, 500), SMSS, &piece));
}

static void first_rule_passes_over_what_was_sent_again(void **state)
{
    struct sent s = ten_segments(twin_start(state));
    struct sent_piece piece;
    block(&s, 200, 900);
    sent_mark_lost(&s, scoreboard_frontier(&s, SMSS));
    sent_again(&s, (struct sent_piece){s.una, 100}, MS(20));
    assert_true(scoreboard_next_lost(&s, s.una, SMSS, &piece));
    assert_piece(&s, piece, 100, 100);
    sent_again(&s, piece, MS(21));
    assert_false(scoreboard_next_lost(&s, s.una, SMSS, &piece));
}

static void beyond_the_record_no_rule_finds_anything(void **state)
{
    struct sent s = ten_segments(twin_start(state));
    struct sent_piece piece;
    sent_mark_lost(&s, s.nxt);
    assert_false(scoreboard_next_lost(&s, s.nxt, SMSS, &piece));
    block(&s, 0, 1000);
    assert_false(scoreboard_next_unsacked(&s, s.una, SMSS, &piece));
    assert_false(scoreboard_next_lost(&s, s.una, SMSS, &piece));
}

static void piece_joins_small_segments_up_to_smss(void **state)
{
    struct sent s;
    struct sent_piece piece;
    sent_init(&s, memory, CAP, twin_start(state));
    for (int i = 0; i < 20; i++)
        sent_new(&s, 30, MS(i));
    sent_mark_lost(&s, seq_add(s.una, 300));
    assert_true(scoreboard_next_lost(&s, s.una, SMSS, &piece));
    assert_piece(&s, piece, 0, 90); /* three, and no part of a fourth */
    assert_true(scoreboard_next_lost(&s, seq_add(s.una, 250), SMSS, &piece));
    assert_piece(&s, piece, 250, 50);
}

static void super_segment_is_cut_to_smss(void **state)
{
    struct sent s;
    struct sent_piece piece;
    sent_init(&s, memory, CAP, twin_start(state));
    sent_new(&s, 1000, 0);
    block(&s, 350, 900);
    sent_mark_lost(&s, scoreboard_frontier(&s, SMSS));
    assert_true(scoreboard_next_lost(&s, seq_add(s.una, 200), SMSS, &piece));
    assert_piece(&s, piece, 200, 100);
    assert_true(scoreboard_next_lost(&s, seq_add(s.una, 300), SMSS, &piece));
    assert_piece(&s, piece, 300, 50);
}

static void third_rule_takes_octets_not_proven_lost(void **state)
{
    struct sent s = ten_segments(twin_start(state));
    struct sent_piece piece;
    block(&s, 200, 300);
    assert_true(scoreboard_next_unsacked(&s, seq_add(s.una, 100), SMSS, &piece));
    assert_piece(&s, piece, 100, 100);
    assert_true(scoreboard_next_unsacked(&s, seq_add(s.una, 150), SMSS, &piece));
    assert_piece(&s, piece, 150, 50);
    assert_false(scoreboard_next_unsacked(&s, seq_add(s.una, 200), SMSS, &piece));
}

static void rescue_includes_the_last_octet_outstanding(void **state)
{
    struct sent s = ten_segments(twin_start(state));
    struct sent_piece piece;
    sent_new(&s, 30, MS(30));
    assert_true(scoreboard_last_unsacked(&s, SMSS, &piece));
    assert_piece(&s, piece, 1000, 30);
    block(&s, 950, 1030);
    assert_true(scoreboard_last_unsacked(&s, SMSS, &piece));
    assert_piece(&s, piece, 900, 50);
    block(&s, 0, 950);
    assert_false(scoreboard_last_unsacked(&s, SMSS, &piece));
}

static void first_piece_ends_where_a_sack_begins(void **state)
{
    struct sent s = ten_segments(twin_start(state));
    struct sent_piece piece;
    block(&s, 40, 200);
    assert_true(scoreboard_first(&s, SMSS, &piece));
    assert_piece(&s, piece, 0, 40);
    block(&s, 0, 40);
    assert_false(scoreboard_first(&s, SMSS, &piece));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(update_takes_every_block),
        TWINS(blocks_that_lie_mark_nothing),
        TWINS(nothing_is_lost_without_sacks),
        TWINS(two_segments_above_prove_no_loss),
        TWINS(more_than_two_segments_above_prove_a_loss),
        TWINS(three_runs_above_prove_a_loss_however_small),
        TWINS(frontier_lies_below_the_lowest_octets_needed),
        TWINS(first_rule_takes_lost_octets_in_order),
        TWINS(first_rule_passes_over_what_was_sent_again),
        TWINS(beyond_the_record_no_rule_finds_anything),
        TWINS(piece_joins_small_segments_up_to_smss),
        TWINS(super_segment_is_cut_to_smss),
        TWINS(third_rule_takes_octets_not_proven_lost),
        TWINS(rescue_includes_the_last_octet_outstanding),
        TWINS(first_piece_ends_where_a_sack_begins),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
