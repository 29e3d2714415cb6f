/* Every way a connection ends: RFC 9293 sections 3.6 (Figures 12 and 13), 3.10.4 and 3.10.5. */
#include <errno.h>

#include "tcp/params.h"
#include "tests/story/story.h"
#include "tests/unit/resources.h"

/* Figure 12, peer A: we close first. */
static void the_closer_walks_to_time_wait(struct story *s)
{
    establish(s, "");
    call_shutdown(s);
    expect(s, "<SEQ=101><ACK=301><CTL=FIN,ACK>");
    expect_state(s, STATE_FIN_WAIT_1);
    inject(s, "<SEQ=301><ACK=102><CTL=ACK>");
    expect_state(s, STATE_FIN_WAIT_2);
    inject(s, "<SEQ=301><ACK=102><CTL=FIN,ACK>");
    expect(s, "<SEQ=102><ACK=302><CTL=ACK>");
    expect_state(s, STATE_TIME_WAIT);
    after(s, SECONDS(60));
    expect_timer(s, "time-wait");
    expect_state(s, STATE_CLOSED);
    call_receive_result(s, 0);
}

/* Figure 12, peer B: the peer closes first. */
static void the_other_side_walks_to_last_ack(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=FIN,ACK>");
    expect(s, "<SEQ=101><ACK=302><CTL=ACK>");
    expect_state(s, STATE_CLOSE_WAIT);
    call_receive_result(s, 0);
    call_shutdown(s);
    expect(s, "<SEQ=101><ACK=302><CTL=FIN,ACK>");
    expect_state(s, STATE_LAST_ACK);
    inject(s, "<SEQ=302><ACK=102><CTL=ACK>");
    expect_state(s, STATE_CLOSED);
}

/* Figure 13. */
static void two_closes_cross(struct story *s)
{
    establish(s, "");
    call_shutdown(s);
    expect(s, "<SEQ=101><ACK=301><CTL=FIN,ACK>");
    inject(s, "<SEQ=301><ACK=101><CTL=FIN,ACK>");
    expect(s, "<SEQ=102><ACK=302><CTL=ACK>");
    expect_state(s, STATE_CLOSING);
    inject(s, "<SEQ=302><ACK=102><CTL=ACK>");
    expect_state(s, STATE_TIME_WAIT);
    after(s, SECONDS(60));
    expect_state(s, STATE_CLOSED);
}

/* Note 2 of Figure 5. */
static void a_fin_with_the_ack_of_ours_saves_a_segment(struct story *s)
{
    establish(s, "");
    call_shutdown(s);
    expect(s, "<SEQ=101><ACK=301><CTL=FIN,ACK>");
    inject(s, "<SEQ=301><ACK=102><CTL=FIN,ACK>");
    expect(s, "<SEQ=102><ACK=302><CTL=ACK>");
    expect_state(s, STATE_TIME_WAIT);
}

/* We end first: with call_shutdown, or with call_close. */
static void end_first(struct story *s, void (*call)(struct story *s))
{
    establish(s, "");
    call(s);
    expect(s, "<SEQ=101><ACK=301><CTL=FIN,ACK>");
}

static void reach_fin_wait_2(struct story *s, void (*call)(struct story *s))
{
    end_first(s, call);
    inject(s, "<SEQ=301><ACK=102><CTL=ACK>");
    expect_state(s, STATE_FIN_WAIT_2);
}

static void reach_time_wait(struct story *s)
{
    end_first(s, call_shutdown);
    inject(s, "<SEQ=301><ACK=102><CTL=FIN,ACK>");
    expect(s, "<SEQ=102><ACK=302><CTL=ACK>");
}

static void expect_a_whole_time_wait(struct story *s)
{
    after(s, SECONDS(59));
    expect_state(s, STATE_TIME_WAIT);
    after(s, SECONDS(1));
    expect_state(s, STATE_CLOSED);
}

static void reach_close_wait(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=FIN,ACK>");
    expect(s, "<SEQ=101><ACK=302><CTL=ACK>");
}

static void a_lost_fin_is_sent_again(struct story *s)
{
    end_first(s, call_shutdown);
    after(s, SECONDS(1));
    expect(s, "<SEQ=101><ACK=301><CTL=FIN,ACK>");
    after(s, SECONDS(2));
    expect(s, "<SEQ=101><ACK=301><CTL=FIN,ACK>");
}

static void the_fin_rides_on_the_last_text(struct story *s)
{
    establish(s, "");
    call_send(s, 1000);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    call_send(s, 10); /* Nagle holds it */
    expect_nothing(s);
    call_shutdown(s);
    expect(s, "<SEQ=1101><ACK=301><CTL=FIN,PSH,ACK><DATA=10>");
    inject(s, "<SEQ=301><ACK=1112><CTL=ACK>");
    expect_state(s, STATE_FIN_WAIT_2);
}

static void a_fin_lost_with_its_text_is_sent_again_with_it(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    call_shutdown(s);
    expect(s, "<SEQ=111><ACK=301><CTL=FIN,ACK>");
    after(s, SECONDS(1));
    expect(s, "<SEQ=101><ACK=301><CTL=FIN,PSH,ACK><DATA=10>");
    inject(s, "<SEQ=301><ACK=111><CTL=ACK>");
    expect_state(s, STATE_FIN_WAIT_1);
    inject(s, "<SEQ=301><ACK=112><CTL=ACK>");
    expect_state(s, STATE_FIN_WAIT_2);
}

static void a_repeated_fin_is_answered_and_prolongs_time_wait(struct story *s)
{
    reach_time_wait(s);
    after(s, SECONDS(50));
    inject(s, "<SEQ=301><ACK=102><CTL=FIN,ACK>");
    expect(s, "<SEQ=102><ACK=302><CTL=ACK>");
    expect_a_whole_time_wait(s);
}

/* A peer with more than one FIN: section 3.10.7.4, eighth, has an answer even to that. */
static void a_second_fin_prolongs_time_wait(struct story *s)
{
    reach_time_wait(s);
    after(s, SECONDS(50));
    inject(s, "<SEQ=302><ACK=102><CTL=FIN,ACK>");
    expect(s, "<SEQ=102><ACK=302><CTL=ACK>");
    expect_a_whole_time_wait(s);
}

/* RFC 1337 figure 1: an old segment draws an ACK, and that a reset from a peer that has forgotten
 * all: its number is exact. */
static void provoke_a_reset(struct story *s)
{
    reach_time_wait(s);
    inject(s, "<SEQ=291><ACK=101><CTL=ACK><DATA=10>");
    expect(s, "<SEQ=102><ACK=302><CTL=ACK>");
    inject(s, "<SEQ=302><CTL=RST>");
}

static void a_reset_assassinates_time_wait(struct story *s)
{
    provoke_a_reset(s);
    expect_state(s, STATE_CLOSED);
}

static void a_firm_time_wait_survives_the_assassin(struct story *s)
{
    story_config(s)->time_wait_firm = true;
    provoke_a_reset(s);
    expect_state(s, STATE_TIME_WAIT);
    after(s, TIME_WAIT_DEFAULT);
    expect_state(s, STATE_CLOSED);
}

static void a_half_closed_connection_still_receives(struct story *s)
{
    end_first(s, call_shutdown);
    call_send_result(s, -EPIPE);
    inject(s, "<SEQ=301><ACK=102><CTL=ACK><DATA=10>");
    call_receive(s, 10);
    after(s, MS(40));
    expect(s, "<SEQ=102><ACK=311><CTL=ACK>");
    inject(s, "<SEQ=311><ACK=102><CTL=FIN,ACK>");
    expect(s, "<SEQ=102><ACK=312><CTL=ACK>");
    call_receive_result(s, 0);
}

static void a_half_closed_connection_still_sends(struct story *s)
{
    reach_close_wait(s);
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=302><CTL=PSH,ACK><DATA=10>");
    inject(s, "<SEQ=302><ACK=111><CTL=ACK>");
    expect_state(s, STATE_CLOSE_WAIT);
}

static void a_fin_out_of_order_waits_for_the_hole(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=311><ACK=101><CTL=FIN,ACK><DATA=10>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    expect_state(s, STATE_ESTABLISHED);
    call_receive_result(s, -EAGAIN);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    expect(s, "<SEQ=101><ACK=322><CTL=ACK>");
    expect_state(s, STATE_CLOSE_WAIT);
    call_receive(s, 20);
    call_receive_result(s, 0);
}

/* SHLD-3. */
static void closing_with_text_unread_resets(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    call_close(s);
    expect(s, "<SEQ=101><ACK=311><CTL=RST,ACK>");
    expect_state(s, STATE_CLOSED);
}

static void text_after_close_is_reset(struct story *s)
{
    end_first(s, call_close);
    inject(s, "<SEQ=301><ACK=102><CTL=ACK><DATA=10>");
    expect(s, "<SEQ=102><CTL=RST>");
    expect_state(s, STATE_CLOSED);
}

static void text_after_both_directions_were_ended_is_reset(struct story *s)
{
    establish(s, "");
    tcp_stop_reading(story_tcb(s));
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    call_receive(s, 10);
    expect_nothing(s);
    call_shutdown(s);
    expect(s, "<SEQ=101><ACK=311><CTL=FIN,ACK>");
    inject(s, "<SEQ=311><ACK=102><CTL=ACK><DATA=10>");
    expect(s, "<SEQ=102><CTL=RST>");
    expect_state(s, STATE_CLOSED);
    call_receive_result(s, -ECONNRESET);
}

static void an_orphan_does_not_wait_for_ever(struct story *s)
{
    reach_fin_wait_2(s, call_close);
    after(s, SECONDS(60));
    expect_timer(s, "fin-wait-2");
    expect_state(s, STATE_CLOSED);
}

static void a_half_closed_connection_with_a_user_waits_for_ever(struct story *s)
{
    reach_fin_wait_2(s, call_shutdown);
    after(s, SECONDS(100000));
    expect_state(s, STATE_FIN_WAIT_2);
}

static void text_received_before_a_reset_can_still_be_read(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    inject(s, "<SEQ=311><CTL=RST>");
    expect_state(s, STATE_CLOSED);
    call_receive(s, 10);
    call_receive_result(s, -ECONNRESET);
    call_receive_result(s, 0);
}

static void a_reset_after_the_peers_fin_breaks_the_pipe(struct story *s)
{
    reach_close_wait(s);
    inject(s, "<SEQ=302><CTL=RST>");
    call_send_result(s, -EPIPE);
}

static void a_fin_needs_room_in_the_window(struct story *s)
{
    establish(s, "<MSS=1000><WND=10>");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    call_shutdown(s);
    expect_nothing(s);
    inject(s, "<SEQ=301><ACK=111><CTL=ACK><WND=1>");
    expect(s, "<SEQ=111><ACK=301><CTL=FIN,ACK>");
}

static void text_may_fill_the_window_and_leave_the_fin_behind(struct story *s)
{
    establish(s, "<WND=0>");
    call_send(s, 10);
    call_shutdown(s);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><WND=10>");
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    inject(s, "<SEQ=301><ACK=111><CTL=ACK><WND=1>");
    expect(s, "<SEQ=111><ACK=301><CTL=FIN,ACK>");
}

static void an_orphan_spends_its_time_wait_in_full(struct story *s)
{
    reach_fin_wait_2(s, call_close);
    after(s, SECONDS(50));
    inject(s, "<SEQ=301><ACK=102><CTL=FIN,ACK>");
    expect(s, "<SEQ=102><ACK=302><CTL=ACK>");
    expect_a_whole_time_wait(s);
}

static void closing_in_fin_wait_2_makes_an_orphan(struct story *s)
{
    reach_fin_wait_2(s, call_shutdown);
    after(s, SECONDS(1000));
    call_close(s);
    after(s, SECONDS(60));
    expect_state(s, STATE_CLOSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(the_closer_walks_to_time_wait),
        STORY(the_other_side_walks_to_last_ack),
        STORY(two_closes_cross),
        STORY(a_fin_with_the_ack_of_ours_saves_a_segment),
        STORY(a_lost_fin_is_sent_again),
        STORY(the_fin_rides_on_the_last_text),
        STORY(a_fin_lost_with_its_text_is_sent_again_with_it),
        STORY(a_repeated_fin_is_answered_and_prolongs_time_wait),
        STORY(a_second_fin_prolongs_time_wait),
        STORY(a_reset_assassinates_time_wait),
        STORY(a_firm_time_wait_survives_the_assassin),
        STORY(a_half_closed_connection_still_receives),
        STORY(a_half_closed_connection_still_sends),
        STORY(a_fin_out_of_order_waits_for_the_hole),
        STORY(closing_with_text_unread_resets),
        STORY(text_after_close_is_reset),
        STORY(text_after_both_directions_were_ended_is_reset),
        STORY(an_orphan_does_not_wait_for_ever),
        STORY(a_half_closed_connection_with_a_user_waits_for_ever),
        STORY(text_received_before_a_reset_can_still_be_read),
        STORY(a_reset_after_the_peers_fin_breaks_the_pipe),
        STORY(a_fin_needs_room_in_the_window),
        STORY(text_may_fill_the_window_and_leave_the_fin_behind),
        STORY(an_orphan_spends_its_time_wait_in_full),
        STORY(closing_in_fin_wait_2_makes_an_orphan),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
