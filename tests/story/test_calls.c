/* OPEN, CLOSE and ABORT: RFC 9293 sections 3.10.1, 3.10.4 and 3.10.5. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void aborting_resets_and_forgets(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    call_abort(s);
    expect(s, "<SEQ=111><ACK=301><CTL=RST,ACK>");
    expect_state(s, STATE_CLOSED);
    after(s, SECONDS(1000));
}

static void aborting_in_time_wait_is_silent(struct story *s)
{
    establish(s, "");
    call_shutdown(s);
    expect(s, "<SEQ=101><ACK=301><CTL=FIN,ACK>");
    inject(s, "<SEQ=301><ACK=102><CTL=FIN,ACK>");
    expect(s, "<SEQ=102><ACK=302><CTL=ACK>");
    call_abort(s);
    expect_state(s, STATE_CLOSED);
}

static void closing_before_an_answer_forgets_the_attempt(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    call_shutdown(s);
    expect_state(s, STATE_CLOSED);
    after(s, SECONDS(10));
}

static void closing_during_the_handshake_waits_for_its_end(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><CTL=SYN>");
    expect(s, "<SEQ=100><ACK=301><CTL=SYN,ACK>");
    call_shutdown(s);
    expect_nothing(s);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=FIN,ACK>");
    expect_state(s, STATE_FIN_WAIT_1);
}

static void a_listener_closes_at_once(struct story *s)
{
    call_listen(s);
    call_shutdown(s);
    expect_state(s, STATE_CLOSED);
}

static void a_connection_opens_once(struct story *s)
{
    establish(s, "");
    CHECK(s, tcp_open_active(story_tcb(s), story_now(s)) == -EISCONN);
    CHECK(s, tcp_open_passive(story_tcb(s)) == -EISCONN);
}

/* Section 3.10.1, LISTEN. */
static void a_listener_may_become_active(struct story *s)
{
    call_listen(s);
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    expect_state(s, STATE_SYN_SENT);
}

static void a_second_close_sends_no_second_fin(struct story *s)
{
    establish(s, "");
    call_shutdown(s);
    expect(s, "<SEQ=101><ACK=301><CTL=FIN,ACK>");
    call_shutdown(s);
    call_close(s);
    expect_nothing(s);
}

static void nothing_can_be_closed_before_it_is_open(struct story *s)
{
    CHECK(s, tcp_shutdown(story_tcb(s)) == -ENOTCONN);
    call_abort(s);
    expect_nothing(s);
}

static void maxseg_is_settled_before_the_handshake(struct story *s)
{
    CHECK(s, tcp_set_maxseg(story_tcb(s), MSS_MIN - 1) == -EINVAL);
    establish(s, "");
    CHECK(s, tcp_set_maxseg(story_tcb(s), 500) == -EISCONN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(aborting_resets_and_forgets),
        STORY(aborting_in_time_wait_is_silent),
        STORY(closing_before_an_answer_forgets_the_attempt),
        STORY(closing_during_the_handshake_waits_for_its_end),
        STORY(a_listener_closes_at_once),
        STORY(a_connection_opens_once),
        STORY(a_listener_may_become_active),
        STORY(a_second_close_sends_no_second_fin),
        STORY(nothing_can_be_closed_before_it_is_open),
        STORY(maxseg_is_settled_before_the_handshake),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
