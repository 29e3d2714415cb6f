/* common/tcp/recovery.c with SACK: the same questions, by RFC 6675. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sender.h"
#include "tests/unit/resources.h"

static void timeout_ends_fast_recovery(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    ack(&x, 0, 100, 500);
    assert_int_equal(x.recovery.phase, RECOVERY_FAST);
    recovery_on_timeout(&x.recovery, &x.sent, NEVER);
    assert_int_equal(x.sent.sacked, 0);
    assert_again(&x, 100, true, 0);
    assert_int_equal(ack(&x, 0, 600, 1000), RECOVERY_STEADY);
}

static void sacks_after_a_timeout_spare_what_arrived(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    recovery_on_timeout(&x.recovery, &x.sent, NEVER);
    assert_again(&x, 100, true, 0);
    ack(&x, 100, 200, 800);
    assert_again(&x, 200, true, 100);
    assert_again(&x, 200, true, 800);
}

/* RFC 2018 section 8: what SND.UNA points at is SACKed and not acknowledged. */
static void peer_that_takes_a_sack_back_loses_its_credit(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    ack(&x, 0, 0, 200);
    assert_int_equal(x.sent.sacked, 200);
    recovery_on_timeout(&x.recovery, &x.sent, MS(20));
    assert_int_equal(x.sent.sacked, 0);
    assert_again(&x, 100, true, 0);
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

static void timeout_in_recovery_resends_what_was_resent(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    ack(&x, 0, 300, 900);
    assert_again(&x, 1000, true, 0);
    assert_again(&x, 1000, true, 100);
    recovery_on_timeout(&x.recovery, &x.sent, NEVER);
    assert_again(&x, 1000, true, 0);
    assert_again(&x, 1000, true, 100);
}

static void rescue_waits_until_more_than_the_first_piece_is_acknowledged(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    ack(&x, 0, 200, 600);
    assert_again(&x, 1000, false, 0);
    assert_again(&x, 1000, false, 100);
    ack(&x, 100, 0, 0);
    assert_waits(&x, 1000, false);
    ack(&x, 600, 0, 0);
    assert_again(&x, 1000, false, 900);
}

static void last_resort_needs_room_for_a_segment(void **state)
{
    struct sender x = sender_with(twin_start(state), true);
    ack(&x, 0, 100, 500);
    ack(&x, 0, 700, 800);
    assert_again(&x, 1000, false, 0);
    assert_int_equal(recovery_pipe(&x.recovery, &x.sent), 500);
    assert_waits(&x, 599, false);
    assert_again(&x, 600, false, 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(timeout_ends_fast_recovery),
        TWINS(sacks_after_a_timeout_spare_what_arrived),
        TWINS(peer_that_takes_a_sack_back_loses_its_credit),
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
        TWINS(timeout_in_recovery_resends_what_was_resent),
        TWINS(rescue_waits_until_more_than_the_first_piece_is_acknowledged),
        TWINS(last_resort_needs_room_for_a_segment),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
