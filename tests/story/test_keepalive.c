/* Keepalive: RFC 9293 section 3.8.4. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void establish_with_keepalive(struct story *s)
{
    establish(s, "");
    tcp_set_keepalive(story_tcb(s), true, story_now(s));
}

/* MUST-25. */
static void it_is_off_unless_asked_for(struct story *s)
{
    establish(s, "");
    after(s, SECONDS(100000));
}

/* MUST-28, SHLD-12. */
static void an_idle_peer_is_probed_after_two_hours(struct story *s)
{
    establish_with_keepalive(s);
    after(s, SECONDS(7200));
    expect_timer(s, "keepalive");
    expect(s, "<SEQ=100><ACK=301><CTL=ACK>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    after(s, SECONDS(7200));
    expect(s, "<SEQ=100><ACK=301><CTL=ACK>");
}

/* MUST-29. */
static void nine_probes_without_answer_end_it(struct story *s)
{
    establish_with_keepalive(s);
    after(s, SECONDS(7200));
    expect(s, "<SEQ=100><ACK=301><CTL=ACK>");
    for (int i = 1; i < 9; i++) {
        after(s, SECONDS(75));
        expect(s, "<SEQ=100><ACK=301><CTL=ACK>");
    }
    after(s, SECONDS(75));
    expect(s, "<SEQ=101><ACK=301><CTL=RST,ACK>"); /* should it live after all */
    expect_state(s, STATE_CLOSED);
    call_receive_result(s, -ETIMEDOUT);
}

static void an_answer_begins_the_count_anew(struct story *s)
{
    establish_with_keepalive(s);
    after(s, SECONDS(7200));
    expect(s, "<SEQ=100><ACK=301><CTL=ACK>");
    after(s, SECONDS(75));
    expect(s, "<SEQ=100><ACK=301><CTL=ACK>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    after(s, SECONDS(7200));
    expect(s, "<SEQ=100><ACK=301><CTL=ACK>");
    expect_state(s, STATE_ESTABLISHED);
}

static void a_rebooted_peer_answers_with_a_reset(struct story *s)
{
    establish_with_keepalive(s);
    after(s, SECONDS(7200));
    expect(s, "<SEQ=100><ACK=301><CTL=ACK>");
    inject(s, "<SEQ=301><CTL=RST>");
    call_receive_result(s, -ECONNRESET);
}

/* MUST-26. */
static void outstanding_text_is_left_to_the_retransmission_timer(struct story *s)
{
    establish_with_keepalive(s);
    after(s, SECONDS(7199));
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    after(s, SECONDS(1));
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    expect_timer(s, "rto");
    expect_nothing(s);
}

static void the_peers_probe_is_answered(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=300><ACK=101><CTL=ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(it_is_off_unless_asked_for),
        STORY(an_idle_peer_is_probed_after_two_hours),
        STORY(nine_probes_without_answer_end_it),
        STORY(an_answer_begins_the_count_anew),
        STORY(a_rebooted_peer_answers_with_a_reset),
        STORY(outstanding_text_is_left_to_the_retransmission_timer),
        STORY(the_peers_probe_is_answered),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
