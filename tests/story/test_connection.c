/* What two SYNs settle: MSS (RFC 9293 section 3.7.1), window scale and timestamps (RFC 7323), SACK
 * (RFC 2018 section 2). */
#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void scaled_windows_count_in_units(struct story *s)
{
    story_config(s)->window_scale = true;
    story_config(s)->receive_limit = 1 << 20;
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN><WND=65535><WS=5>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK><WND=5000><WS=3>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><WND=32768>");
    CHECK(s, story_tcb(s)->sndwnd.wnd == 5000); /* a SYN's window is never scaled */
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><WND=1000>");
    CHECK(s, story_tcb(s)->sndwnd.wnd == 8000);
}

static void one_sided_scaling_is_no_scaling(struct story *s)
{
    story_config(s)->window_scale = true;
    story_config(s)->receive_limit = 1 << 20;
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN><WS=5>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><WND=65535>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><WND=1000>");
    CHECK(s, story_tcb(s)->sndwnd.wnd == 1000);
}

static void a_scale_above_14_counts_as_14(struct story *s)
{
    story_config(s)->window_scale = true;
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK><WS=200>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    CHECK(s, story_tcb(s)->sndwnd.shift == 14);
}

static void one_sided_timestamps_are_none(struct story *s)
{
    story_config(s)->timestamps = true;
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN><TS=0:#0>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><TS=->");
}

static void a_server_offers_only_what_it_was_offered(struct story *s)
{
    story_config(s)->timestamps = story_config(s)->sack = story_config(s)->window_scale = true;
    call_listen(s);
    inject(s, "<SEQ=300><CTL=SYN><TS=5000:#0>");
    expect(s, "<SEQ=100><ACK=301><CTL=SYN,ACK><MSS=1000><TS=0:5000><SACKOK=-><WS=->");
}

static void the_smaller_mss_of_both_sides_counts(struct story *s)
{
    establish(s, "<MSS=500>");
    call_send(s, 1000);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=500>");
    expect(s, "<SEQ=601><ACK=301><CTL=PSH,ACK><DATA=500>");
}

static void a_peer_that_names_no_mss_gets_536(struct story *s)
{
    establish(s, "<MSS=->");
    call_send(s, 600);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=536>");
}

static void maxseg_limits_what_is_announced_and_sent(struct story *s)
{
    CHECK(s, tcp_set_maxseg(story_tcb(s), 400) == 0);
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN><MSS=400>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    call_send(s, 500);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=400>");
}

static void the_options_stand_in_the_usual_order_of_a_modern_syn(struct story *s)
{
    *story_config(s) = tcp_config_default;
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN><WND=65535><MSS=1460><WS=5><SACKOK><TS=0:#0>");
}

static void sack_needs_both_sides(struct story *s)
{
    story_config(s)->sack = true;
    establish(s, "");
    inject(s, "<SEQ=401><ACK=101><CTL=ACK><DATA=10>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><SACK=->");
}

static void a_scale_we_did_not_offer_is_ignored(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN><WS=->");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK><WS=3>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><WND=65535>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><WND=1000>");
    CHECK(s, story_tcb(s)->sndwnd.wnd == 1000);
}

/* MUST-5, MUST-65: an option out of its place neither harms nor counts; ours keep theirs. */
static void only_a_syn_settles_a_segment_size(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN><MSS=1000>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><MSS=->");
    inject(s, "<SEQ=301><ACK=101><CTL=PSH,ACK><DATA=10><MSS=500><WS=7><SACKOK>");
    call_send(s, 1000);
    expect(s, "<SEQ=101><ACK=311><CTL=PSH,ACK><DATA=1000><MSS=->");
    call_shutdown(s);
    expect(s, "<SEQ=1101><ACK=311><CTL=FIN,ACK><MSS=->");
}

/* SHLD-5, MAY-3: in either direction, and also where it is the default. */
static void every_syn_names_a_segment_size(struct story *s)
{
    story_config(s)->mtu = 576;
    call_listen(s);
    inject(s, "<SEQ=300><CTL=SYN><MSS=->");
    expect(s, "<SEQ=100><ACK=301><CTL=SYN,ACK><MSS=536>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(scaled_windows_count_in_units),
        STORY(one_sided_scaling_is_no_scaling),
        STORY(a_scale_above_14_counts_as_14),
        STORY(one_sided_timestamps_are_none),
        STORY(a_server_offers_only_what_it_was_offered),
        STORY(the_smaller_mss_of_both_sides_counts),
        STORY(a_peer_that_names_no_mss_gets_536),
        STORY(maxseg_limits_what_is_announced_and_sent),
        STORY(the_options_stand_in_the_usual_order_of_a_modern_syn),
        STORY(sack_needs_both_sides),
        STORY(a_scale_we_did_not_offer_is_ignored),
        STORY(only_a_syn_settles_a_segment_size),
        STORY(every_syn_names_a_segment_size),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
