/* Loss found by time, and the tail loss probe: RFC 8985. The round trip takes 20 ms. */
#include "tests/story/story.h"
#include "tests/unit/resources.h"

#define RTT MS(20)

/* Segments of 1000 octets; `first` counts from 0. */
static void expect_segments(struct story *s, int first, int end, bool push)
{
    for (int i = first; i < end; i++)
        expect(s, "<SEQ=%d><ACK=301><CTL=%s><DATA=1000>", 1101 + 1000 * i,
               push && i + 1 == end ? "PSH,ACK" : "ACK");
}

/* One segment has gone and come, so that the path is known. */
static void establish_over_a_known_path(struct story *s)
{
    struct tcp_config *config = story_config(s);
    config->sack = config->rack = config->tail_probe = true;
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    after(s, RTT);
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK><SACKOK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    call_send(s, 1000);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK>");
}

static void a_hole_near_the_end_is_found_without_three_duplicates(struct story *s)
{
    establish_over_a_known_path(s);
    call_send(s, 2000); /* the first is lost */
    expect_segments(s, 0, 2, true);
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><SACK=2101-3101>");
    expect_nothing(s);
    after(s, RTT / 4);
    expect_timer(s, "reorder");
    expect_segments(s, 0, 1, false);
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK>");
    after(s, SECONDS(10));
}

static void where_segments_were_reordered_only_time_tells_of_a_loss(struct story *s)
{
    establish_over_a_known_path(s);
    call_send(s, 6000);
    expect_segments(s, 0, 6, true);
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><SACK=2101-3101>");
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK>"); /* the first, late */
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK><SACK=4101-7101>");
    expect_nothing(s);
    after(s, RTT / 4);
    expect_timer(s, "reorder");
    expect_segments(s, 2, 3, false);
    inject(s, "<SEQ=301><ACK=7101><CTL=ACK>");
    after(s, SECONDS(10));
}

static void asked_to_what_was_sacked_grows_the_window_no_more(struct story *s)
{
    establish_over_a_known_path(s);
    story_config(s)->as_linux.arrivals_grow = true;
    story_tcb(s)->cwnd.ack_limit = UINT8_MAX; /* else an ACK is worth one segment anyhow */
    call_send(s, 6000);
    expect_segments(s, 0, 6, true);
    after(s, RTT);
    uint32_t before = story_tcb(s)->cwnd.wnd;
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><SACK=2101-3101>");
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK>");
    CHECK(s, story_tcb(s)->cwnd.wnd == before + 1000);
    inject(s, "<SEQ=301><ACK=7101><CTL=ACK>");
    after(s, SECONDS(10));
}

static void asked_to_a_time_out_keeps_what_recovery_chose(struct story *s)
{
    establish_over_a_known_path(s);
    story_config(s)->as_linux.halves_window = true;
    story_tcb(s)->cwnd.halves_window = true;
    call_send(s, 6000); /* the first is lost, twice */
    expect_segments(s, 0, 6, true);
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><SACK=2101-7101>");
    expect_segments(s, 0, 1, false);
    uint32_t chosen = story_tcb(s)->cwnd.ssthresh;
    story_tcb(s)->cwnd.wnd = 4 * chosen;
    after_anything(s, SECONDS(1));
    expect_timer(s, "rto");
    CHECK(s, story_tcb(s)->cwnd.ssthresh == chosen);
    inject(s, "<SEQ=301><ACK=7101><CTL=ACK>");
    after(s, SECONDS(10));
}

static void a_lost_retransmission_does_not_wait_for_the_timer(struct story *s)
{
    establish_over_a_known_path(s);
    call_send(s, 6000); /* the first is lost, and will be again */
    expect_segments(s, 0, 6, true);
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><SACK=2101-7101>");
    expect_segments(s, 0, 1, false);
    after(s, MS(1));
    call_send(s, 1000);
    expect_segments(s, 6, 7, true);
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><SACK=2101-8101>");
    expect_segments(s, 0, 1, false);
    CHECK(s, story_tcb(s)->rto.timeouts == 0);
    CHECK(s, story_tcb(s)->cwnd.ssthresh == 2000); /* lowered twice: RFC 5681 section 4.3 */
    inject(s, "<SEQ=301><ACK=8101><CTL=ACK>");
    after(s, SECONDS(10));
}

static void a_time_out_keeps_what_is_sacked(struct story *s)
{
    establish_over_a_known_path(s);
    story_tcb(s)->tlp.on = false;
    call_send(s, 4000); /* only the last arrives, and no retransmission does */
    expect_segments(s, 0, 4, true);
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><SACK=4101-5101>");
    after_anything(s, SECONDS(1) - 1);
    after_anything(s, RTT); /* the timer counts from the first retransmission */
    expect_timer(s, "rto");
    CHECK(s, story_tcb(s)->sent.sacked == 1000);
    inject(s, "<SEQ=301><ACK=2101><CTL=ACK><SACK=4101-5101>");
    expect_segments(s, 1, 3, false);
    inject(s, "<SEQ=301><ACK=5101><CTL=ACK>");
}

static void a_lost_tail_is_probed_after_two_round_trips(struct story *s)
{
    establish_over_a_known_path(s);
    call_send(s, 3000); /* the last two are lost */
    expect_segments(s, 0, 3, true);
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=2101><CTL=ACK>");
    after(s, 2 * RTT);
    expect_timer(s, "probe");
    expect_segments(s, 2, 3, true);
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=2101><CTL=ACK><SACK=3101-4101>");
    expect_segments(s, 1, 2, false); /* long overdue */
    inject(s, "<SEQ=301><ACK=4101><CTL=ACK>");
    after(s, SECONDS(10));
}

static void the_probe_is_the_last_segment_as_it_left(struct story *s)
{
    establish_over_a_known_path(s);
    tcp_set_nodelay(story_tcb(s), true);
    call_send(s, 2500);
    expect_segments(s, 0, 2, false);
    expect(s, "<SEQ=3101><ACK=301><CTL=PSH,ACK><DATA=500>");
    after(s, 2 * RTT);
    expect_timer(s, "probe");
    expect(s, "<SEQ=3101><ACK=301><CTL=PSH,ACK><DATA=500>");
    inject(s, "<SEQ=301><ACK=3601><CTL=ACK>");
    after(s, SECONDS(10));
}

static void a_lone_segment_is_probed_when_a_delayed_ack_should_be_here(struct story *s)
{
    establish_over_a_known_path(s);
    call_send(s, 1000);
    expect_segments(s, 0, 1, true);
    after(s, 2 * RTT + MS(199));
    expect_nothing(s);
    after(s, MS(1));
    expect_timer(s, "probe");
    expect_segments(s, 0, 1, true);
}

static void a_time_out_forgets_the_probe(struct story *s)
{
    establish_over_a_known_path(s);
    call_send(s, 8000);
    expect_segments(s, 0, 8, true);
    after(s, 2 * RTT);
    expect_segments(s, 7, 8, true);
    after(s, SECONDS(1));
    expect_timer(s, "rto");
    expect_segments(s, 0, 1, false);
    inject(s, "<SEQ=301><ACK=9101><CTL=ACK>");
    call_send(s, 1000);
    expect_segments(s, 8, 9, true);
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=10101><CTL=ACK>");
    CHECK(s, story_tcb(s)->cwnd.ssthresh == 4000); /* lowered by the time-out, and by it alone */
}

static void a_lost_ack_costs_a_probe_and_no_window(struct story *s)
{
    establish_over_a_known_path(s);
    call_send(s, 3000);
    expect_segments(s, 0, 3, true);
    uint32_t cwnd = story_tcb(s)->cwnd.wnd;
    after(s, 2 * RTT);
    expect_timer(s, "probe");
    expect_segments(s, 2, 3, true);
    inject(s, "<SEQ=301><ACK=4101><CTL=ACK><SACK=3101-4101>"); /* twice, says RFC 2883 */
    call_send(s, 1000);
    expect_segments(s, 3, 4, true);
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=5101><CTL=ACK>");
    CHECK(s, story_tcb(s)->cwnd.wnd >= cwnd);
}

static void a_loss_that_the_probe_repairs_lowers_the_window(struct story *s)
{
    establish_over_a_known_path(s);
    call_send(s, 3000); /* the last is lost */
    expect_segments(s, 0, 3, true);
    after(s, 2 * RTT);
    expect_timer(s, "probe");
    expect_segments(s, 2, 3, true);
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=4101><CTL=ACK>");
    call_send(s, 1000);
    expect_segments(s, 3, 4, true);
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=5101><CTL=ACK>");
    CHECK(s, story_tcb(s)->cwnd.ssthresh == 2000);
}

static void a_probe_prefers_new_text_even_beyond_the_window(struct story *s)
{
    establish_over_a_known_path(s);
    call_send(s, 20000);
    int window = (int)story_tcb(s)->cwnd.wnd / 1000;
    expect_segments(s, 0, window, false);
    after(s, 2 * RTT);
    expect_timer(s, "probe");
    expect_segments(s, window, window + 1, false);
}

static void silence_after_the_probe_ends_in_the_time_out(struct story *s)
{
    establish_over_a_known_path(s);
    call_send(s, 3000);
    expect_segments(s, 0, 3, true);
    after(s, 2 * RTT);
    expect_segments(s, 2, 3, true);
    after(s, SECONDS(1)); /* counted from the probe on */
    expect_timer(s, "rto");
    expect_segments(s, 0, 1, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_hole_near_the_end_is_found_without_three_duplicates),
        STORY(where_segments_were_reordered_only_time_tells_of_a_loss),
        STORY(asked_to_what_was_sacked_grows_the_window_no_more),
        STORY(asked_to_a_time_out_keeps_what_recovery_chose),
        STORY(a_lost_retransmission_does_not_wait_for_the_timer),
        STORY(a_time_out_keeps_what_is_sacked),
        STORY(a_lost_tail_is_probed_after_two_round_trips),
        STORY(the_probe_is_the_last_segment_as_it_left),
        STORY(a_lone_segment_is_probed_when_a_delayed_ack_should_be_here),
        STORY(a_time_out_forgets_the_probe),
        STORY(a_lost_ack_costs_a_probe_and_no_window),
        STORY(a_loss_that_the_probe_repairs_lowers_the_window),
        STORY(a_probe_prefers_new_text_even_beyond_the_window),
        STORY(silence_after_the_probe_ends_in_the_time_out),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
