/* What an ACK does: RFC 9293 section 3.10.7.4 fifth, RFC 5961 section 5. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void an_old_segment_does_not_change_the_window(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10><WND=5000>");
    inject(s, "<SEQ=311><ACK=101><CTL=ACK><WND=6000>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10><WND=1>"); /* left over */
    expect(s, "<SEQ=101><ACK=311><CTL=ACK>");
    CHECK(s, story_tcb(s)->sndwnd.wnd == 6000);
}

static void an_ack_is_heard_although_the_window_is_closed(struct story *s)
{
    story_config(s)->receive_limit = 1000;
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=1000>");
    after(s, MS(40));
    expect(s, "<SEQ=111><ACK=1301><CTL=ACK><WND=0>");
    inject(s, "<SEQ=1301><ACK=111><CTL=ACK><DATA=1>");
    expect(s, "<SEQ=111><ACK=1301><CTL=ACK><WND=0>");
    CHECK(s, sent_flight(&story_tcb(s)->sent) == 0);
}

static void an_ack_at_the_right_edge_is_heard(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    inject(s, "<SEQ=%d><ACK=111><CTL=ACK>", 301 + 65535);
    expect_nothing(s);
    CHECK(s, sent_flight(&story_tcb(s)->sent) == 0);
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

static void one_ack_may_cover_many_segments(struct story *s)
{
    establish(s, "");
    call_send(s, 3000);
    for (int i = 0; i < 3; i++)
        expect(s, "<SEQ=%d><ACK=301><CTL=%s><DATA=1000>", 101 + 1000 * i,
               i == 2 ? "PSH,ACK" : "ACK");
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK>");
    CHECK(s, sent_flight(&story_tcb(s)->sent) == 0);
    after(s, SECONDS(100));
}

/* A lost ACK is healed by the next one. */
static void an_old_ack_changes_nothing(struct story *s)
{
    establish(s, "");
    call_send(s, 2000);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=1101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=2101><CTL=ACK>");
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK>");
    CHECK(s, seq_eq(story_tcb(s)->sent.una, story_tcb(s)->sent.nxt));
}

/* RFC 6298 section 2: the first sample sets SRTT to itself. */
static void the_handshake_measures_the_round_trip(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    after(s, MS(300));
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    CHECK(s, story_tcb(s)->rto.srtt_us == MS(300));
    CHECK(s, story_tcb(s)->rto.rto_us == SECONDS(1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(an_old_segment_does_not_change_the_window),
        STORY(an_ack_is_heard_although_the_window_is_closed),
        STORY(an_ack_at_the_right_edge_is_heard),
        STORY(an_ack_of_text_never_sent_is_challenged),
        STORY(an_ack_older_than_the_largest_window_is_challenged),
        STORY(a_handshake_with_a_wrong_ack_is_reset),
        STORY(one_ack_may_cover_many_segments),
        STORY(an_old_ack_changes_nothing),
        STORY(the_handshake_measures_the_round_trip),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
