/* common/tcp/rcvwnd.c: the right edge steps forward, never back, in units the field can tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/prng.h"
#include "tcp/rcvwnd.h"
#include "tests/unit/resources.h"
#include "twins.h"

enum { SIZE = 10000, MSS = 1000 };

static struct rcvwnd window_of(uint32_t size, seq_t nxt)
{
    struct rcvwnd w;
    rcvwnd_init(&w, size, nxt);
    return w;
}

static void scale_is_the_smallest_that_expresses_the_buffer(void **state)
{
    (void)state;
    assert_int_equal(rcvwnd_shift_for(0), 0);
    assert_int_equal(rcvwnd_shift_for(65535), 0);
    assert_int_equal(rcvwnd_shift_for(65536), 1);
    assert_int_equal(rcvwnd_shift_for(1 << 20), 5);
    assert_int_equal(rcvwnd_shift_for(UINT32_MAX), 14);
}

static void empty_buffer_is_offered_whole(void **state)
{
    seq_t nxt = twin_start(state);
    struct rcvwnd w = window_of(SIZE, nxt);
    assert_int_equal(rcvwnd_size(&w, nxt), 0);
    assert_int_equal(rcvwnd_offer(&w, nxt, 0, MSS), SIZE);
    assert_int_equal(rcvwnd_size(&w, nxt), SIZE);
}

static void edge_stays_while_unread_octets_fill_the_buffer(void **state)
{
    seq_t nxt = twin_start(state);
    struct rcvwnd w = window_of(SIZE, nxt);
    rcvwnd_offer(&w, nxt, 0, MSS);
    assert_int_equal(rcvwnd_offer(&w, seq_add(nxt, 4000), 4000, MSS), 6000);
    assert_int_equal(rcvwnd_offer(&w, seq_add(nxt, SIZE), SIZE, MSS), 0);
    assert_true(seq_eq(w.right, seq_add(nxt, SIZE)));
}

static void edge_advances_by_a_segment_or_not_at_all(void **state)
{
    seq_t nxt = twin_start(state);
    struct rcvwnd w = window_of(SIZE, nxt);
    rcvwnd_offer(&w, nxt, 0, MSS);
    seq_t full = seq_add(nxt, SIZE);
    assert_int_equal(rcvwnd_offer(&w, full, SIZE - 999, MSS), 0);
    assert_int_equal(rcvwnd_offer(&w, full, SIZE - 1000, MSS), 1000);
    assert_int_equal(rcvwnd_offer(&w, full, SIZE - 1999, MSS), 1000);
    assert_int_equal(rcvwnd_offer(&w, full, SIZE - 2000, MSS), 2000);
}

static void small_buffer_steps_by_half_of_itself(void **state)
{
    seq_t nxt = twin_start(state);
    struct rcvwnd w = window_of(600, nxt);
    rcvwnd_offer(&w, nxt, 0, MSS);
    assert_int_equal(rcvwnd_offer(&w, seq_add(nxt, 600), 301, MSS), 0);
    assert_int_equal(rcvwnd_offer(&w, seq_add(nxt, 600), 300, MSS), 300);
}

static void smaller_buffer_size_does_not_move_the_edge_back(void **state)
{
    seq_t nxt = twin_start(state);
    struct rcvwnd w = window_of(SIZE, nxt);
    rcvwnd_offer(&w, nxt, 0, MSS);
    rcvwnd_set_size(&w, 2000);
    assert_int_equal(rcvwnd_offer(&w, seq_add(nxt, 3000), 0, MSS), 7000);
    assert_int_equal(rcvwnd_offer(&w, seq_add(nxt, 9500), 0, MSS), 2000);
}

static void field_of_a_syn_is_not_scaled(void **state)
{
    seq_t nxt = twin_start(state);
    struct rcvwnd w = window_of(1 << 20, nxt);
    assert_int_equal(rcvwnd_offer_syn(&w, nxt), 65535);
    assert_int_equal(rcvwnd_size(&w, nxt), 65535);
    rcvwnd_set_shift(&w, 5);
    assert_int_equal(rcvwnd_offer(&w, nxt, 0, MSS), 1 << 20);
}

static void without_scaling_the_field_bounds_the_window(void **state)
{
    seq_t nxt = twin_start(state);
    struct rcvwnd w = window_of(1 << 20, nxt);
    assert_int_equal(rcvwnd_offer(&w, nxt, 0, MSS), 65535);
}

static void scaled_edge_is_rounded_up_into_the_slack(void **state)
{
    seq_t nxt = twin_start(state);
    struct rcvwnd w = window_of(1 << 20, nxt);
    rcvwnd_set_shift(&w, 5);
    rcvwnd_offer(&w, nxt, 0, MSS);
    uint32_t wnd = rcvwnd_offer(&w, seq_add(nxt, 1001), 1001, MSS);
    assert_int_equal(wnd % 32, 0);
    assert_int_equal(1001 + wnd - (1 << 20), 9);
}

/* A peer that fills the buffer with segments of any size, a user who never reads: what the peer
 * sees of the edge never falls as long as the slack lasts, and less than a unit after that. */
static void edge_the_peer_sees_never_falls(void **state)
{
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct prng prng;
        prng_seed(&prng, seed);
        seq_t nxt = twin_start(state), seen = nxt;
        struct rcvwnd w = window_of(1 << 20, nxt);
        rcvwnd_set_shift(&w, 5);
        for (uint32_t used = 0;;) {
            uint32_t wnd = rcvwnd_offer(&w, nxt, used, 1460);
            assert_true(used + wnd <= w.size + w.slack);
            assert_true(seq_ge(seq_add(nxt, wnd), seen));
            seen = seq_add(nxt, wnd);
            if (wnd == 0)
                break;
            uint32_t len = 1 + (uint32_t)prng_below(&prng, 1460);
            len = len < wnd ? len : wnd;
            nxt = seq_add(nxt, len);
            used += len;
        }
    }
}

static void exhausted_slack_rounds_down_but_the_promise_holds(void **state)
{
    seq_t nxt = twin_start(state);
    struct rcvwnd w = window_of(1 << 20, nxt);
    rcvwnd_set_shift(&w, 5);
    rcvwnd_offer(&w, nxt, 0, MSS);
    w.slack = 0;
    seq_t right = w.right;
    assert_int_equal(rcvwnd_offer(&w, seq_add(nxt, 1), 1, MSS), (1 << 20) - 32);
    assert_true(seq_eq(w.right, right));
    assert_int_equal(rcvwnd_size(&w, seq_add(nxt, 1)), (1 << 20) - 1);
}

static void update_is_due_when_the_window_would_double(void **state)
{
    seq_t nxt = twin_start(state);
    struct rcvwnd w = window_of(SIZE, nxt);
    rcvwnd_offer(&w, nxt, 0, MSS);
    nxt = seq_add(nxt, 8000); /* 2000 left */
    assert_false(rcvwnd_update_due(&w, nxt, 8000, MSS));
    assert_false(rcvwnd_update_due(&w, nxt, 6002, MSS));
    assert_true(rcvwnd_update_due(&w, nxt, 6000, MSS));
}

static void closed_window_opens_with_the_first_segment_of_room(void **state)
{
    seq_t nxt = twin_start(state);
    struct rcvwnd w = window_of(SIZE, nxt);
    rcvwnd_offer(&w, nxt, 0, MSS);
    nxt = seq_add(nxt, SIZE);
    assert_false(rcvwnd_update_due(&w, nxt, SIZE - 999, MSS));
    assert_true(rcvwnd_update_due(&w, nxt, SIZE - 1000, MSS));
}

static void large_window_needs_no_update(void **state)
{
    seq_t nxt = twin_start(state);
    struct rcvwnd w = window_of(SIZE, nxt);
    rcvwnd_offer(&w, nxt, 0, MSS);
    assert_false(rcvwnd_update_due(&w, seq_add(nxt, 2000), 0, MSS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scale_is_the_smallest_that_expresses_the_buffer),
        TWINS(empty_buffer_is_offered_whole),
        TWINS(edge_stays_while_unread_octets_fill_the_buffer),
        TWINS(edge_advances_by_a_segment_or_not_at_all),
        TWINS(small_buffer_steps_by_half_of_itself),
        TWINS(smaller_buffer_size_does_not_move_the_edge_back),
        TWINS(field_of_a_syn_is_not_scaled),
        TWINS(without_scaling_the_field_bounds_the_window),
        TWINS(scaled_edge_is_rounded_up_into_the_slack),
        TWINS(edge_the_peer_sees_never_falls),
        TWINS(exhausted_slack_rounds_down_but_the_promise_holds),
        TWINS(update_is_due_when_the_window_would_double),
        TWINS(closed_window_opens_with_the_first_segment_of_room),
        TWINS(large_window_needs_no_update),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
