/* Segments that may be forged: RFC 5961, and the rules of sections 3.10.7.1 to 3.10.7.3 for states
 * in which nothing can be validated. ICMP: RFC 5927. */
#include <errno.h>

#include "tests/story/story.h"

static void challenges_are_limited(struct story *s)
{
    establish(s, "");
    for (int i = 0; i < 10; i++) {
        inject(s, "<SEQ=400><CTL=RST>");
        expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    }
    inject(s, "<SEQ=400><CTL=RST>");
    inject(s, "<SEQ=301><CTL=SYN>");
    expect_nothing(s);
    after(s, SECONDS(5));
    inject(s, "<SEQ=400><CTL=RST>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
}

static void a_true_peer_confirms_its_reset(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=311><CTL=RST>"); /* it had sent ten octets that were lost */
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    inject(s, "<SEQ=301><CTL=RST>");
    expect_state(s, STATE_CLOSED);
}

static void a_reset_may_carry_text(struct story *s) /* SHLD-2 */
{
    establish(s, "");
    inject(s, "<SEQ=301><CTL=RST><DATA=20>");
    expect_state(s, STATE_CLOSED);
}

static void an_ack_of_text_never_sent_is_challenged(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><ACK=102><CTL=ACK><DATA=10>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    call_receive_result(s, -EAGAIN);
}

static void an_ack_older_than_the_largest_window_is_challenged(struct story *s)
{
    establish(s, "<WND=1000>");
    inject(s, "<SEQ=301><ACK=#%u><CTL=ACK><DATA=10><WND=1000>",
           story_tcb(s)->sent.una.value - 1001);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    call_receive_result(s, -EAGAIN);
    inject(s, "<SEQ=301><ACK=#%u><CTL=ACK><DATA=10><WND=1000>",
           story_tcb(s)->sent.una.value - 1000);
    call_receive(s, 10);
}

static void a_handshake_with_a_wrong_ack_is_reset(struct story *s)
{
    call_listen(s);
    inject(s, "<SEQ=300><CTL=SYN>");
    expect(s, "<SEQ=100><ACK=301><CTL=SYN,ACK>");
    inject(s, "<SEQ=301><ACK=102><CTL=ACK>");
    expect(s, "<SEQ=102><CTL=RST>");
    expect_state(s, STATE_SYN_RECEIVED);
}

static void an_active_handshake_that_is_reset_was_refused(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><CTL=SYN>");
    expect(s, "<SEQ=100><ACK=301><CTL=SYN,ACK>");
    inject(s, "<SEQ=301><CTL=RST>");
    expect_state(s, STATE_CLOSED);
    call_receive_result(s, -ECONNREFUSED);
}

static void a_listener_ignores_resets_and_resets_acks(struct story *s)
{
    call_listen(s);
    inject(s, "<SEQ=300><CTL=RST>");
    inject(s, "<SEQ=300><ACK=101><CTL=RST,ACK>");
    inject(s, "<SEQ=300><CTL=FIN>");
    expect_nothing(s);
    inject(s, "<SEQ=300><ACK=#7><CTL=ACK>");
    expect(s, "<SEQ=#7><CTL=RST>");
    inject(s, "<SEQ=300><ACK=#7><CTL=SYN,ACK>");
    expect(s, "<SEQ=#7><CTL=RST>");
    expect_state(s, STATE_LISTEN);
}

static void an_opening_connection_ignores_what_does_not_concern_it(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><ACK=101><CTL=ACK>");
    inject(s, "<SEQ=300><ACK=101><CTL=FIN,ACK>");
    inject(s, "<SEQ=300><CTL=FIN>");
    inject(s, "<SEQ=300><ACK=102><CTL=RST,ACK>");
    inject(s, "<SEQ=300><ACK=100><CTL=RST,ACK>");
    expect_nothing(s);
    expect_state(s, STATE_SYN_SENT);
    inject(s, "<SEQ=300><ACK=102><CTL=ACK>");
    expect(s, "<SEQ=102><CTL=RST>");
    inject(s, "<SEQ=300><ACK=100><CTL=FIN,ACK>");
    expect(s, "<SEQ=100><CTL=RST>");
    expect_state(s, STATE_SYN_SENT);
}

static void no_connection_resets_everything_but_resets(struct story *s)
{
    inject(s, "<SEQ=#300><CTL=SYN>");
    expect(s, "<SEQ=#0><ACK=#301><CTL=RST,ACK>");
    inject(s, "<SEQ=#300><CTL=SYN,FIN><DATA=10>");
    expect(s, "<SEQ=#0><ACK=#312><CTL=RST,ACK>");
    inject(s, "<SEQ=#300><ACK=#7><CTL=FIN,ACK><DATA=10>");
    expect(s, "<SEQ=#7><CTL=RST>");
    inject(s, "<SEQ=#300><ACK=#7><CTL=RST,ACK>");
    inject(s, "<SEQ=#300><CTL=RST>");
    expect_nothing(s);
}

/* RFC 9293 SHLD-26 and RFC 5927 section 5.2. */
static void a_hard_icmp_error_ends_an_opening_connection_only(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    tcp_on_icmp(story_tcb(s), -ECONNREFUSED, true, seq_add(story_tcb(s)->snd.iss, 1));
    expect_state(s, STATE_SYN_SENT); /* not about our SYN: forged */
    tcp_on_icmp(story_tcb(s), -ECONNREFUSED, true, story_tcb(s)->snd.iss);
    expect_state(s, STATE_CLOSED);
    call_receive_result(s, -ECONNREFUSED);
}

/* MUST-56, SHLD-25. */
static void a_soft_icmp_error_is_the_reason_of_a_time_out(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    tcp_on_icmp(story_tcb(s), -EHOSTUNREACH, false, story_tcb(s)->sent.una);
    after_anything(s, SECONDS(3600));
    call_receive_result(s, -EHOSTUNREACH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(challenges_are_limited),
        STORY(a_true_peer_confirms_its_reset),
        STORY(a_reset_may_carry_text),
        STORY(an_ack_of_text_never_sent_is_challenged),
        STORY(an_ack_older_than_the_largest_window_is_challenged),
        STORY(a_handshake_with_a_wrong_ack_is_reset),
        STORY(an_active_handshake_that_is_reset_was_refused),
        STORY(a_listener_ignores_resets_and_resets_acks),
        STORY(an_opening_connection_ignores_what_does_not_concern_it),
        STORY(no_connection_resets_everything_but_resets),
        STORY(a_hard_icmp_error_ends_an_opening_connection_only),
        STORY(a_soft_icmp_error_is_the_reason_of_a_time_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
