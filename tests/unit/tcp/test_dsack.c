/* common/tcp/dsack.c: what has arrived twice, by the examples of RFC 2883 section 4. The receiver
 * waits for octet `nxt`, here 0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/dsack.h"
#include "tests/unit/resources.h"
#include "twins.h"

enum { CAP = 8 };
static struct reasm_range memory[CAP];

struct receiver {
    seq_t nxt;
    struct reasm held;
    struct dsack dsack;
};

static struct sack_block block(seq_t origin, int start, int end)
{
    return (struct sack_block){seq_add(origin, (uint32_t)start), seq_add(origin, (uint32_t)end)};
}

/* One that holds [from, end) out of order. */
static struct receiver receiver_holding(seq_t nxt, int from, int end)
{
    struct receiver x = {.nxt = nxt};
    struct sack_block held = block(nxt, from, end);
    reasm_init(&x.held, memory, CAP);
    reasm_add(&x.held, held.start, held.end);
    dsack_init(&x.dsack, true);
    return x;
}

static bool arrive(struct receiver *x, int start, int end)
{
    return dsack_on_segment(&x->dsack, &x->held, x->nxt, block(x->nxt, start, end));
}

static void assert_told(const struct receiver *x, int start, int end)
{
    struct sack_block told;
    assert_int_equal(dsack_blocks(&x->dsack, &told), 1);
    assert_int_equal(seq_diff(told.start, x->nxt), start);
    assert_int_equal(seq_diff(told.end, x->nxt), end);
}

static void assert_nothing_told(const struct receiver *x)
{
    struct sack_block told;
    assert_int_equal(dsack_blocks(&x->dsack, &told), 0);
}

static void new_octets_are_no_duplicate(void **state)
{
    struct receiver x = receiver_holding(twin_start(state), 100, 200);
    assert_false(arrive(&x, 0, 100));
    assert_false(arrive(&x, 200, 300));
    assert_false(arrive(&x, 0, 0));
    assert_nothing_told(&x);
}

static void old_octets_are(void **state)
{
    struct receiver x = receiver_holding(twin_start(state), 100, 200);
    assert_true(arrive(&x, -100, 0));
    assert_told(&x, -100, 0);
}

static void so_is_the_part_before_rcv_nxt(void **state)
{
    struct receiver x = receiver_holding(twin_start(state), 100, 200);
    assert_true(arrive(&x, -50, 50));
    assert_told(&x, -50, 0);
}

static void so_are_those_held_out_of_order(void **state)
{
    struct receiver x = receiver_holding(twin_start(state), 100, 200);
    assert_true(arrive(&x, 50, 150));
    assert_told(&x, 100, 150);
    assert_true(arrive(&x, 199, 400));
    assert_told(&x, 199, 200);
}

static void only_the_first_run_of_several_is_told(void **state)
{
    struct receiver x = receiver_holding(twin_start(state), 100, 200);
    struct sack_block other = block(x.nxt, 300, 400);
    reasm_add(&x.held, other.start, other.end);
    assert_true(arrive(&x, 50, 500));
    assert_told(&x, 100, 200);
}

static void a_duplicate_is_told_once(void **state)
{
    struct receiver x = receiver_holding(twin_start(state), 100, 200);
    arrive(&x, -100, 0);
    dsack_on_ack_sent(&x.dsack);
    assert_nothing_told(&x);
}

static void where_it_is_off_nothing_is_told(void **state)
{
    struct receiver x = receiver_holding(twin_start(state), 100, 200);
    dsack_init(&x.dsack, false);
    assert_false(arrive(&x, -100, 0));
    assert_nothing_told(&x);
}

/* What the sender reads from an ACK of 0 with up to two blocks. */
static bool reads(void **state, int start, int end, int second_start, int second_end)
{
    seq_t ack = twin_start(state);
    struct sack_block twice;
    const struct tcp_options options = {
        .sack_count = second_end > second_start ? 2 : 1,
        .sack = {block(ack, start, end), block(ack, second_start, second_end)},
    };
    bool told = dsack_read(&options, ack, &twice);
    assert_true(!told || seq_diff(twice.end, ack) == end);
    return told;
}

static void a_first_block_below_the_ack_reports_a_duplicate(void **state)
{
    assert_true(reads(state, -100, 0, 0, 0));
    assert_true(reads(state, -100, -50, 100, 200));
}

static void so_does_one_inside_the_second(void **state)
{
    assert_true(reads(state, 150, 200, 100, 200));
    assert_true(reads(state, 100, 200, 100, 200));
}

static void ordinary_blocks_report_none(void **state)
{
    const struct tcp_options none = {.sack_count = 0};
    struct sack_block twice;
    assert_false(dsack_read(&none, twin_start(state), &twice));
    assert_false(reads(state, 100, 200, 0, 0));
    assert_false(reads(state, 300, 400, 100, 200));
    assert_false(reads(state, -100, -100, 0, 0)); /* nor does an empty one */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(new_octets_are_no_duplicate),
        TWINS(old_octets_are),
        TWINS(so_is_the_part_before_rcv_nxt),
        TWINS(so_are_those_held_out_of_order),
        TWINS(only_the_first_run_of_several_is_told),
        TWINS(a_duplicate_is_told_once),
        TWINS(where_it_is_off_nothing_is_told),
        TWINS(a_first_block_below_the_ack_reports_a_duplicate),
        TWINS(so_does_one_inside_the_second),
        TWINS(ordinary_blocks_report_none),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
