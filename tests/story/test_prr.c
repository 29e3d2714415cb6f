/* Proportional rate reduction in its place: RFC 9937. Ten segments of 1000 octets are outstanding,
 * the first is lost, and two new ones have left by limited transmit (RFC 3042). */
#include "tests/story/story.h"
#include "tests/unit/resources.h"

/* Segments are counted from 0. */
static void expect_segment(struct story *s, int i)
{
    expect(s, "<SEQ=%d><ACK=301><CTL=ACK><DATA=1000>", 101 + 1000 * i);
}

/* Everything before segment `first` has arrived, and those from 1 to `end` - 1. */
static void sack(struct story *s, int first, int end)
{
    inject(s, "<SEQ=301><ACK=%d><CTL=ACK><SACK=%d-%d>", 101 + 1000 * first,
           101 + 1000 * (first + 1), 101 + 1000 * end);
}

static void duplicate(struct story *s)
{
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
}

static void send_ten(struct story *s, bool with_sack)
{
    story_config(s)->gradual_reduction = true;
    story_config(s)->sack = with_sack;
    establish(s, with_sack ? "<SACKOK>" : "");
    call_send(s, 30000);
    for (int i = 0; i < 10; i++)
        expect_segment(s, i);
}

/* The third SACK finds the loss; the other seven, and those of the two new ones, let about half as
 * many leave. */
static void a_loss_lowers_the_window_ack_by_ack(struct story *s)
{
    send_ten(s, true);
    sack(s, 0, 2);
    expect_segment(s, 10);
    sack(s, 0, 3);
    expect_segment(s, 11);
    sack(s, 0, 4);
    expect_segment(s, 0);
    CHECK(s, story_tcb(s)->cwnd.ssthresh == 5000 && story_tcb(s)->cwnd.wnd == 9000);
    for (int arrived = 5, next = 12; arrived <= 12; arrived++) {
        sack(s, 0, arrived);
        bool second = arrived == 6 || arrived == 8;
        if (second || arrived >= 11) /* from there on the pipe is short of ssthresh */
            expect_segment(s, next++);
        else
            expect_nothing(s);
    }
    inject(s, "<SEQ=301><ACK=12101><CTL=ACK>");
    CHECK(s, story_tcb(s)->cwnd.wnd == 5000); /* section 6.4 */
    expect_segment(s, 16);
}

/* Figure 2: nine of ten are lost, and what is sent again is no more than what arrives. */
static void a_burst_of_losses_is_not_answered_by_a_burst(struct story *s)
{
    send_ten(s, true);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=7101-10101>");
    CHECK(s, story_tcb(s)->cwnd.ssthresh == 5000 && story_tcb(s)->cwnd.wnd == 3000);
    for (int i = 0; i < 3; i++)
        expect_segment(s, i);
    expect_nothing(s);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><SACK=7101-10101>"); /* good progress: one more */
    expect_segment(s, 3);
    expect_segment(s, 4);
    expect_nothing(s);
}

/* Section 6.2: each duplicate ACK counts for a segment, and of what the next ACK covers only what
 * they did not tell. */
static void without_sack_duplicates_stand_for_segments(struct story *s)
{
    send_ten(s, false);
    duplicate(s);
    expect_segment(s, 10);
    duplicate(s);
    expect_segment(s, 11);
    duplicate(s);
    expect_segment(s, 0);
    CHECK(s, story_tcb(s)->cwnd.prr.recover_fs == 12000);
    for (int i = 4, next = 12; i <= 11; i++) {
        duplicate(s);
        bool second = i == 5 || i == 7;
        if (second || i >= 10) /* from there on the pipe is short of ssthresh */
            expect_segment(s, next++);
        else
            expect_nothing(s);
    }
    inject(s, "<SEQ=301><ACK=12101><CTL=ACK>");
    CHECK(s, story_tcb(s)->cwnd.wnd == 5000);
    expect_segment(s, 16);
}

/* However many there are, no more can have arrived than was outstanding. */
static void duplicates_without_end_send_no_more_than_was_outstanding(struct story *s)
{
    send_ten(s, false);
    for (int i = 0; i < 100; i++)
        duplicate(s);
    seq_t next = story_tcb(s)->sent.nxt;
    CHECK(s, seq_distance(story_tcb(s)->snd.iss, next) <= 1 + 12000 + 5000);
    for (int i = 10; i < 12; i++)
        expect_segment(s, i);
    expect_segment(s, 0);
    for (int i = 12; i < (int)(seq_distance(story_tcb(s)->snd.iss, next) - 1) / 1000; i++)
        expect_segment(s, i);
    expect_nothing(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_loss_lowers_the_window_ack_by_ack),
        STORY(a_burst_of_losses_is_not_answered_by_a_burst),
        STORY(without_sack_duplicates_stand_for_segments),
        STORY(duplicates_without_end_send_no_more_than_was_outstanding),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
