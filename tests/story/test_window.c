/* Windows: closing, probing, silliness on both sides, scaling. RFC 9293 sections 3.8.6, RFC 7323
 * section 2. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void the_peers_window_limits_what_is_sent(struct story *s)
{
    establish(s, "<WND=2500>");
    call_send(s, 5000);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=1101><ACK=301><CTL=ACK><DATA=1000>");
    expect_nothing(s); /* 500 more would be silly */
    inject(s, "<SEQ=301><ACK=2101><CTL=ACK><WND=2500>");
    expect(s, "<SEQ=2101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=3101><ACK=301><CTL=ACK><DATA=1000>");
}

static void a_closed_window_is_probed_ever_more_slowly(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    inject(s, "<SEQ=301><ACK=111><CTL=ACK><WND=0>");
    call_send(s, 10);
    expect_nothing(s);
    for (int wait = 1; wait <= 32; wait *= 2) {
        after(s, SECONDS(wait));
        expect_timer(s, "persist");
        expect(s, "<SEQ=110><ACK=301><CTL=ACK>");
        inject(s, "<SEQ=301><ACK=111><CTL=ACK><WND=0>");
    }
    after(s, SECONDS(60)); /* the ceiling */
    expect(s, "<SEQ=110><ACK=301><CTL=ACK>");
    inject(s, "<SEQ=301><ACK=111><CTL=ACK><WND=1000>");
    expect(s, "<SEQ=111><ACK=301><CTL=PSH,ACK><DATA=10>");
    inject(s, "<SEQ=301><ACK=121><CTL=ACK><WND=1000>");
    after(s, SECONDS(1000)); /* no more probes */
}

static void while_text_is_outstanding_its_timer_does_the_probing(struct story *s)
{
    establish(s, "");
    call_send(s, 2000);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=1101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><WND=0>");
    call_send(s, 1000);
    CHECK(s, story_tcb(s)->persist.deadline == NEVER);
    after(s, SECONDS(1));
    expect_timer(s, "rto");
    expect(s, "<SEQ=1101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    expect_nothing(s);
}

/* MUST-37. */
static void a_peer_that_answers_probes_may_keep_its_window_shut(struct story *s)
{
    establish(s, "<WND=0>");
    call_send(s, 10);
    for (int i = 0; i < 100; i++) {
        after(s, usec_min(SECONDS(1) << (i < 6 ? i : 6), SECONDS(60)));
        expect(s, "<SEQ=100><ACK=301><CTL=ACK>");
        inject(s, "<SEQ=301><ACK=101><CTL=ACK><WND=0>");
    }
    expect_state(s, STATE_ESTABLISHED);
}

static void a_peer_silent_to_probes_is_given_up(struct story *s)
{
    establish(s, "<WND=0>");
    call_send(s, 10);
    after_anything(s, SECONDS(3600));
    expect_state(s, STATE_CLOSED);
    call_receive_result(s, -ETIMEDOUT);
}

static void a_silly_window_is_used_after_a_while(struct story *s)
{
    establish(s, "<WND=10000>");
    call_send(s, 10000);
    for (int i = 0; i < 10; i++)
        expect(s, "<SEQ=%d><ACK=301><CTL=%s><DATA=1000>", 101 + 1000 * i,
               i == 9 ? "PSH,ACK" : "ACK");
    inject(s, "<SEQ=301><ACK=10101><CTL=ACK><WND=300>");
    call_send(s, 1000);
    expect_nothing(s);
    after(s, MS(200));
    expect(s, "<SEQ=10101><ACK=301><CTL=ACK><DATA=300>");
}

/* The newer of two equal ACKs was overtaken by the older one: what had become usable no longer is.
 */
static void a_silly_window_that_closes_is_no_longer_waited_for(struct story *s)
{
    establish(s, "<WND=10000>");
    tcp_set_nodelay(story_tcb(s), true);
    call_send(s, 4000);
    for (int i = 0; i < 4; i++)
        expect(s, "<SEQ=%d><ACK=301><CTL=%s><DATA=1000>", 101 + 1000 * i,
               i == 3 ? "PSH,ACK" : "ACK");
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><WND=3300>");
    call_send(s, 1000);
    CHECK(s, story_tcb(s)->sndwnd.override == story_now(s) + MS(200));
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><WND=3000>");
    CHECK(s, story_tcb(s)->sndwnd.override == NEVER);
    after(s, MS(500));
    inject(s, "<SEQ=301><ACK=4101><CTL=ACK><WND=1000>");
    expect(s, "<SEQ=4101><ACK=301><CTL=PSH,ACK><DATA=1000>");
}

/* More text could not join these octets, however long they wait for it. */
static void a_corked_connection_uses_a_window_smaller_than_a_segment(struct story *s)
{
    establish(s, "<WND=600>");
    story_tcb(s)->nagle.corked = true;
    call_send(s, 900);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=600>");
    inject(s, "<SEQ=301><ACK=701><CTL=ACK><WND=600>");
    expect_nothing(s); /* 300 octets are all there is, and the window has room for more */
    call_shutdown(s);
    expect(s, "<SEQ=701><ACK=301><CTL=FIN,PSH,ACK><DATA=300>");
}

/* tcp(7), TCP_CORK. */
static void what_a_cork_holds_goes_after_200_ms(struct story *s)
{
    establish(s, "");
    story_tcb(s)->nagle.corked = true;
    call_send(s, 1300);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK>");
    after(s, MS(100));
    call_send(s, 100);
    after(s, MS(100));
    expect_timer(s, "cork");
    expect(s, "<SEQ=1101><ACK=301><CTL=PSH,ACK><DATA=400>");
    inject(s, "<SEQ=301><ACK=1501><CTL=ACK>");
    call_send(s, 10); /* and the next is held again */
    after(s, MS(200));
    expect_timer(s, "cork");
    expect(s, "<SEQ=1501><ACK=301><CTL=PSH,ACK><DATA=10>");
    inject(s, "<SEQ=301><ACK=1511><CTL=ACK>");
}

static void our_window_closes_as_text_waits_and_never_moves_left(struct story *s)
{
    story_config(s)->receive_limit = 4000;
    establish(s, "");
    for (int i = 0; i < 4; i++)
        inject(s, "<SEQ=%d><ACK=101><CTL=ACK><DATA=1000>", 301 + 1000 * i);
    expect(s, "<SEQ=101><ACK=2301><CTL=ACK><WND=2000>");
    expect(s, "<SEQ=101><ACK=4301><CTL=ACK><WND=0>");
    call_receive_result(s, 500);
    expect_nothing(s); /* half a segment is not worth telling */
    call_receive_result(s, 500);
    expect(s, "<SEQ=101><ACK=4301><CTL=ACK><WND=1000>");
    call_receive_result(s, 3000);
    expect(s, "<SEQ=101><ACK=4301><CTL=ACK><WND=4000>");
}

/* MUST-39: whatever the ACK is sent for, it does not invite the peer to send crumbs. */
static void an_ack_does_not_offer_the_crumbs_that_were_read(struct story *s)
{
    story_config(s)->receive_limit = 4000;
    establish(s, "");
    for (int i = 0; i < 4; i++)
        inject(s, "<SEQ=%d><ACK=101><CTL=ACK><DATA=1000>", 301 + 1000 * i);
    expect(s, "<SEQ=101><ACK=2301><CTL=ACK><WND=2000>");
    expect(s, "<SEQ=101><ACK=4301><CTL=ACK><WND=0>");
    call_receive_result(s, 999);
    inject(s, "<SEQ=4300><ACK=101><CTL=ACK>");
    expect(s, "<SEQ=101><ACK=4301><CTL=ACK><WND=0>");
    call_receive_result(s, 1);
    expect(s, "<SEQ=101><ACK=4301><CTL=ACK><WND=1000>");
}

static void a_probe_of_our_closed_window_is_answered(struct story *s)
{
    story_config(s)->receive_limit = 1000;
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=1000>");
    after(s, MS(40));
    expect(s, "<SEQ=101><ACK=1301><CTL=ACK><WND=0>");
    inject(s, "<SEQ=1301><ACK=101><CTL=ACK><DATA=1>"); /* with an octet, as the RFC has it */
    expect(s, "<SEQ=101><ACK=1301><CTL=ACK><WND=0>");
    inject(s, "<SEQ=1300><ACK=101><CTL=ACK>"); /* without, as Linux and we do */
    expect(s, "<SEQ=101><ACK=1301><CTL=ACK><WND=0>");
}

/* MUST-21: R2 is the user's to choose. */
static void a_user_with_less_patience_ends_the_probing_sooner(struct story *s)
{
    establish(s, "<WND=0>");
    story_tcb(s)->patience_data = (struct rto_patience){.r2_time_us = SECONDS(5)};
    call_send(s, 10);
    after_anything(s, SECONDS(4));
    expect_state(s, STATE_ESTABLISHED);
    after_anything(s, SECONDS(4));
    call_receive_result(s, -ETIMEDOUT);
}

/* MUST-34, SHLD-15, SHLD-16; MAY-7: the segment is repaired whole though its end lies outside. */
static void a_shrunk_window_stops_new_text_and_not_repairs(struct story *s)
{
    establish(s, "");
    call_send(s, 3000);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=1101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=2101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><WND=1500>");
    call_send(s, 1000);
    expect_nothing(s);
    after(s, SECONDS(1));
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><WND=500>");
    expect(s, "<SEQ=1101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=2101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK><WND=1000>");
    expect(s, "<SEQ=3101><ACK=301><CTL=PSH,ACK><DATA=1000>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(the_peers_window_limits_what_is_sent),
        STORY(a_closed_window_is_probed_ever_more_slowly),
        STORY(while_text_is_outstanding_its_timer_does_the_probing),
        STORY(a_peer_that_answers_probes_may_keep_its_window_shut),
        STORY(a_peer_silent_to_probes_is_given_up),
        STORY(a_silly_window_is_used_after_a_while),
        STORY(a_silly_window_that_closes_is_no_longer_waited_for),
        STORY(a_corked_connection_uses_a_window_smaller_than_a_segment),
        STORY(what_a_cork_holds_goes_after_200_ms),
        STORY(our_window_closes_as_text_waits_and_never_moves_left),
        STORY(an_ack_does_not_offer_the_crumbs_that_were_read),
        STORY(a_probe_of_our_closed_window_is_answered),
        STORY(a_user_with_less_patience_ends_the_probing_sooner),
        STORY(a_shrunk_window_stops_new_text_and_not_repairs),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
