/* common/tcp/reasm.c: early ranges join, are swallowed in order, and never exceed their bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/prng.h"
#include "tcp/reasm.h"
#include "tests/unit/resources.h"
#include "twins.h"

enum { CAP = 4 };
static struct reasm_range memory[CAP], larger[2 * CAP];

static struct reasm empty(void)
{
    struct reasm r;
    reasm_init(&r, memory, CAP);
    return r;
}

static bool add(struct reasm *r, seq_t nxt, uint32_t from, uint32_t to)
{
    return reasm_add(r, seq_add(nxt, from), seq_add(nxt, to));
}

static void assert_range(const struct reasm *r, seq_t nxt, uint16_t i, uint32_t from, uint32_t to)
{
    assert_true(i < r->count);
    assert_int_equal(seq_distance(nxt, r->ranges[i].start), from);
    assert_int_equal(seq_distance(nxt, r->ranges[i].end), to);
}

static uint32_t advance(struct reasm *r, seq_t nxt, uint32_t by)
{
    return seq_distance(nxt, reasm_advance(r, seq_add(nxt, by)));
}

static void ranges_lie_in_order_whenever_they_come(void **state)
{
    seq_t nxt = twin_start(state);
    struct reasm r = empty();
    add(&r, nxt, 20, 25);
    add(&r, nxt, 5, 10);
    add(&r, nxt, 12, 15);
    assert_range(&r, nxt, 0, 5, 10);
    assert_range(&r, nxt, 1, 12, 15);
    assert_range(&r, nxt, 2, 20, 25);
}

static void ranges_that_touch_become_one(void **state)
{
    seq_t nxt = twin_start(state);
    struct reasm r = empty();
    add(&r, nxt, 5, 10);
    add(&r, nxt, 10, 15);
    assert_int_equal(r.count, 1);
    add(&r, nxt, 2, 5);
    assert_int_equal(r.count, 1);
    assert_range(&r, nxt, 0, 2, 15);
}

static void range_over_several_swallows_them(void **state)
{
    seq_t nxt = twin_start(state);
    struct reasm r = empty();
    add(&r, nxt, 5, 7);
    add(&r, nxt, 9, 11);
    add(&r, nxt, 13, 15);
    add(&r, nxt, 20, 22);
    add(&r, nxt, 6, 14);
    assert_int_equal(r.count, 2);
    assert_range(&r, nxt, 0, 5, 15);
    assert_range(&r, nxt, 1, 20, 22);
}

static void duplicate_changes_nothing(void **state)
{
    seq_t nxt = twin_start(state);
    struct reasm r = empty();
    add(&r, nxt, 5, 15);
    assert_true(add(&r, nxt, 7, 12));
    assert_int_equal(r.count, 1);
    assert_range(&r, nxt, 0, 5, 15);
}

static void filled_hole_advances_over_what_waited(void **state)
{
    seq_t nxt = twin_start(state);
    struct reasm r = empty();
    add(&r, nxt, 5, 10);
    add(&r, nxt, 12, 15);
    assert_int_equal(advance(&r, nxt, 4), 4);
    assert_int_equal(r.count, 2);
    assert_int_equal(advance(&r, nxt, 5), 10);
    assert_int_equal(r.count, 1);
    assert_int_equal(advance(&r, nxt, 13), 15);
    assert_true(reasm_empty(&r));
}

static void segment_beyond_a_waiting_range_swallows_it(void **state)
{
    seq_t nxt = twin_start(state);
    struct reasm r = empty();
    add(&r, nxt, 5, 10);
    assert_int_equal(advance(&r, nxt, 12), 12);
    assert_true(reasm_empty(&r));
}

static void full_array_forgets_the_farthest_range(void **state)
{
    seq_t nxt = twin_start(state);
    struct reasm r = empty();
    for (uint32_t at = 10; at < 50; at += 10)
        assert_true(add(&r, nxt, at, at + 2));
    assert_true(reasm_full(&r));
    assert_true(add(&r, nxt, 5, 7));
    assert_int_equal(r.count, CAP);
    assert_range(&r, nxt, 0, 5, 7);
    assert_range(&r, nxt, 3, 30, 32);
}

static void full_array_refuses_what_lies_farthest(void **state)
{
    seq_t nxt = twin_start(state);
    struct reasm r = empty();
    for (uint32_t at = 10; at < 50; at += 10)
        add(&r, nxt, at, at + 2);
    assert_false(add(&r, nxt, 60, 62));
    assert_true(add(&r, nxt, 42, 44)); /* touches one: needs no room */
    assert_range(&r, nxt, 3, 40, 44);
}

static void without_memory_nothing_is_kept(void **state)
{
    struct reasm r;
    reasm_init(&r, NULL, 0);
    assert_false(add(&r, twin_start(state), 5, 10));
    assert_int_equal(advance(&r, twin_start(state), 5), 5);
    reasm_grow(&r, memory, CAP);
    assert_true(add(&r, twin_start(state), 5, 10));
}

static void growth_keeps_ranges_and_fin(void **state)
{
    seq_t nxt = twin_start(state);
    struct reasm r = empty();
    for (uint32_t at = 10; at < 50; at += 10)
        add(&r, nxt, at, at + 2);
    reasm_on_fin(&r, seq_add(nxt, 62));
    reasm_grow(&r, larger, 2 * CAP);
    assert_true(add(&r, nxt, 60, 62));
    assert_int_equal(r.count, 5);
    assert_range(&r, nxt, 0, 10, 12);
    assert_range(&r, nxt, 3, 40, 42);
    assert_true(reasm_fin_reached(&r, seq_add(nxt, 62)));
}

static void fin_out_of_order_waits_for_the_hole(void **state)
{
    seq_t nxt = twin_start(state);
    struct reasm r = empty();
    add(&r, nxt, 5, 10);
    reasm_on_fin(&r, seq_add(nxt, 10));
    assert_false(reasm_fin_reached(&r, nxt));
    assert_true(reasm_fin_reached(&r, reasm_advance(&r, seq_add(nxt, 5))));
}

static void nothing_advances_past_the_fin_even_where_its_number_is_kept(void **state)
{
    seq_t nxt = twin_start(state);
    struct reasm r = empty();
    reasm_on_fin(&r, seq_add(nxt, 10));
    add(&r, nxt, 10, 11);
    assert_true(seq_eq(reasm_advance(&r, seq_add(nxt, 9)), seq_add(nxt, 9)));
    assert_true(seq_eq(reasm_advance(&r, seq_add(nxt, 10)), seq_add(nxt, 10)));
    assert_true(reasm_empty(&r));
}

static void first_fin_counts(void **state)
{
    seq_t nxt = twin_start(state);
    struct reasm r = empty();
    reasm_on_fin(&r, seq_add(nxt, 10));
    reasm_on_fin(&r, seq_add(nxt, 3));
    assert_false(reasm_fin_reached(&r, seq_add(nxt, 3)));
    assert_true(reasm_fin_reached(&r, seq_add(nxt, 10)));
}

static void find_knows_the_edges(void **state)
{
    seq_t nxt = twin_start(state);
    struct reasm r = empty();
    add(&r, nxt, 5, 10);
    add(&r, nxt, 12, 14);
    assert_null(reasm_find(&r, seq_add(nxt, 4)));
    assert_ptr_equal(reasm_find(&r, seq_add(nxt, 5)), &r.ranges[0]);
    assert_ptr_equal(reasm_find(&r, seq_add(nxt, 9)), &r.ranges[0]);
    assert_null(reasm_find(&r, seq_add(nxt, 10)));
    assert_ptr_equal(reasm_find(&r, seq_add(nxt, 12)), &r.ranges[1]);
    assert_null(reasm_find(&r, seq_add(nxt, 14)));
}

/* Random segments until everything is there: no octet may be claimed before it came. */
static void any_order_ends_with_all_octets(void **state)
{
    enum { OCTETS = 400 };
    for (uint64_t seed = 0; seed < 200; seed++) {
        bool came[OCTETS] = {false};
        struct prng prng;
        prng_seed(&prng, seed);
        struct reasm r = empty();
        seq_t first = twin_start(state);
        uint32_t nxt = 0;
        while (nxt < OCTETS) {
            uint32_t from = (uint32_t)prng_below(&prng, OCTETS);
            uint32_t to = from + 1 + (uint32_t)prng_below(&prng, OCTETS - from);
            to = to < from + 40 ? to : from + 40;
            if (to <= nxt)
                continue;
            for (uint32_t i = from; i < to; i++)
                came[i] = true;
            if (from > nxt)
                add(&r, first, from, to);
            else
                nxt = advance(&r, first, to);
            for (uint32_t i = 0; i < nxt; i++)
                assert_true(came[i]);
        }
        assert_true(reasm_empty(&r));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(ranges_lie_in_order_whenever_they_come),
        TWINS(ranges_that_touch_become_one),
        TWINS(range_over_several_swallows_them),
        TWINS(duplicate_changes_nothing),
        TWINS(filled_hole_advances_over_what_waited),
        TWINS(segment_beyond_a_waiting_range_swallows_it),
        TWINS(full_array_forgets_the_farthest_range),
        TWINS(full_array_refuses_what_lies_farthest),
        TWINS(without_memory_nothing_is_kept),
        TWINS(growth_keeps_ranges_and_fin),
        TWINS(fin_out_of_order_waits_for_the_hole),
        TWINS(nothing_advances_past_the_fin_even_where_its_number_is_kept),
        TWINS(first_fin_counts),
        TWINS(find_knows_the_edges),
        TWINS(any_order_ends_with_all_octets),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
