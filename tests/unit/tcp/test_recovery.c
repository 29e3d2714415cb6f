/* common/tcp/recovery.c: when a loss is believed, what is sent next, and when it is over; with SACK
 * and without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/recovery.h"
#include "tcp/scoreboard.h"
#include "tests/unit/resources.h"
#include "twins.h"

enum { SMSS = 100, CAP = 64 };
static struct sent_range memory[CAP];

/* A sender with ten segments outstanding; text counts from `first`. */
struct sender {
    struct recovery recovery;
    struct sent sent;
    seq_t first;
};

static struct sender sender_with(seq_t first, bool sack)
{
    struct sender x = {.first = first};
    recovery_init(&x.recovery, seq_sub(first, 1), sack);
    sent_init(&x.sent, memory, CAP, first);
    for (int i = 0; i < 10; i++)
        sent_new(&x.sent, SMSS, MS(i));
    return x;
}

/* An ACK of everything before `to`, reporting [from, end) if that is not empty. */
static enum recovery_event ack(struct sender *x, uint32_t to, uint32_t from, uint32_t end)
{
    struct sent_news news = {0};
    seq_t una = x->sent.una;
    sent_ack(&x->sent, seq_add(x->first, to), &news);
    if (end > from)
        sent_mark_sacked(&x->sent, seq_add(x->first, from), seq_add(x->first, end), &news);
    const struct recovery_ack a = {
        .news = &news, .duplicate = seq_eq(una, seq_add(x->first, to)), .smss = SMSS};
    return recovery_on_ack(&x->recovery, &x->sent, &a);
}

static enum recovery_event duplicate(struct sender *x)
{
    return ack(x, seq_distance(x->first, x->sent.una), 0, 0);
}

static enum recovery_pick next(struct sender *x, uint32_t cwnd, bool has_new, uint32_t *at)
{
    const struct recovery_room room = {.cwnd = cwnd, .smss = SMSS, .has_new = has_new};
    struct sent_piece piece = {.len = 0};
    enum recovery_pick pick = recovery_next(&x->recovery, &x->sent, &room, SECONDS(1), &piece);
    *at = pick == RECOVERY_AGAIN ? seq_distance(x->first, piece.seq) : piece.len;
    return pick;
}

static void assert_again(struct sender *x, uint32_t cwnd, bool has_new, uint32_t expected)
{
    uint32_t at;
    assert_int_equal(next(x, cwnd, has_new, &at), RECOVERY_AGAIN);
    assert_int_equal(at, expected);
}

static void assert_new(struct sender *x, uint32_t cwnd, uint32_t expected)
{
    uint32_t len;
    assert_int_equal(next(x, cwnd, true, &len), RECOVERY_NEW);
    assert_int_equal(len, expected);
}

static void assert_waits(struct sender *x, uint32_t cwnd, bool has_new)
{
    uint32_t at;
    assert_int_equal(next(x, cwnd, has_new, &at), RECOVERY_WAIT);
}

static void without_loss_the_window_alone_decides(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    assert_waits(&x, 1000, true);
    assert_new(&x, 1150, 150);
    assert_waits(&x, 5000, false);
}

static void two_duplicates_allow_two_new_segments(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    assert_int_equal(duplicate(&x), RECOVERY_STEADY);
    assert_new(&x, 1000, 100);
    assert_int_equal(duplicate(&x), RECOVERY_STEADY);
    assert_new(&x, 1000, 200);
    assert_int_equal(x.recovery.phase, RECOVERY_NONE);
}

static void third_duplicate_resends_the_first_segment(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    duplicate(&x);
    duplicate(&x);
    assert_int_equal(duplicate(&x), RECOVERY_ENTERED);
    assert_int_equal(x.recovery.flight, 1000);
    assert_again(&x, 500, true, 0);
    assert_waits(&x, 500, true);
}

static void limited_transmit_does_not_count_for_the_flight_size(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    duplicate(&x);
    sent_new(&x.sent, SMSS, MS(11));
    duplicate(&x);
    sent_new(&x.sent, SMSS, MS(12));
    assert_int_equal(duplicate(&x), RECOVERY_ENTERED);
    assert_int_equal(x.recovery.flight, 1000);
}

static void ack_of_new_data_forgets_duplicates(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    duplicate(&x);
    duplicate(&x);
    ack(&x, 100, 0, 0);
    assert_int_equal(recovery_pipe(&x.recovery, &x.sent), 900);
    assert_int_equal(duplicate(&x), RECOVERY_STEADY);
}

static void each_further_duplicate_makes_room_for_a_segment(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    for (int i = 0; i < 3; i++)
        duplicate(&x);
    assert_again(&x, 500, true, 0);
    assert_int_equal(recovery_pipe(&x.recovery, &x.sent),
                     700); /* ssthresh + 3 SMSS, turned round */
    for (int i = 0; i < 3; i++)
        duplicate(&x);
    assert_new(&x, 500, 100);
}

static void partial_ack_resends_the_next_hole_and_stays(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    for (int i = 0; i < 7; i++)
        duplicate(&x);
    assert_again(&x, 500, true, 0);
    assert_int_equal(recovery_pipe(&x.recovery, &x.sent), 300);
    assert_int_equal(ack(&x, 400, 0, 0), RECOVERY_STEADY);
    assert_again(&x, 500, true, 400);
    /* 600 outstanding; inflated by 7, deflated by the 4 acknowledged, 1 added back */
    assert_int_equal(recovery_pipe(&x.recovery, &x.sent), 200);
    assert_int_equal(x.recovery.phase, RECOVERY_FAST);
}

static void partial_ack_of_less_than_a_segment_adds_nothing_back(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    for (int i = 0; i < 3; i++)
        duplicate(&x);
    assert_again(&x, 500, true, 0);
    ack(&x, 50, 0, 0);
    assert_again(&x, 500, true, 50);
    assert_int_equal(x.recovery.departed, 250);
}

static void full_ack_ends_recovery(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    for (int i = 0; i < 3; i++)
        duplicate(&x);
    assert_again(&x, 500, true, 0);
    assert_int_equal(ack(&x, 999, 0, 0), RECOVERY_STEADY);
    assert_int_equal(ack(&x, 1000, 0, 0), RECOVERY_LEFT);
    assert_int_equal(recovery_pipe(&x.recovery, &x.sent), 0);
}

static void duplicates_of_what_was_needlessly_resent_start_nothing(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    for (int i = 0; i < 3; i++)
        duplicate(&x);
    ack(&x, 1000, 0, 0);
    for (int i = 0; i < 5; i++)
        sent_new(&x.sent, SMSS, MS(20 + i));
    for (int i = 0; i < 4; i++) /* the ACK covers no more than `recover` */
        assert_int_equal(duplicate(&x), RECOVERY_STEADY);
    assert_int_equal(recovery_pipe(&x.recovery, &x.sent), 300);
    ack(&x, 1100, 0, 0);
    duplicate(&x);
    duplicate(&x);
    assert_int_equal(duplicate(&x), RECOVERY_ENTERED);
}

static void first_segment_of_a_connection_can_be_recovered(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    assert_true(seq_eq(x.sent.una, x.first));
    duplicate(&x);
    duplicate(&x);
    assert_int_equal(duplicate(&x), RECOVERY_ENTERED);
}

static void timeout_resends_from_the_start_as_the_window_opens(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    recovery_on_timeout(&x.recovery, &x.sent);
    assert_again(&x, 100, true, 0);
    assert_waits(&x, 100, true);
    assert_int_equal(ack(&x, 100, 0, 0), RECOVERY_STEADY);
    assert_again(&x, 200, true, 100);
    assert_again(&x, 200, true, 200);
    assert_waits(&x, 200, true);
}

static void after_a_timeout_no_fast_retransmit_before_all_is_acknowledged(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    recovery_on_timeout(&x.recovery, &x.sent);
    assert_again(&x, 100, true, 0);
    ack(&x, 700, 0, 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(duplicate(&x), RECOVERY_STEADY);
    assert_int_equal(x.recovery.phase, RECOVERY_TIMEOUT);
    ack(&x, 1000, 0, 0);
    assert_int_equal(x.recovery.phase, RECOVERY_NONE);
}

static void new_data_follows_once_all_lost_is_resent(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    recovery_on_timeout(&x.recovery, &x.sent);
    for (uint32_t i = 0; i < 10; i++)
        assert_again(&x, 2000, true, i * SMSS);
    assert_new(&x, 2000, 1000);
}

static void timeout_ends_fast_recovery(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    ack(&x, 0, 100, 500);
    assert_int_equal(x.recovery.phase, RECOVERY_FAST);
    recovery_on_timeout(&x.recovery, &x.sent);
    assert_int_equal(x.sent.sacked, 0);
    assert_again(&x, 100, true, 0);
    assert_int_equal(ack(&x, 0, 600, 1000), RECOVERY_STEADY);
}

static void sacks_after_a_timeout_spare_what_arrived(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    recovery_on_timeout(&x.recovery, &x.sent);
    assert_again(&x, 100, true, 0);
    ack(&x, 100, 200, 800);
    assert_again(&x, 200, true, 100);
    assert_again(&x, 200, true, 800);
}

static void bare_duplicate_is_none_with_sack(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    for (int i = 0; i < 5; i++)
        assert_int_equal(duplicate(&x), RECOVERY_STEADY);
    assert_int_equal(recovery_pipe(&x.recovery, &x.sent), 1000);
}

static void sacked_segments_make_room_before_recovery(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    assert_int_equal(ack(&x, 0, 100, 200), RECOVERY_STEADY);
    assert_new(&x, 1000, 100);
    assert_int_equal(ack(&x, 0, 200, 300), RECOVERY_STEADY);
    assert_new(&x, 1000, 200);
}

static void third_sack_enters_recovery_even_for_small_segments(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    ack(&x, 0, 100, 110);
    ack(&x, 0, 110, 120);
    assert_int_equal(ack(&x, 0, 120, 130), RECOVERY_ENTERED);
    assert_again(&x, 500, true, 0);
}

static void one_sack_of_enough_octets_enters_recovery(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    assert_int_equal(ack(&x, 0, 100, 400), RECOVERY_ENTERED);
    assert_int_equal(x.recovery.flight, 1000);
}

static void all_holes_are_resent_before_new_data(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    ack(&x, 0, 100, 200);
    ack(&x, 0, 300, 400);
    ack(&x, 0, 500, 1000);
    assert_again(&x, 500, true, 0);
    assert_again(&x, 500, true, 200);
    assert_again(&x, 500, true, 400);
    assert_new(&x, 500, 200);
}

static void pipe_holds_back_retransmissions(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    ack(&x, 0, 200, 600); /* 0 and 100 lost, 600 to 1000 in flight */
    assert_again(&x, 500, true, 0);
    assert_waits(&x, 500, true);
    ack(&x, 0, 600, 700);
    assert_again(&x, 500, true, 100);
}

static void without_new_data_unproven_holes_are_resent(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    ack(&x, 0, 100, 500);
    ack(&x, 0, 700, 800); /* 500 to 700: only one segment above */
    assert_again(&x, 1000, false, 0);
    assert_again(&x, 1000, false, 500);
    assert_again(&x, 1000, false, 600);
    assert_waits(&x, 1000, false);
}

static void rescue_goes_out_once_after_progress(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    ack(&x, 0, 100, 500);
    assert_again(&x, 1000, false, 0);
    assert_waits(&x, 1000, false);
    ack(&x, 500, 0, 0);
    assert_again(&x, 1000, false, 900);
    assert_waits(&x, 1000, false);
    assert_true(seq_eq(x.recovery.high_rxt, seq_add(x.first, 100)));
}

static void sack_recovery_ends_when_its_point_is_acknowledged(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    ack(&x, 0, 100, 500);
    assert_again(&x, 500, true, 0);
    sent_new(&x.sent, SMSS, MS(30));
    assert_int_equal(ack(&x, 900, 0, 0), RECOVERY_STEADY);
    assert_int_equal(ack(&x, 1000, 0, 0), RECOVERY_LEFT);
}

static void what_is_already_resent_is_not_sent_again_by_the_next_recovery(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    ack(&x, 0, 100, 500);
    assert_again(&x, 500, true, 0);
    for (int i = 0; i < 5; i++)
        sent_new(&x.sent, SMSS, MS(30));
    ack(&x, 0, 500, 1000);
    ack(&x, 0, 1100, 1500);
    assert_again(&x, 500, true, 1000); /* lost beyond the recovery point, resent in this recovery */
    assert_int_equal(ack(&x, 1000, 0, 0), RECOVERY_LEFT);
    sent_new(&x.sent, SMSS, MS(40));
    assert_int_equal(ack(&x, 1000, 1500, 1600), RECOVERY_ENTERED);
    assert_new(&x, 500, 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(without_loss_the_window_alone_decides),
        TWINS(two_duplicates_allow_two_new_segments),
        TWINS(third_duplicate_resends_the_first_segment),
        TWINS(limited_transmit_does_not_count_for_the_flight_size),
        TWINS(ack_of_new_data_forgets_duplicates),
        TWINS(each_further_duplicate_makes_room_for_a_segment),
        TWINS(partial_ack_resends_the_next_hole_and_stays),
        TWINS(partial_ack_of_less_than_a_segment_adds_nothing_back),
        TWINS(full_ack_ends_recovery),
        TWINS(duplicates_of_what_was_needlessly_resent_start_nothing),
        TWINS(first_segment_of_a_connection_can_be_recovered),
        TWINS(timeout_resends_from_the_start_as_the_window_opens),
        TWINS(after_a_timeout_no_fast_retransmit_before_all_is_acknowledged),
        TWINS(new_data_follows_once_all_lost_is_resent),
        TWINS(timeout_ends_fast_recovery),
        TWINS(sacks_after_a_timeout_spare_what_arrived),
        TWINS(bare_duplicate_is_none_with_sack),
        TWINS(sacked_segments_make_room_before_recovery),
        TWINS(third_sack_enters_recovery_even_for_small_segments),
        TWINS(one_sack_of_enough_octets_enters_recovery),
        TWINS(all_holes_are_resent_before_new_data),
        TWINS(pipe_holds_back_retransmissions),
        TWINS(without_new_data_unproven_holes_are_resent),
        TWINS(rescue_goes_out_once_after_progress),
        TWINS(sack_recovery_ends_when_its_point_is_acknowledged),
        TWINS(what_is_already_resent_is_not_sent_again_by_the_next_recovery),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
