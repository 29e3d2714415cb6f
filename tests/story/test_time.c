/* Deadlines: common/tcp/time.c. What each timer does is told where its mechanism is. */
#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void nothing_is_due_on_an_idle_connection(struct story *s)
{
    CHECK(s, tcp_deadline(story_tcb(s)) == NEVER);
    establish(s, "");
    CHECK(s, tcp_deadline(story_tcb(s)) == NEVER);
}

static void the_earliest_timer_is_the_deadline(struct story *s)
{
    const struct tcb *t = story_tcb(s);
    establish(s, "");
    tcp_set_keepalive(story_tcb(s), true, story_now(s));
    CHECK(s, tcp_deadline(t) == story_now(s) + SECONDS(7200));
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    CHECK(s, tcp_deadline(t) == story_now(s) + SECONDS(1));
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    CHECK(s, tcp_deadline(t) == story_now(s) + MS(40));
    call_abort(s);
    expect(s, "<SEQ=111><ACK=311><CTL=RST,ACK>");
    CHECK(s, tcp_deadline(t) == NEVER);
}

static void asking_too_early_does_nothing(struct story *s)
{
    struct segment seg;
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    tcp_on_time(story_tcb(s), story_now(s) + MS(999));
    CHECK(s, !tcp_next_segment(story_tcb(s), story_now(s) + MS(999), &seg));
}

static void asking_late_runs_each_timer_once(struct story *s)
{
    struct segment seg;
    usec_t late = story_now(s) + SECONDS(100);
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    tcp_on_time(story_tcb(s), late);
    CHECK(s, tcp_next_segment(story_tcb(s), late, &seg) && segment_text_len(&seg) == 10);
    CHECK(s, !tcp_next_segment(story_tcb(s), late, &seg));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(nothing_is_due_on_an_idle_connection),
        STORY(the_earliest_timer_is_the_deadline),
        STORY(asking_too_early_does_nothing),
        STORY(asking_late_runs_each_timer_once),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
