/* The retransmission timer at work: RFC 6298 section 5, RFC 9293 section 3.8.3. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void lost_text_is_sent_again_after_the_time_out(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    after(s, SECONDS(1));
    expect_timer(s, "rto");
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    inject(s, "<SEQ=301><ACK=111><CTL=ACK>");
    after(s, SECONDS(100));
}

static void each_time_out_doubles_the_wait(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    for (int wait = 1; wait <= 64; wait *= 2) {
        after(s, SECONDS(wait));
        expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    }
    after(s, SECONDS(120)); /* the ceiling */
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    after(s, SECONDS(120));
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
}

static void a_silent_peer_ends_in_etimedout(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    after_anything(s, SECONDS(127 + 8 * 120 - 1));
    expect_state(s, STATE_ESTABLISHED);
    after_anything(s, SECONDS(200));
    expect_state(s, STATE_CLOSED);
    call_send_result(s, -ETIMEDOUT);
    call_send_result(s, -EPIPE);
}

/* Karn: an ACK of something sent twice says nothing about the path. */
static void an_ambiguous_ack_is_no_sample(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    after(s, SECONDS(1));
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    after(s, MS(1));
    uint32_t srtt = story_tcb(s)->rto.srtt_us;
    inject(s, "<SEQ=301><ACK=111><CTL=ACK>");
    CHECK(s, story_tcb(s)->rto.srtt_us == srtt);
    CHECK(s, story_tcb(s)->rto.rto_us == SECONDS(2)); /* the back-off stays until a sample */
    call_send(s, 10);
    expect(s, "<SEQ=111><ACK=301><CTL=PSH,ACK><DATA=10>");
    after(s, MS(10));
    inject(s, "<SEQ=301><ACK=121><CTL=ACK>");
    CHECK(s, story_tcb(s)->rto.rto_us == SECONDS(1));
}

static void an_ack_restarts_the_timer_for_what_is_left(struct story *s)
{
    establish(s, "");
    call_send(s, 2000);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=1101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    after(s, MS(900));
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK>");
    usec_t rto = story_tcb(s)->rto.rto_us;
    after(s, rto);
    expect(s, "<SEQ=1101><ACK=301><CTL=PSH,ACK><DATA=1000>");
}

static void a_time_out_falls_back_to_slow_start(struct story *s)
{
    establish(s, "");
    call_send(s, 4000);
    for (int i = 0; i < 4; i++)
        expect(s, "<SEQ=%d><ACK=301><CTL=%s><DATA=1000>", 101 + 1000 * i,
               i == 3 ? "PSH,ACK" : "ACK");
    after(s, SECONDS(1));
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    CHECK(s, story_tcb(s)->cwnd.wnd == 1000);
    CHECK(s, story_tcb(s)->cwnd.ssthresh == 2000);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK>");
    expect(s, "<SEQ=1101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=2101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=4101><CTL=ACK>");
    after(s, SECONDS(10));
}

/* RFC 6298 section 5.7. */
static void a_lost_syn_leaves_a_cautious_time_out(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    after(s, SECONDS(1));
    expect(s, "<SEQ=100><CTL=SYN>");
    after(s, MS(1));
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    CHECK(s, story_tcb(s)->rto.rto_us == SECONDS(3));
    CHECK(s, story_tcb(s)->cwnd.wnd == 10000); /* it may merely have been late */
}

static void two_lost_syns_leave_a_window_of_one_segment(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    after(s, SECONDS(1));
    expect(s, "<SEQ=100><CTL=SYN>");
    after(s, SECONDS(2));
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    call_send(s, 2000);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    expect_nothing(s);
}

/* RFC 9293 SHLD-16 and SHLD-17: the window shrank below what is outstanding. */
static void a_shrunk_window_does_not_time_out_while_the_peer_answers(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    for (int i = 0; i < 40; i++) {
        after(s, story_tcb(s)->rto.rto_us);
        expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
        inject(s, "<SEQ=301><ACK=101><CTL=ACK><WND=0>");
    }
    expect_state(s, STATE_ESTABLISHED);
}

/* MUST-20, SHLD-9 and SHLD-10. */
static void r1_is_told_after_three_retransmissions(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    after_anything(s, SECONDS(1 + 2));
    expect_timer(s, "rto");
    after_anything(s, SECONDS(4));
    expect_timer(s, "r1");
}

/* MUST-21. */
static void a_user_with_less_patience_is_told_sooner(struct story *s)
{
    establish(s, "");
    story_tcb(s)->patience_data = (struct rto_patience){.r2_time_us = SECONDS(5)};
    call_send(s, 10);
    after_anything(s, SECONDS(5) - 1);
    expect_state(s, STATE_ESTABLISHED);
    after_anything(s, 1);
    call_receive_result(s, -ETIMEDOUT);
}

/* SHLD-9, and section 3.8.3 (b): the user may hear of it, and the host doubts the path. */
static void at_r1_the_connection_complains_and_goes_on(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    after_anything(s, SECONDS(1 + 2));
    CHECK(s, tcp_take_report(story_tcb(s)) == 0 && !tcp_doubts_path(story_tcb(s)));
    after_anything(s, SECONDS(4));
    CHECK(s, tcp_take_report(story_tcb(s)) == -ETIMEDOUT && tcp_doubts_path(story_tcb(s)));
    expect_state(s, STATE_ESTABLISHED);
    inject(s, "<SEQ=301><ACK=111><CTL=ACK>");
    CHECK(s, tcp_take_report(story_tcb(s)) == 0 && !tcp_doubts_path(story_tcb(s)));
}

static void an_opening_connection_complains_at_r1_too(struct story *s)
{
    call_open(s);
    after_anything(s, SECONDS(1 + 2));
    CHECK(s, tcp_take_report(story_tcb(s)) == 0 && !tcp_doubts_path(story_tcb(s)));
    after_anything(s, SECONDS(4));
    CHECK(s, tcp_take_report(story_tcb(s)) == -ETIMEDOUT && tcp_doubts_path(story_tcb(s)));
    expect_state(s, STATE_SYN_SENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(lost_text_is_sent_again_after_the_time_out),
        STORY(each_time_out_doubles_the_wait),
        STORY(a_silent_peer_ends_in_etimedout),
        STORY(an_ambiguous_ack_is_no_sample),
        STORY(an_ack_restarts_the_timer_for_what_is_left),
        STORY(a_time_out_falls_back_to_slow_start),
        STORY(a_lost_syn_leaves_a_cautious_time_out),
        STORY(two_lost_syns_leave_a_window_of_one_segment),
        STORY(a_shrunk_window_does_not_time_out_while_the_peer_answers),
        STORY(r1_is_told_after_three_retransmissions),
        STORY(a_user_with_less_patience_is_told_sooner),
        STORY(at_r1_the_connection_complains_and_goes_on),
        STORY(an_opening_connection_complains_at_r1_too),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
