/* Segments that arrive in CLOSED, LISTEN and SYN-SENT: RFC 9293 sections 3.10.7.1 to 3.10.7.3. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void a_listener_ignores_resets_and_resets_acks(struct story *s)
{
    call_listen(s);
    inject(s, "<SEQ=300><CTL=RST>");
    inject(s, "<SEQ=300><ACK=101><CTL=RST,ACK>");
    inject(s, "<SEQ=300><CTL=SYN,RST>");
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

static void a_reset_that_acknowledges_nothing_does_not_refuse(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=#0><CTL=RST>");
    expect_state(s, STATE_SYN_SENT);
}

static void a_refused_connection_tells_so(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=#0><ACK=101><CTL=RST,ACK>");
    expect_state(s, STATE_CLOSED);
    call_send_result(s, -ECONNREFUSED);
    call_send_result(s, -EPIPE);
}

static void a_syn_ack_may_carry_text(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK><DATA=10>");
    expect(s, "<SEQ=101><ACK=311><CTL=ACK>");
    call_receive(s, 10);
}

static void text_on_a_syn_waits_at_the_peer(struct story *s)
{
    call_listen(s);
    inject(s, "<SEQ=300><CTL=SYN><DATA=10>");
    expect(s, "<SEQ=100><ACK=301><CTL=SYN,ACK>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    call_receive(s, 10);
    after(s, MS(40));
    expect(s, "<SEQ=101><ACK=311><CTL=ACK>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_listener_ignores_resets_and_resets_acks),
        STORY(an_opening_connection_ignores_what_does_not_concern_it),
        STORY(no_connection_resets_everything_but_resets),
        STORY(a_reset_that_acknowledges_nothing_does_not_refuse),
        STORY(a_refused_connection_tells_so),
        STORY(a_syn_ack_may_carry_text),
        STORY(text_on_a_syn_waits_at_the_peer),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
