/* Segments that may be forged: RFC 5961, and the rules of sections 3.10.7.1 to 3.10.7.3 for states
 * in which nothing can be validated. ICMP: RFC 5927. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

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

/* Else two confused peers could acknowledge each other's ACKs for ever. */
static void answers_to_bare_acks_are_limited_too(struct story *s)
{
    establish(s, "");
    for (int i = 0; i < 10; i++) {
        inject(s, "<SEQ=200><ACK=101><CTL=ACK>");
        expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    }
    inject(s, "<SEQ=200><ACK=101><CTL=ACK>");
    expect_nothing(s);
    inject(s, "<SEQ=200><ACK=101><CTL=ACK><DATA=10>"); /* text never goes unanswered */
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
}

static void close_our_window(struct story *s)
{
    story_config(s)->receive_limit = 1000;
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=1000>");
    after(s, MS(40));
    expect(s, "<SEQ=101><ACK=1301><CTL=ACK><WND=0>");
}

/* MUST-66. */
static void a_reset_is_heard_through_a_closed_window(struct story *s)
{
    close_our_window(s);
    inject(s, "<SEQ=1301><CTL=RST>");
    expect_state(s, STATE_CLOSED);
}

/* MUST-66. */
static void an_urgent_mark_is_heard_through_a_closed_window(struct story *s)
{
    close_our_window(s);
    inject(s, "<SEQ=1301><ACK=101><CTL=URG,ACK><DATA=1><UP=1>");
    expect(s, "<SEQ=101><ACK=1301><CTL=ACK><WND=0>");
    CHECK(s, tcp_readiness(story_tcb(s)) & TCP_OOB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(challenges_are_limited),
        STORY(a_true_peer_confirms_its_reset),
        STORY(a_reset_may_carry_text),
        STORY(an_active_handshake_that_is_reset_was_refused),
        STORY(answers_to_bare_acks_are_limited_too),
        STORY(a_reset_is_heard_through_a_closed_window),
        STORY(an_urgent_mark_is_heard_through_a_closed_window),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
