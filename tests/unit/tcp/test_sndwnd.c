/* common/tcp/sndwnd.c: which window is believed, how much of it is left, and what is worth sending.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/params.h"
#include "tcp/sndwnd.h"
#include "tests/unit/resources.h"
#include "twins.h"

enum { MSS = 1000 };

static struct sndwnd window_of(uint16_t field, seq_t at, uint8_t shift)
{
    struct sndwnd w;
    sndwnd_init(&w,
                &(const struct sndwnd_update){.seq = at, .ack = at, .field = field, .syn = true},
                shift);
    return w;
}

/* An ACK whose SEQ and ACK lie these distances after `at`. */
static bool update(struct sndwnd *w, seq_t at, uint32_t seq, uint32_t ack, uint16_t field)
{
    return sndwnd_on_ack(w, &(const struct sndwnd_update){
                                .seq = seq_add(at, seq), .ack = seq_add(at, ack), .field = field});
}

static bool worth(struct sndwnd *w, uint32_t data, uint32_t usable, usec_t now)
{
    const struct sndwnd_waiting waiting = {.data = data, .usable = usable, .mss = MSS};
    return sndwnd_worth_sending(w, &waiting, now);
}

static void window_of_a_syn_is_not_scaled(void **state)
{
    seq_t at = twin_start(state);
    struct sndwnd w = window_of(5000, at, 7);
    assert_int_equal(w.wnd, 5000);
    assert_true(update(&w, at, 1, 1, 5000));
    assert_int_equal(w.wnd, 5000 << 7);
    assert_int_equal(w.max, 5000 << 7);
}

static void scale_above_fourteen_counts_as_fourteen(void **state)
{
    seq_t at = twin_start(state);
    struct sndwnd w = window_of(1, at, 200);
    update(&w, at, 1, 1, 65535);
    assert_int_equal(w.wnd, 65535 << 14);
}

/* MUST-1, REC-1: neither half of the field nor half of 32 bits turns it into a debt. */
static void largest_window_is_usable_to_its_last_octet(void **state)
{
    seq_t at = twin_start(state);
    struct sndwnd w = window_of(65535, at, 14);
    assert_int_equal(sndwnd_usable(&w, at, at), 65535);
    update(&w, at, 1, 1, 65535);
    assert_int_equal(sndwnd_usable(&w, at, at), 65535U << 14);
    assert_int_equal(sndwnd_usable(&w, at, seq_add(at, (65535U << 14) - 1)), 1);
}

static void later_segment_is_believed(void **state)
{
    seq_t at = twin_start(state);
    struct sndwnd w = window_of(100, at, 0);
    assert_true(update(&w, at, 10, 5, 200));
    assert_true(update(&w, at, 20, 3, 300)); /* newer SEQ, whatever the ACK */
    assert_int_equal(w.wnd, 300);
}

static void same_segment_number_needs_the_same_or_a_later_ack(void **state)
{
    seq_t at = twin_start(state);
    struct sndwnd w = window_of(100, at, 0);
    update(&w, at, 10, 10, 200);
    assert_false(update(&w, at, 10, 9, 300));
    assert_int_equal(w.wnd, 200);
    assert_true(update(&w, at, 10, 10, 300));
    assert_true(update(&w, at, 10, 11, 400));
}

static void overtaken_segment_is_not_believed(void **state)
{
    seq_t at = twin_start(state);
    struct sndwnd w = window_of(100, at, 0);
    update(&w, at, 10, 10, 200);
    assert_false(update(&w, at, 9, 20, 300));
    assert_int_equal(w.wnd, 200);
}

static void same_window_is_no_change_but_marks_the_segment(void **state)
{
    seq_t at = twin_start(state);
    struct sndwnd w = window_of(100, at, 0);
    assert_false(update(&w, at, 10, 10, 100));
    assert_false(update(&w, at, 5, 10, 200));
    assert_int_equal(w.wnd, 100);
}

static void usable_window_is_what_is_not_in_flight(void **state)
{
    seq_t at = twin_start(state);
    struct sndwnd w = window_of(1000, at, 0);
    assert_int_equal(sndwnd_usable(&w, at, at), 1000);
    assert_int_equal(sndwnd_usable(&w, at, seq_add(at, 999)), 1);
    assert_int_equal(sndwnd_usable(&w, at, seq_add(at, 1000)), 0);
}

static void shrunk_window_leaves_nothing_usable(void **state)
{
    seq_t at = twin_start(state);
    struct sndwnd w = window_of(1000, at, 0);
    update(&w, at, 1, 1, 300);
    assert_int_equal(sndwnd_usable(&w, at, seq_add(at, 900)), 0);
}

static void full_segment_is_worth_sending(void **state)
{
    struct sndwnd w = window_of(50000, twin_start(state), 0);
    assert_true(worth(&w, 5000, MSS, 0));
    assert_false(worth(&w, 5000, MSS - 1, 0));
}

static void all_there_is_is_worth_sending(void **state)
{
    struct sndwnd w = window_of(50000, twin_start(state), 0);
    assert_true(worth(&w, 10, 10, 0));
    assert_false(worth(&w, 11, 10, 0));
}

static void half_of_the_largest_window_is_worth_sending(void **state)
{
    struct sndwnd w = window_of(600, twin_start(state), 0);
    assert_true(worth(&w, 5000, 300, 0));
    assert_false(worth(&w, 5000, 299, 0));
}

static void override_time_ends_the_waiting(void **state)
{
    struct sndwnd w = window_of(50000, twin_start(state), 0);
    assert_false(worth(&w, 5000, 10, MS(5)));
    assert_false(worth(&w, 5000, 10, MS(100)));
    assert_false(sndwnd_override_due(&w, MS(5) + SWS_OVERRIDE - 1));
    assert_true(sndwnd_override_due(&w, MS(5) + SWS_OVERRIDE));
    assert_true(worth(&w, 5000, 10, MS(5) + SWS_OVERRIDE));
    assert_int_equal(w.override, NEVER);
}

static void closed_window_and_empty_queue_stop_the_override_timer(void **state)
{
    struct sndwnd w = window_of(50000, twin_start(state), 0);
    worth(&w, 5000, 10, 0);
    assert_false(worth(&w, 5000, 0, MS(1)));
    assert_int_equal(w.override, NEVER);
    worth(&w, 5000, 10, MS(2));
    assert_false(worth(&w, 0, 10, MS(3)));
    assert_int_equal(w.override, NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(window_of_a_syn_is_not_scaled),
        TWINS(scale_above_fourteen_counts_as_fourteen),
        TWINS(largest_window_is_usable_to_its_last_octet),
        TWINS(later_segment_is_believed),
        TWINS(same_segment_number_needs_the_same_or_a_later_ack),
        TWINS(overtaken_segment_is_not_believed),
        TWINS(same_window_is_no_change_but_marks_the_segment),
        TWINS(usable_window_is_what_is_not_in_flight),
        TWINS(shrunk_window_leaves_nothing_usable),
        TWINS(full_segment_is_worth_sending),
        TWINS(all_there_is_is_worth_sending),
        TWINS(half_of_the_largest_window_is_worth_sending),
        TWINS(override_time_ends_the_waiting),
        TWINS(closed_window_and_empty_queue_stop_the_override_timer),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
