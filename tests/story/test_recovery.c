/* Repairing loss without waiting for the timer: RFC 5681 section 3.2, 6582, 3042, 2018 and 6675. */
#include "tests/story/story.h"
#include "tests/unit/resources.h"

/* Sends `n` full segments and takes note of them. */
static void send_flight(struct story *s, int n)
{
    uint32_t first = story_tcb(s)->sent.nxt.value - story_tcb(s)->snd.iss.value + 100;
    call_send(s, (uint32_t)n * 1000);
    for (int i = 0; i < n; i++)
        expect(s, "<SEQ=%u><ACK=301><CTL=%s><DATA=1000>", first + 1000 * (uint32_t)i,
               i + 1 == n ? "PSH,ACK" : "ACK");
}

static void two_duplicates_resend_nothing_and_the_third_does(struct story *s)
{
    establish(s, "");
    send_flight(s, 5);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    expect_nothing(s);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    CHECK(s, story_tcb(s)->cwnd.ssthresh == 2500);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    expect_nothing(s);
    inject(s, "<SEQ=301><ACK=5101><CTL=ACK>");
    CHECK(s, story_tcb(s)->recovery.phase == RECOVERY_NONE);
}

/* RFC 3042: the first two duplicates let new text go. */
static void limited_transmit_sends_new_text(struct story *s)
{
    establish(s, "");
    call_send(s, 20000);
    for (int i = 0; i < 10; i++)
        expect(s, "<SEQ=%d><ACK=301><CTL=ACK><DATA=1000>", 101 + 1000 * i);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    expect(s, "<SEQ=10101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    expect(s, "<SEQ=11101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    CHECK(s, story_tcb(s)->cwnd.ssthresh == 5000); /* half of the ten, limited transmit apart */
}

/* RFC 6582: a partial ACK shows the next hole. */
static void a_partial_ack_sends_the_next_hole(struct story *s)
{
    establish(s, "");
    send_flight(s, 6);
    for (int i = 0; i < 2; i++)
        inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK>");
    expect(s, "<SEQ=3101><ACK=301><CTL=ACK><DATA=1000>");
    CHECK(s, story_tcb(s)->recovery.phase == RECOVERY_FAST);
    CHECK(s, story_tcb(s)->cwnd.wnd == 3000); /* it does not grow during the repair */
    inject(s, "<SEQ=301><ACK=6101><CTL=ACK>");
    CHECK(s, story_tcb(s)->recovery.phase == RECOVERY_NONE);
    after(s, SECONDS(10));
}

/* RFC 6582 section 3.2 step 3: all at once has left the network, and no burst follows. */
static void a_repaired_loss_lets_no_burst_follow(struct story *s)
{
    establish(s, "");
    send_flight(s, 10);
    for (int i = 0; i < 3; i++)
        inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=10101><CTL=ACK>");
    call_send(s, 5000);
    expect(s, "<SEQ=10101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=11101><ACK=301><CTL=ACK><DATA=1000>");
    expect_nothing(s);
}

/* The timer of the first sending would fire before the second one's ACK can come. */
static void a_fast_retransmission_has_a_timer_of_its_own(struct story *s)
{
    establish(s, "");
    send_flight(s, 5);
    after(s, MS(900));
    for (int i = 0; i < 3; i++)
        inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    after(s, MS(999));
    expect_nothing(s);
    after(s, MS(1));
    expect_timer(s, "rto");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
}

static void text_or_a_moving_window_is_no_duplicate(struct story *s)
{
    establish(s, "");
    send_flight(s, 5);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><WND=65000>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><WND=64000>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><WND=63000>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10><WND=63000>");
    inject(s, "<SEQ=311><ACK=101><CTL=ACK><WND=63000>");
    inject(s, "<SEQ=311><ACK=101><CTL=ACK><WND=63000>");
    expect_nothing(s);
    inject(s, "<SEQ=311><ACK=101><CTL=ACK><WND=63000>");
    expect(s, "<SEQ=101><ACK=311><CTL=ACK><DATA=1000>");
}

static void duplicates_after_a_time_out_do_not_resend_again(struct story *s)
{
    establish(s, "");
    send_flight(s, 5);
    after(s, SECONDS(1));
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    for (int i = 0; i < 4; i++)
        inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    expect_nothing(s);
}

static void establish_with_sack(struct story *s)
{
    story_config(s)->sack = true;
    establish(s, "<SACKOK>");
}

static void sack_resends_only_the_holes(struct story *s)
{
    establish_with_sack(s);
    send_flight(s, 8); /* the first and the third are lost */
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=1101-2101>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=3101-4101,1101-2101>");
    expect_nothing(s);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=3101-5101,1101-2101>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=3101-6101,1101-2101>");
    expect(s, "<SEQ=2101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=3101-7101,1101-2101>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=3101-8101,1101-2101>");
    expect_nothing(s);
    inject(s, "<SEQ=301><ACK=8101><CTL=ACK>");
    after(s, SECONDS(10));
}

/* RFC 6675 section 4, NextSeg rule 4: with nothing new to keep the ACKs coming, the last hole goes
 * out once more, once in a recovery. */
static void the_rescue_goes_out_once(struct story *s)
{
    establish_with_sack(s);
    send_flight(s, 8); /* the first and the third are lost, and the third again */
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=3101-8101,1101-2101>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=2101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=2101><CTL=ACK><SACK=3101-8101>");
    expect(s, "<SEQ=2101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=2101><CTL=ACK><SACK=3101-8101>");
    expect_nothing(s);
}

/* RFC 6675 section 5 step 4 (1): enough octets SACKed above is as good as three duplicates. */
static void a_single_sack_above_enough_octets_starts_recovery(struct story *s)
{
    establish_with_sack(s);
    send_flight(s, 8);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=1101-5101>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
}

static void a_sack_of_octets_never_sent_is_ignored(struct story *s)
{
    establish_with_sack(s);
    send_flight(s, 3);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=9101-12101>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=9101-12101>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=9101-12101>");
    CHECK(s, story_tcb(s)->sent.sacked == 0);
    expect_nothing(s);
}

/* RFC 2018 section 8: the peer may have changed its mind. */
static void a_time_out_forgets_what_was_sacked(struct story *s)
{
    establish_with_sack(s);
    send_flight(s, 4);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=3101-4101>");
    after(s, SECONDS(1));
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK>");
    expect(s, "<SEQ=1101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=2101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK>");
    expect(s, "<SEQ=3101><ACK=301><CTL=PSH,ACK><DATA=1000>");
}

static void sack_blocks_cut_ranges_anywhere(struct story *s)
{
    establish_with_sack(s);
    send_flight(s, 6);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><SACK=1501-5601>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><SACK=1501-5601>");
    expect(s, "<SEQ=1101><ACK=301><CTL=ACK><DATA=400>");
    inject(s, "<SEQ=301><ACK=6101><CTL=ACK>");
    after(s, SECONDS(10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(two_duplicates_resend_nothing_and_the_third_does),
        STORY(limited_transmit_sends_new_text),
        STORY(a_partial_ack_sends_the_next_hole),
        STORY(a_repaired_loss_lets_no_burst_follow),
        STORY(a_fast_retransmission_has_a_timer_of_its_own),
        STORY(text_or_a_moving_window_is_no_duplicate),
        STORY(duplicates_after_a_time_out_do_not_resend_again),
        STORY(sack_resends_only_the_holes),
        STORY(the_rescue_goes_out_once),
        STORY(a_single_sack_above_enough_octets_starts_recovery),
        STORY(a_sack_of_octets_never_sent_is_ignored),
        STORY(a_time_out_forgets_what_was_sacked),
        STORY(sack_blocks_cut_ranges_anywhere),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
