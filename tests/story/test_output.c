/* Which segment leaves first, and what rides on it: common/tcp/output.c. */
#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void a_reset_leaves_before_anything_else(struct story *s)
{
    establish(s, "<WND=0>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10><WND=0>");
    call_abort(s); /* an ACK was owed too */
    expect(s, "<SEQ=101><ACK=311><CTL=RST,ACK>");
    expect_nothing(s);
}

static void repairs_leave_before_new_text(struct story *s)
{
    establish(s, "");
    call_send(s, 3000);
    for (int i = 0; i < 3; i++)
        expect(s, "<SEQ=%d><ACK=301><CTL=%s><DATA=1000>", 101 + 1000 * i,
               i == 2 ? "PSH,ACK" : "ACK");
    after(s, SECONDS(1));
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    call_send(s, 1000);
    expect_nothing(s);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK>");
    expect(s, "<SEQ=1101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=2101><ACK=301><CTL=PSH,ACK><DATA=1000>"); /* as the first time */
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK>");
    expect(s, "<SEQ=3101><ACK=301><CTL=PSH,ACK><DATA=1000>");
}

static void an_ack_owed_rides_on_the_fin(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    call_receive(s, 10);
    call_shutdown(s);
    expect(s, "<SEQ=101><ACK=311><CTL=FIN,ACK>");
    after_anything(s, MS(40));
    expect_nothing(s);
}

static void every_segment_carries_both_ports(struct story *s)
{
    struct segment seg;
    CHECK(s, tcp_open_active(story_tcb(s), story_now(s)) == 0);
    CHECK(s, tcp_next_segment(story_tcb(s), story_now(s), &seg));
    CHECK(s, seg.src_port == 5000 && seg.dst_port == 80);
    CHECK(s, !tcp_next_segment(story_tcb(s), story_now(s), &seg));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_reset_leaves_before_anything_else),
        STORY(repairs_leave_before_new_text),
        STORY(an_ack_owed_rides_on_the_fin),
        STORY(every_segment_carries_both_ports),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
