/* common/tcp/sack.c: which blocks the receiver reports, and which of them first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/sack.h"
#include "tests/unit/resources.h"
#include "twins.h"

enum { CAP = 16 };
static struct reasm_range memory[CAP];

/* A receiver that waits for the octet `nxt`. */
struct receiver {
    seq_t nxt;
    struct reasm reasm;
    struct sack_report report;
    struct sack_block blocks[TCP_SACK_BLOCKS_MAX];
};

static struct receiver receiver_at(seq_t nxt)
{
    struct receiver x = {.nxt = nxt, .report.count = 1};
    reasm_init(&x.reasm, memory, CAP);
    sack_report_init(&x.report);
    return x;
}

static void arrive(struct receiver *x, uint32_t from, uint32_t to)
{
    reasm_add(&x->reasm, seq_add(x->nxt, from), seq_add(x->nxt, to));
    sack_report_on_arrival(&x->report, &x->reasm, seq_add(x->nxt, from));
}

/* Asserts that the report is these `n` starts, in order. */
static void assert_report(struct receiver *x, uint8_t max, const uint32_t *starts, uint8_t n)
{
    assert_int_equal(sack_report_blocks(&x->report, &x->reasm, max, x->blocks), n);
    for (uint8_t i = 0; i < n; i++)
        assert_int_equal(seq_distance(x->nxt, x->blocks[i].start), starts[i]);
}

static void in_order_there_is_nothing_to_report(void **state)
{
    struct receiver x = receiver_at(twin_start(state));
    assert_report(&x, 4, NULL, 0);
}

static void latest_arrival_is_reported_first(void **state)
{
    struct receiver x = receiver_at(twin_start(state));
    arrive(&x, 10, 20);
    arrive(&x, 50, 60);
    arrive(&x, 30, 40);
    assert_report(&x, 4, (const uint32_t[]){30, 50, 10}, 3);
    assert_int_equal(seq_distance(x.nxt, x.blocks[0].end), 40);
}

static void block_that_grows_moves_to_the_front(void **state)
{
    struct receiver x = receiver_at(twin_start(state));
    arrive(&x, 10, 20);
    arrive(&x, 30, 40);
    arrive(&x, 20, 25);
    assert_report(&x, 4, (const uint32_t[]){10, 30}, 2);
    assert_int_equal(seq_distance(x.nxt, x.blocks[0].end), 25);
}

static void stream_into_one_block_does_not_push_out_the_others(void **state)
{
    struct receiver x = receiver_at(twin_start(state));
    arrive(&x, 10, 20);
    arrive(&x, 30, 40);
    for (uint32_t at = 50; at < 120; at += 10)
        arrive(&x, at, at + 10);
    assert_report(&x, 4, (const uint32_t[]){50, 30, 10}, 3);
}

static void blocks_that_joined_are_reported_once(void **state)
{
    struct receiver x = receiver_at(twin_start(state));
    arrive(&x, 10, 20);
    arrive(&x, 30, 40);
    arrive(&x, 60, 70);
    arrive(&x, 20, 30);
    assert_report(&x, 4, (const uint32_t[]){10, 60}, 2);
}

static void report_holds_no_more_than_fits_the_option(void **state)
{
    struct receiver x = receiver_at(twin_start(state));
    for (uint32_t at = 10; at < 70; at += 10)
        arrive(&x, at, at + 5);
    assert_report(&x, 3, (const uint32_t[]){60, 50, 40}, 3);
    assert_report(&x, 4, (const uint32_t[]){60, 50, 40, 30}, 4);
}

static void block_acknowledged_meanwhile_is_not_reported(void **state)
{
    struct receiver x = receiver_at(twin_start(state));
    arrive(&x, 30, 40);
    arrive(&x, 10, 20);
    reasm_advance(&x.reasm, seq_add(x.nxt, 10));
    assert_report(&x, 4, (const uint32_t[]){30}, 1);
}

static void memory_emptied_by_joining_is_no_reason_to_report_less(void **state)
{
    struct receiver x = receiver_at(twin_start(state));
    for (uint32_t at = 10; at < 70; at += 10)
        arrive(&x, at, at + 5);
    arrive(&x, 45, 60); /* joins 40, 50 and 60; 10 and 20 dropped out of the memory of four */
    assert_report(&x, 4, (const uint32_t[]){40, 30, 10, 20}, 4);
}

static void room_left_is_filled_with_older_blocks(void **state)
{
    struct receiver x = receiver_at(twin_start(state));
    for (uint32_t at = 10; at < 60; at += 10)
        arrive(&x, at, at + 5); /* 10 drops out of the memory of four */
    arrive(&x, 45, 50);         /* joins 40 and 50 */
    assert_report(&x, 4, (const uint32_t[]){40, 30, 20, 10}, 4);
}

static void segment_not_kept_is_not_reported(void **state)
{
    struct receiver x = receiver_at(twin_start(state));
    reasm_init(&x.reasm, NULL, 0);
    arrive(&x, 10, 20);
    assert_report(&x, 4, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(in_order_there_is_nothing_to_report),
        TWINS(latest_arrival_is_reported_first),
        TWINS(block_that_grows_moves_to_the_front),
        TWINS(stream_into_one_block_does_not_push_out_the_others),
        TWINS(blocks_that_joined_are_reported_once),
        TWINS(report_holds_no_more_than_fits_the_option),
        TWINS(block_acknowledged_meanwhile_is_not_reported),
        TWINS(memory_emptied_by_joining_is_no_reason_to_report_less),
        TWINS(room_left_is_filled_with_older_blocks),
        TWINS(segment_not_kept_is_not_reported),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
