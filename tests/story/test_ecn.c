/* Congestion that is told and not suffered: RFC 3168 section 6.1. */
#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void establish_with_ecn(struct story *s)
{
    story_config(s)->ecn = ECN_ASK;
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN,ECE,CWR><ECN=->");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK,ECE>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><ECN=->");
    CHECK(s, story_tcb(s)->ecn.on);
}

/* Segments of 1000 octets; `first` counts from 0. */
static void expect_segments(struct story *s, int first, int end)
{
    for (int i = first; i < end; i++)
        expect(s, "<SEQ=%d><ACK=301><CTL=ACK><DATA=1000><ECN=2>", 101 + 1000 * i);
}

static void who_is_asked_answers(struct story *s)
{
    call_listen(s);
    inject(s, "<SEQ=300><CTL=SYN,ECE,CWR>");
    expect(s, "<SEQ=100><ACK=301><CTL=SYN,ACK,ECE><ECN=->");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10><ECN=2>");
}

static void who_is_not_asked_does_without(struct story *s)
{
    call_listen(s);
    inject(s, "<SEQ=300><CTL=SYN>");
    expect(s, "<SEQ=100><ACK=301><CTL=SYN,ACK>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10><ECN=->");
}

/* Section 6.1.1.1: the peer then sends a SYN without the flags, and gets an answer without. */
static void a_repeated_syn_may_take_the_offer_back(struct story *s)
{
    call_listen(s);
    inject(s, "<SEQ=300><CTL=SYN,ECE,CWR>");
    expect(s, "<SEQ=100><ACK=301><CTL=SYN,ACK,ECE>");
    inject(s, "<SEQ=300><CTL=SYN>");
    expect(s, "<SEQ=100><ACK=301><CTL=SYN,ACK>");
}

static void a_syn_sent_again_does_not_ask(struct story *s)
{
    story_config(s)->ecn = ECN_ASK;
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN,ECE,CWR>");
    after(s, SECONDS(1));
    expect_timer(s, "rto");
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK,ECE>"); /* to the first */
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10><ECN=->");
}

/* Section 6.1.3. */
static void a_mark_is_echoed_in_every_ack_until_cwr(struct story *s)
{
    establish_with_ecn(s);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=1000><ECN=3>");
    expect(s, "<SEQ=101><ACK=1301><CTL=ACK,ECE><ECN=->"); /* at once */
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=1301><CTL=PSH,ACK,ECE><DATA=10><ECN=2>");
    inject(s, "<SEQ=1301><ACK=111><CTL=ACK><DATA=1000><ECN=2>");
    inject(s, "<SEQ=2301><ACK=111><CTL=ACK><DATA=1000><ECN=2>");
    expect(s, "<SEQ=111><ACK=3301><CTL=ACK,ECE>");
    inject(s, "<SEQ=3301><ACK=111><CTL=ACK,CWR><DATA=1000><ECN=2>");
    inject(s, "<SEQ=4301><ACK=111><CTL=ACK><DATA=1000><ECN=2>");
    expect(s, "<SEQ=111><ACK=5301><CTL=ACK>");
    call_receive(s, 5000);
}

/* Section 6.1.5. */
static void a_mark_outside_the_window_is_not_heard(struct story *s)
{
    establish_with_ecn(s);
    inject(s, "<SEQ=201><ACK=101><CTL=ACK><DATA=100><ECN=3>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
}

/* Section 6.1.2. */
static void an_echo_halves_the_window_once_and_is_confirmed(struct story *s)
{
    establish_with_ecn(s);
    call_send(s, 20000);
    expect_segments(s, 0, 10);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK,ECE>");
    CHECK(s, story_tcb(s)->cwnd.wnd == 5000 && story_tcb(s)->cwnd.ssthresh == 5000);
    inject(s, "<SEQ=301><ACK=6101><CTL=ACK,ECE>");
    CHECK(s, story_tcb(s)->cwnd.wnd == 5000);
    expect(s, "<SEQ=10101><ACK=301><CTL=ACK,CWR><DATA=1000><ECN=2>");
    inject(s, "<SEQ=301><ACK=10101><CTL=ACK,ECE>"); /* CWR has not arrived yet */
    CHECK(s, story_tcb(s)->cwnd.wnd == 5000);
    expect_segments(s, 11, 15);
    inject(s, "<SEQ=301><ACK=12101><CTL=ACK,ECE>"); /* congestion again */
    CHECK(s, story_tcb(s)->cwnd.wnd == 2500);
}

static void a_mark_and_a_loss_in_one_window_count_once(struct story *s)
{
    establish_with_ecn(s);
    call_send(s, 10000);
    for (int i = 0; i < 9; i++)
        expect_segments(s, i, i + 1);
    expect(s, "<SEQ=9101><ACK=301><CTL=PSH,ACK><DATA=1000><ECN=2>");
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK,ECE>");
    for (int i = 0; i < 3; i++)
        inject(s, "<SEQ=301><ACK=1101><CTL=ACK,ECE>");
    expect(s, "<SEQ=1101><ACK=301><CTL=ACK><DATA=1000><ECN=->"); /* section 6.1.5 */
    CHECK(s, story_tcb(s)->cwnd.ssthresh == 5000);
}

/* Whatever has lowered the window. */
static void a_time_out_is_confirmed_too(struct story *s)
{
    establish_with_ecn(s);
    call_send(s, 1000);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=1000><ECN=2>");
    after(s, SECONDS(1));
    expect_timer(s, "rto");
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=1000><ECN=->");
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK>");
    call_send(s, 10);
    expect(s, "<SEQ=1101><ACK=301><CTL=PSH,ACK,CWR><DATA=10><ECN=2>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(who_is_asked_answers),
        STORY(who_is_not_asked_does_without),
        STORY(a_repeated_syn_may_take_the_offer_back),
        STORY(a_syn_sent_again_does_not_ask),
        STORY(a_mark_is_echoed_in_every_ack_until_cwr),
        STORY(a_mark_outside_the_window_is_not_heard),
        STORY(an_echo_halves_the_window_once_and_is_confirmed),
        STORY(a_mark_and_a_loss_in_one_window_count_once),
        STORY(a_time_out_is_confirmed_too),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
