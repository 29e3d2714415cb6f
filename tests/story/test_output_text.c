/* What goes out, when, and how large: RFC 9293 sections 3.7, 3.7.4 and 3.9.1.2; RFC 5681
 * section 3.1, RFC 6928; super-segments. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void a_long_write_is_cut_into_segments_and_pushed_at_its_end(struct story *s)
{
    establish(s, "");
    call_send(s, 2500);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=1101><ACK=301><CTL=ACK><DATA=1000>");
    expect_nothing(s); /* Nagle holds the rest */
    inject(s, "<SEQ=301><ACK=2101><CTL=ACK>");
    expect(s, "<SEQ=2101><ACK=301><CTL=PSH,ACK><DATA=500>");
}

static void small_writes_wait_while_text_is_unacknowledged(struct story *s)
{
    establish(s, "");
    call_send(s, 1);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=1>");
    for (int i = 0; i < 5; i++)
        call_send(s, 1);
    expect_nothing(s);
    inject(s, "<SEQ=301><ACK=102><CTL=ACK>");
    expect(s, "<SEQ=102><ACK=301><CTL=PSH,ACK><DATA=5>");
}

static void nodelay_sends_each_write(struct story *s)
{
    establish(s, "");
    tcp_set_nodelay(story_tcb(s), true);
    call_send(s, 1);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=1>");
    call_send(s, 2);
    expect(s, "<SEQ=102><ACK=301><CTL=PSH,ACK><DATA=2>");
    call_send(s, 1500);
    expect(s, "<SEQ=104><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=1104><ACK=301><CTL=PSH,ACK><DATA=500>");
}

static void ten_segments_leave_at_first_and_each_ack_adds_one(struct story *s)
{
    establish(s, "");
    call_send(s, 30000);
    for (int i = 0; i < 10; i++)
        expect(s, "<SEQ=%d><ACK=301><CTL=ACK><DATA=1000>", 101 + 1000 * i);
    expect_nothing(s);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK>");
    expect(s, "<SEQ=10101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=11101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK>"); /* two at once still add only one: RFC 5681 */
    for (int i = 0; i < 3; i++)
        expect(s, "<SEQ=%d><ACK=301><CTL=ACK><DATA=1000>", 12101 + 1000 * i);
    CHECK(s, story_tcb(s)->cwnd.wnd == 12000);
}

/* RFC 5681 section 4.1. */
static void an_idle_connection_begins_again_with_ten(struct story *s)
{
    establish(s, "");
    call_send(s, 20000);
    for (int i = 0; i < 10; i++)
        expect(s, "<SEQ=%d><ACK=301><CTL=ACK><DATA=1000>", 101 + 1000 * i);
    for (int i = 1; i <= 10; i++)
        inject(s, "<SEQ=301><ACK=%d><CTL=ACK>", 101 + 1000 * i);
    CHECK(s, story_tcb(s)->cwnd.wnd == 20000);
    inject(s, "<SEQ=301><ACK=20101><CTL=ACK>");
    after_anything(s, SECONDS(5));
    call_send(s, 20000);
    for (int i = 0; i < 10; i++)
        expect(s, "<SEQ=%d><ACK=301><CTL=ACK><DATA=1000>", 20101 + 1000 * i);
    expect_nothing(s);
}

static void super_segments_go_as_far_as_the_windows_allow(struct story *s)
{
    story_config(s)->gso_bytes = 65000;
    establish(s, "<WND=30000>");
    call_send(s, 20500);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=10000><GSO=1000>");
    inject(s, "<SEQ=301><ACK=10101><CTL=ACK><WND=4500>");
    expect(s, "<SEQ=10101><ACK=301><CTL=ACK><DATA=4000><GSO=1000>");
    inject(s, "<SEQ=301><ACK=14101><CTL=ACK><WND=30000>");
    expect(s, "<SEQ=14101><ACK=301><CTL=ACK><DATA=6000><GSO=1000>");
    inject(s, "<SEQ=301><ACK=20101><CTL=ACK><WND=30000>");
    expect(s, "<SEQ=20101><ACK=301><CTL=PSH,ACK><DATA=500><GSO=0>");
}

static void a_lost_super_segment_is_resent_in_single_ones(struct story *s)
{
    story_config(s)->gso_bytes = 65000;
    establish(s, "");
    call_send(s, 10000);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10000><GSO=1000>");
    inject(s, "<SEQ=301><ACK=4101><CTL=ACK>");
    for (int i = 0; i < 2; i++)
        inject(s, "<SEQ=301><ACK=4101><CTL=ACK>");
    inject(s, "<SEQ=301><ACK=4101><CTL=ACK>");
    expect(s, "<SEQ=4101><ACK=301><CTL=ACK><DATA=1000><GSO=0>");
}

static void a_received_super_segment_counts_as_several(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10000><GSO=1000>");
    expect(s, "<SEQ=101><ACK=10301><CTL=ACK>");
    call_receive(s, 10000);
}

static void a_crumb_of_congestion_window_waits_for_a_whole_segment(struct story *s)
{
    establish(s, "");
    call_send(s, 30000);
    for (int i = 0; i < 10; i++)
        expect(s, "<SEQ=%d><ACK=301><CTL=ACK><DATA=1000>", 101 + 1000 * i);
    inject(s, "<SEQ=301><ACK=501><CTL=ACK>"); /* 400 gone, 400 more allowed */
    expect_nothing(s);
    inject(s, "<SEQ=301><ACK=601><CTL=ACK>");
    expect(s, "<SEQ=10101><ACK=301><CTL=ACK><DATA=1000>");
}

static void a_fin_rides_on_a_full_segment(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><CTL=SYN>");
    expect(s, "<SEQ=100><ACK=301><CTL=SYN,ACK>");
    call_send(s, 1000);
    call_shutdown(s);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=FIN,PSH,ACK><DATA=1000>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_long_write_is_cut_into_segments_and_pushed_at_its_end),
        STORY(small_writes_wait_while_text_is_unacknowledged),
        STORY(nodelay_sends_each_write),
        STORY(ten_segments_leave_at_first_and_each_ack_adds_one),
        STORY(an_idle_connection_begins_again_with_ten),
        STORY(super_segments_go_as_far_as_the_windows_allow),
        STORY(a_lost_super_segment_is_resent_in_single_ones),
        STORY(a_received_super_segment_counts_as_several),
        STORY(a_crumb_of_congestion_window_waits_for_a_whole_segment),
        STORY(a_fin_rides_on_a_full_segment),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
