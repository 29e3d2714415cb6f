/* Path MTU discovery: RFC 1191, and RFC 5927 section 7. Segments hold 1000 octets, so packets are
 * of 1040 at most. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

enum { NARROW = 640 }; /* an MTU for segments of 600 octets */

static void report(struct story *s, uint32_t seq)
{
    struct tcb *t = story_tcb(s);
    tcp_on_too_big(t, NARROW, seq_add(t->snd.iss, seq - 100));
    call_receive_result(s, -EAGAIN); /* a call of the user lets the core send */
}

static void the_first_full_segments_are_cut_smaller_at_once(struct story *s)
{
    establish(s, "");
    call_send(s, 2000);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=1101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    uint32_t cwnd = story_tcb(s)->cwnd.wnd;
    after(s, MS(10));
    report(s, 101);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=600>");
    expect(s, "<SEQ=701><ACK=301><CTL=ACK><DATA=600>");
    expect(s, "<SEQ=1301><ACK=301><CTL=ACK><DATA=600>");
    expect(s, "<SEQ=1901><ACK=301><CTL=PSH,ACK><DATA=200>");
    CHECK(s, story_tcb(s)->cwnd.wnd == cwnd / 10 * 6); /* as many segments: RFC 5681 section 3.1 */
    report(s, 1101);                                   /* the second router report means the same */
    inject(s, "<SEQ=301><ACK=2101><CTL=ACK>");
    call_send(s, 700);
    expect(s, "<SEQ=2101><ACK=301><CTL=ACK><DATA=600>");
    inject(s, "<SEQ=301><ACK=2701><CTL=ACK>");
    expect(s, "<SEQ=2701><ACK=301><CTL=PSH,ACK><DATA=100>");
    inject(s, "<SEQ=301><ACK=2801><CTL=ACK>");
}

/* RFC 5927 section 7.3.2. */
static void a_path_that_has_carried_more_must_time_out_first(struct story *s)
{
    establish(s, "");
    call_send(s, 1000);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK>");
    call_send(s, 1000);
    expect(s, "<SEQ=1101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    report(s, 1101);
    expect_nothing(s);
    after(s, SECONDS(1));
    expect_timer(s, "rto");
    expect(s, "<SEQ=1101><ACK=301><CTL=ACK><DATA=600>");
    inject(s, "<SEQ=301><ACK=1701><CTL=ACK>");
    expect(s, "<SEQ=1701><ACK=301><CTL=PSH,ACK><DATA=400>");
    inject(s, "<SEQ=301><ACK=2101><CTL=ACK>");
}

/* RFC 5927 section 7.3.4. */
static void a_forged_report_is_forgotten_with_the_next_ack(struct story *s)
{
    establish(s, "");
    call_send(s, 1000);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK>");
    call_send(s, 1000);
    expect(s, "<SEQ=1101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    report(s, 1101);
    inject(s, "<SEQ=301><ACK=2101><CTL=ACK>");
    call_send(s, 1000);
    expect(s, "<SEQ=2101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    after(s, SECONDS(1));
    expect(s, "<SEQ=2101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK>");
}

/* RFC 5927 section 4.1. */
static void a_report_about_nothing_outstanding_is_forged(struct story *s)
{
    establish(s, "");
    call_send(s, 1000);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    report(s, 100);
    report(s, 1101);
    after(s, SECONDS(1));
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK>");
}

static void a_host_that_does_not_discover_hears_nothing(struct story *s)
{
    story_config(s)->pmtu_discovery = false;
    establish(s, "");
    call_send(s, 1000);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    report(s, 101);
    expect_nothing(s);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(the_first_full_segments_are_cut_smaller_at_once),
        STORY(a_path_that_has_carried_more_must_time_out_first),
        STORY(a_forged_report_is_forgotten_with_the_next_ack),
        STORY(a_report_about_nothing_outstanding_is_forged),
        STORY(a_host_that_does_not_discover_hears_nothing),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
