/* Receiving: order, duplicates, holes, delayed ACKs, SACK. RFC 9293 sections 3.10.7.4 seventh and
 * 3.8.6.3, RFC 5681 section 4.2, RFC 2018 section 4. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void every_second_full_segment_is_acknowledged(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=1000>");
    expect_nothing(s);
    inject(s, "<SEQ=1301><ACK=101><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=2301><CTL=ACK>");
    inject(s, "<SEQ=2301><ACK=101><CTL=ACK><DATA=1000>");
    after(s, MS(40));
    expect_timer(s, "delack");
    expect(s, "<SEQ=101><ACK=3301><CTL=ACK>");
    call_receive(s, 3000);
}

static void the_ack_rides_on_text_if_there_is_some(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=PSH,ACK><DATA=11>");
    call_receive(s, 11);
    after(s, MS(20));
    call_send(s, 15);
    expect(s, "<SEQ=101><ACK=312><CTL=PSH,ACK><DATA=15>");
    inject(s, "<SEQ=312><ACK=116><CTL=ACK>");
    after(s, SECONDS(10));
}

static void the_first_segments_are_acknowledged_at_once(struct story *s)
{
    story_config(s)->delack_quick = 2;
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    expect(s, "<SEQ=101><ACK=311><CTL=ACK>");
    inject(s, "<SEQ=311><ACK=101><CTL=ACK><DATA=10>");
    expect(s, "<SEQ=101><ACK=321><CTL=ACK>");
    inject(s, "<SEQ=321><ACK=101><CTL=ACK><DATA=10>");
    expect_nothing(s);
    after(s, MS(40));
    expect(s, "<SEQ=101><ACK=331><CTL=ACK>");
}

static void text_beyond_a_hole_draws_a_duplicate_ack_at_once(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=1301><ACK=101><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    inject(s, "<SEQ=2301><ACK=101><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    call_receive_result(s, -EAGAIN);
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=3301><CTL=ACK>");
    call_receive(s, 3000);
}

static void filling_part_of_a_hole_is_acknowledged_at_once(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=2301><ACK=101><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=1301><CTL=ACK>");
}

static void a_repeated_segment_is_acknowledged_and_not_delivered_twice(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    expect(s, "<SEQ=101><ACK=311><CTL=ACK>");
    call_receive(s, 10);
}

static void an_overlap_is_cut_on_the_left(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    inject(s, "<SEQ=306><ACK=101><CTL=ACK><DATA=10>");
    after(s, MS(40));
    expect(s, "<SEQ=101><ACK=316><CTL=ACK>");
    call_receive(s, 15);
}

static void text_beyond_the_window_is_cut_on_the_right(struct story *s)
{
    story_config(s)->receive_limit = 1500;
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=1301><ACK=101><CTL=FIN,ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=1801><CTL=ACK><WND=0>");
    expect_state(s, STATE_ESTABLISHED);
    call_receive(s, 1500);
    expect(s, "<SEQ=101><ACK=1801><CTL=ACK><WND=1500>");
}

static void a_segment_without_ack_is_not_heard(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><CTL=PSH><DATA=10>");
    expect_nothing(s);
    call_receive_result(s, -EAGAIN);
}

/* RFC 2018 section 4: the block lately changed first. */
static void sack_reports_the_latest_block_first(struct story *s)
{
    story_config(s)->sack = true;
    establish(s, "<SACKOK>");
    inject(s, "<SEQ=1301><ACK=101><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><SACK=1301-2301>");
    inject(s, "<SEQ=3301><ACK=101><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><SACK=3301-4301,1301-2301>");
    inject(s, "<SEQ=5301><ACK=101><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><SACK=5301-6301,3301-4301,1301-2301>");
    inject(s, "<SEQ=2301><ACK=101><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><SACK=1301-4301,5301-6301>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=4301><CTL=ACK><SACK=5301-6301>");
    inject(s, "<SEQ=4301><ACK=101><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=6301><CTL=ACK><SACK=->");
    call_receive(s, 6000);
}

static void sack_leaves_room_for_itself_beside_text(struct story *s)
{
    story_config(s)->sack = true;
    establish(s, "<SACKOK>");
    inject(s, "<SEQ=1301><ACK=101><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><SACK=1301-2301>");
    call_send(s, 1000);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=988><SACK=1301-2301>");
}

static void many_holes_are_all_remembered(struct story *s)
{
    establish(s, "");
    for (int i = 100; i > 0; i--) {
        inject(s, "<SEQ=%d><ACK=101><CTL=ACK><DATA=100>", 301 + 200 * i);
        expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    }
    for (int i = 0; i < 100; i++) {
        inject(s, "<SEQ=%d><ACK=101><CTL=ACK><DATA=200>", 301 + 200 * i);
        expect(s, "<SEQ=101><ACK=%d><CTL=ACK>", 301 + 200 * (i + 1) + 100);
    }
    call_receive(s, 20100);
}

static void text_that_reaches_a_waiting_fin_is_acknowledged_at_once(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=311><ACK=101><CTL=FIN,ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=10>");
    expect(s, "<SEQ=101><ACK=312><CTL=ACK>");
    expect_state(s, STATE_CLOSE_WAIT);
}

/* RFC 2018 section 3: a block is a range of numbers, and the FIN has one. */
static void sack_reports_a_fin_beyond_a_hole(struct story *s)
{
    story_config(s)->sack = true;
    establish(s, "<SACKOK>");
    inject(s, "<SEQ=311><ACK=101><CTL=FIN,ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><SACK=311-312>");
    inject(s, "<SEQ=306><ACK=101><CTL=ACK><DATA=5>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><SACK=306-312>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=5>");
    expect(s, "<SEQ=101><ACK=312><CTL=ACK><SACK=->");
    expect_state(s, STATE_CLOSE_WAIT);
    call_receive(s, 10);
    call_receive_result(s, 0);
}

static void text_beyond_a_waiting_fin_is_not_delivered(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=311><ACK=101><CTL=FIN,ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><DATA=20>");
    expect(s, "<SEQ=101><ACK=312><CTL=ACK>");
    expect_state(s, STATE_CLOSE_WAIT);
    call_receive(s, 10);
    call_receive_result(s, 0);
}

static void a_fin_within_text_that_was_taken_is_not_believed(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=306><ACK=101><CTL=ACK><DATA=10>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    inject(s, "<SEQ=301><ACK=101><CTL=FIN,ACK><DATA=5>");
    expect(s, "<SEQ=101><ACK=316><CTL=ACK>");
    expect_state(s, STATE_ESTABLISHED);
    inject(s, "<SEQ=316><ACK=101><CTL=FIN,ACK>");
    expect(s, "<SEQ=101><ACK=317><CTL=ACK>");
    expect_state(s, STATE_CLOSE_WAIT);
    call_receive(s, 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(every_second_full_segment_is_acknowledged),
        STORY(the_ack_rides_on_text_if_there_is_some),
        STORY(the_first_segments_are_acknowledged_at_once),
        STORY(text_beyond_a_hole_draws_a_duplicate_ack_at_once),
        STORY(filling_part_of_a_hole_is_acknowledged_at_once),
        STORY(a_repeated_segment_is_acknowledged_and_not_delivered_twice),
        STORY(an_overlap_is_cut_on_the_left),
        STORY(text_beyond_the_window_is_cut_on_the_right),
        STORY(a_segment_without_ack_is_not_heard),
        STORY(sack_reports_the_latest_block_first),
        STORY(sack_leaves_room_for_itself_beside_text),
        STORY(many_holes_are_all_remembered),
        STORY(text_that_reaches_a_waiting_fin_is_acknowledged_at_once),
        STORY(sack_reports_a_fin_beyond_a_hole),
        STORY(text_beyond_a_waiting_fin_is_not_delivered),
        STORY(a_fin_within_text_that_was_taken_is_not_believed),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
