/* Timestamps and PAWS: RFC 7323 sections 3 to 5. */
#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void shake_hands(struct story *s)
{
    story_config(s)->timestamps = true;
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN><TS=0:#0>");
    after(s, MS(10));
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK><TS=5000:0>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><TS=10:5000>");
}

static void both_sides_carry_and_echo_them(struct story *s)
{
    shake_hands(s);
    after(s, MS(5));
    call_send(s, 2000);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=988><TS=15:5000>");
    expect(s, "<SEQ=1089><ACK=301><CTL=ACK><DATA=988><TS=15:5000>");
    inject(s, "<SEQ=301><ACK=2077><CTL=ACK><TS=5010:15>");
    expect(s, "<SEQ=2077><ACK=301><CTL=PSH,ACK><DATA=24><TS=15:5010>");
}

/* Section 5.3 R1. */
static void an_old_timestamp_is_refused_though_its_number_fits(struct story *s)
{
    shake_hands(s);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10><TS=4999:10>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><TS=10:5000>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10><TS=5000:10>");
    call_receive(s, 10);
}

/* Section 5.5. */
static void a_timestamp_of_long_ago_is_not_held_against_the_peer(struct story *s)
{
    shake_hands(s);
    after(s, SECONDS(25) * 24 * 3600);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10><TS=10:10>");
    call_receive(s, 10);
}

/* Section 5.2: RST is exempt. */
static void a_reset_needs_no_timestamp(struct story *s)
{
    shake_hands(s);
    inject(s, "<SEQ=301><CTL=RST>");
    expect_state(s, STATE_CLOSED);
}

static void nor_is_a_reset_judged_by_an_old_one(struct story *s)
{
    shake_hands(s);
    inject(s, "<SEQ=301><CTL=RST><TS=4999:10>");
    expect_state(s, STATE_CLOSED);
}

/* Section 3.2. */
static void a_segment_that_lacks_them_is_dropped(struct story *s)
{
    shake_hands(s);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    expect_nothing(s);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10><TS=5001:10>");
    call_receive(s, 10);
}

/* As on Linux. */
static void a_segment_that_lacks_them_is_taken_where_a_host_wants_it(struct story *s)
{
    story_config(s)->as_linux.tstamps_may_lack = true;
    shake_hands(s);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    call_receive(s, 10);
}

/* Section 4.3: the earliest segment not yet acknowledged is the one echoed. */
static void the_delayed_ack_echoes_the_first_of_two(struct story *s)
{
    shake_hands(s);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=1000><TS=5001:10>");
    inject(s, "<SEQ=1301><ACK=101><CTL=ACK><DATA=1000><TS=5002:10>");
    expect(s, "<SEQ=101><ACK=2301><CTL=ACK><TS=10:5001>");
}

static void a_segment_beyond_a_hole_is_not_echoed(struct story *s)
{
    shake_hands(s);
    inject(s, "<SEQ=1301><ACK=101><CTL=ACK><DATA=1000><TS=5002:10>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><TS=10:5000>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=1000><TS=5003:10>");
    expect(s, "<SEQ=101><ACK=2301><CTL=ACK><TS=10:5003>");
}

/* Section 4.1: what Karn must throw away, the echo can tell. */
static void a_resent_segment_still_gives_a_sample(struct story *s)
{
    shake_hands(s);
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    after(s, SECONDS(1));
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    after(s, MS(10));
    uint32_t srtt = story_tcb(s)->rto.srtt_us;
    inject(s, "<SEQ=301><ACK=111><CTL=ACK><TS=6000:1010>");
    CHECK(s, srtt == MS(10) && story_tcb(s)->rto.srtt_us >= MS(10));
    CHECK(s, story_tcb(s)->rto.srtt_us < MS(12) && story_tcb(s)->rto.rto_us == SECONDS(1));
}

static void sack_beside_timestamps_has_three_blocks(struct story *s)
{
    story_config(s)->sack = story_config(s)->timestamps = true;
    establish(s, "<SACKOK><TS=5000:0>");
    for (int i = 1; i <= 4; i++) {
        inject(s, "<SEQ=%d><ACK=101><CTL=ACK><DATA=10><TS=5000:0>", 301 + 100 * i);
        if (i < 4)
            expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    }
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><SACK=701-711,601-611,501-511>");
}

static void a_rebooted_peer_is_challenged_whatever_its_stamp(struct story *s)
{
    shake_hands(s);
    inject(s, "<SEQ=9000><CTL=SYN>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    inject(s, "<SEQ=9000><CTL=SYN><TS=1:#0>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    inject(s, "<SEQ=301><CTL=SYN><TS=9000:#0>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(both_sides_carry_and_echo_them),
        STORY(an_old_timestamp_is_refused_though_its_number_fits),
        STORY(a_timestamp_of_long_ago_is_not_held_against_the_peer),
        STORY(a_reset_needs_no_timestamp),
        STORY(nor_is_a_reset_judged_by_an_old_one),
        STORY(a_segment_that_lacks_them_is_dropped),
        STORY(a_segment_that_lacks_them_is_taken_where_a_host_wants_it),
        STORY(the_delayed_ack_echoes_the_first_of_two),
        STORY(a_segment_beyond_a_hole_is_not_echoed),
        STORY(a_resent_segment_still_gives_a_sample),
        STORY(sack_beside_timestamps_has_three_blocks),
        STORY(a_rebooted_peer_is_challenged_whatever_its_stamp),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
