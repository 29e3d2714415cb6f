/* common/tcp/recovery.c without SACK: when a loss is believed, what is sent next, when it is over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sender.h"
#include "tests/unit/resources.h"

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

static void small_first_segment_is_lost_alone(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    ack(&x, 90, 0, 0);
    for (int i = 0; i < 3; i++)
        duplicate(&x);
    uint32_t at;
    assert_int_equal(x.sent.lost, 10);
    assert_int_equal(next(&x, 500, true, &at), RECOVERY_AGAIN);
    assert_int_equal(x.sent.resent, 10);
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
    sent_new(&x.sent, SMSS, MS(30));
    assert_int_equal(ack(&x, 999, 0, 0), RECOVERY_STEADY);
    assert_int_equal(ack(&x, 1000, 0, 0), RECOVERY_LEFT);
    assert_int_equal(recovery_pipe(&x.recovery, &x.sent), SMSS);
    assert_new(&x, 500, 400);
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

static void recover_does_not_seem_ahead_after_half_the_circle(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    for (uint32_t at = 0; at < 0x80001000; at += 0x1000) {
        sent_new(&x.sent, 0x1000 - (at == 0) * 1000, MS(at));
        ack(&x, at + 0x1000, 0, 0);
    }
    sent_new(&x.sent, 10 * SMSS, 0);
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
    recovery_on_timeout(&x.recovery, &x.sent, NEVER);
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
    recovery_on_timeout(&x.recovery, &x.sent, NEVER);
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
    recovery_on_timeout(&x.recovery, &x.sent, NEVER);
    for (uint32_t i = 0; i < 10; i++)
        assert_again(&x, 2000, true, i * SMSS);
    assert_new(&x, 2000, 1000);
}

static void first_segment_goes_out_however_full_the_pipe_is(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    for (int i = 0; i < 3; i++)
        duplicate(&x);
    assert_again(&x, SMSS, true, 0);
    ack(&x, 100, 0, 0);
    assert_again(&x, SMSS, true, 100);
}

static void partial_ack_of_one_segment_adds_it_back(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    for (int i = 0; i < 3; i++)
        duplicate(&x);
    assert_again(&x, 500, true, 0);
    ack(&x, 100, 0, 0);
    assert_int_equal(x.recovery.departed, 300);
}

static void without_new_data_nothing_else_is_resent(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    for (int i = 0; i < 9; i++)
        duplicate(&x);
    assert_again(&x, 1000, false, 0);
    assert_waits(&x, 1000, false);
    ack(&x, 400, 0, 0);
    assert_again(&x, 1000, false, 400);
    assert_waits(&x, 1000, false);
}

static void timeout_forgets_what_duplicates_told(void **state)
{
    struct sender x = sender_with(twin_start(state), false);
    duplicate(&x);
    duplicate(&x);
    recovery_on_timeout(&x.recovery, &x.sent, NEVER);
    assert_again(&x, 100, true, 0);
    assert_waits(&x, 100, true);
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
        TWINS(small_first_segment_is_lost_alone),
        TWINS(partial_ack_of_less_than_a_segment_adds_nothing_back),
        TWINS(full_ack_ends_recovery),
        TWINS(duplicates_of_what_was_needlessly_resent_start_nothing),
        TWINS(recover_does_not_seem_ahead_after_half_the_circle),
        TWINS(first_segment_of_a_connection_can_be_recovered),
        TWINS(timeout_resends_from_the_start_as_the_window_opens),
        TWINS(after_a_timeout_no_fast_retransmit_before_all_is_acknowledged),
        TWINS(new_data_follows_once_all_lost_is_resent),
        TWINS(first_segment_goes_out_however_full_the_pipe_is),
        TWINS(partial_ack_of_one_segment_adds_it_back),
        TWINS(without_new_data_nothing_else_is_resent),
        TWINS(timeout_forgets_what_duplicates_told),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
