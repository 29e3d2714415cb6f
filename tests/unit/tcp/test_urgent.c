/* common/tcp/urgent.c: the mark behind the last urgent octet, sent and received. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/urgent.h"
#include "tests/unit/resources.h"
#include "twins.h"

static struct urgent none(void)
{
    struct urgent u;
    urgent_init(&u);
    return u;
}

static void pointer_names_the_octet_after_the_urgent_ones(void **state)
{
    seq_t seq = twin_start(state);
    struct urgent u = none();
    uint16_t ptr = 0;
    urgent_mark(&u, seq_add(seq, 10));
    assert_true(urgent_pointer(&u, seq, &ptr));
    assert_int_equal(ptr, 10);
    assert_true(urgent_pointer(&u, seq_add(seq, 9), &ptr));
    assert_int_equal(ptr, 1);
    assert_false(urgent_pointer(&u, seq_add(seq, 10), &ptr));
}

static void without_a_mark_no_segment_is_urgent(void **state)
{
    struct urgent u = none();
    uint16_t ptr;
    assert_false(urgent_pointer(&u, twin_start(state), &ptr));
    assert_int_equal(urgent_distance(&u, twin_start(state)), 0);
}

static void mark_out_of_reach_points_as_far_as_it_can(void **state)
{
    seq_t seq = twin_start(state);
    struct urgent u = none();
    uint16_t ptr = 0;
    urgent_mark(&u, seq_add(seq, 70000));
    assert_true(urgent_pointer(&u, seq, &ptr));
    assert_int_equal(ptr, 65535);
    urgent_pointer(&u, seq_add(seq, 4465), &ptr);
    assert_int_equal(ptr, 65535);
    urgent_pointer(&u, seq_add(seq, 4466), &ptr);
    assert_int_equal(ptr, 65534);
}

static void mark_is_gone_once_all_before_it_is_acknowledged(void **state)
{
    seq_t seq = twin_start(state);
    struct urgent u = none();
    urgent_mark(&u, seq_add(seq, 10));
    urgent_on_ack(&u, seq_add(seq, 9));
    assert_true(u.pending);
    urgent_on_ack(&u, seq_add(seq, 10));
    assert_false(u.pending);
}

static void new_mark_is_told_to_the_user_once(void **state)
{
    seq_t nxt = twin_start(state);
    struct urgent u = none();
    assert_true(urgent_on_segment(&u, nxt, 10, nxt));
    assert_false(urgent_on_segment(&u, nxt, 10, nxt));
    assert_false(urgent_on_segment(&u, seq_add(nxt, 4), 6, nxt));
    assert_true(urgent_on_segment(&u, nxt, 11, nxt));
}

static void mark_never_recedes(void **state)
{
    seq_t nxt = twin_start(state);
    struct urgent u = none();
    urgent_on_segment(&u, nxt, 10, nxt);
    assert_false(urgent_on_segment(&u, nxt, 3, nxt));
    assert_int_equal(urgent_distance(&u, nxt), 10);
}

static void mark_before_what_was_received_is_ignored(void **state)
{
    seq_t nxt = twin_start(state);
    struct urgent u = none();
    assert_false(urgent_on_segment(&u, seq_sub(nxt, 20), 20, nxt));
    assert_false(urgent_on_segment(&u, nxt, 0, nxt));
    assert_false(u.pending);
}

static void distance_counts_down_to_the_mark(void **state)
{
    seq_t nxt = twin_start(state);
    struct urgent u = none();
    urgent_on_segment(&u, nxt, 10, nxt);
    assert_int_equal(urgent_distance(&u, seq_add(nxt, 4)), 6);
    urgent_on_read(&u, seq_add(nxt, 9));
    assert_int_equal(urgent_distance(&u, seq_add(nxt, 9)), 1);
    urgent_on_read(&u, seq_add(nxt, 10));
    assert_int_equal(urgent_distance(&u, seq_add(nxt, 10)), 0);
    assert_false(u.pending);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(pointer_names_the_octet_after_the_urgent_ones),
        TWINS(without_a_mark_no_segment_is_urgent),
        TWINS(mark_out_of_reach_points_as_far_as_it_can),
        TWINS(mark_is_gone_once_all_before_it_is_acknowledged),
        TWINS(new_mark_is_told_to_the_user_once),
        TWINS(mark_never_recedes),
        TWINS(mark_before_what_was_received_is_ignored),
        TWINS(distance_counts_down_to_the_mark),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
