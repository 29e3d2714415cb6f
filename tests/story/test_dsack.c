/* Duplicates reported by SACK: the examples of RFC 2883 section 4, and what RFC 8985 makes of it.
 */
#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void establish_with_sack(struct story *s)
{
    story_config(s)->sack = true;
    establish(s, "<SACKOK>");
}

/* A segment of the peer's with the octets [start, end), of which 301 is the first. */
static void arrive(struct story *s, int start, int end)
{
    inject(s, "<SEQ=%d><ACK=101><CTL=ACK><DATA=%d>", start, end - start);
}

/* A row of the RFC's tables: [start, end) arrives, and is answered with this ACK and SACK. */
static void answer(struct story *s, int start, int end, int ack, const char *blocks)
{
    arrive(s, start, end);
    expect(s, "<SEQ=101><ACK=%d><CTL=ACK><SACK=%s>", ack, blocks);
}

/* Section 4.1.1. */
static void a_segment_that_comes_again_is_reported_once(struct story *s)
{
    establish_with_sack(s);
    arrive(s, 301, 801);
    arrive(s, 801, 1301);
    after_anything(s, SECONDS(1));
    answer(s, 301, 801, 1301, "301-801");
    answer(s, 1801, 2301, 1301, "1801-2301");
    call_receive(s, 1000);
}

/* Section 4.1.2. */
static void a_duplicate_stands_before_the_holes(struct story *s)
{
    establish_with_sack(s);
    answer(s, 801, 1301, 301, "801-1301");
    answer(s, 201, 301, 301, "201-301,801-1301");
}

/* Section 4.1.3. */
static void a_duplicate_beyond_the_hole_stands_before_the_block_that_holds_it(struct story *s)
{
    establish_with_sack(s);
    answer(s, 801, 1301, 301, "801-1301");
    answer(s, 3301, 3801, 301, "3301-3801,801-1301");
    answer(s, 1301, 1801, 301, "801-1801,3301-3801");
    answer(s, 3301, 3801, 301, "3301-3801,3301-3801,801-1801");
    answer(s, 1301, 1801, 301, "1301-1801,801-1801,3301-3801");
}

/* Sections 4.2.1 and 4.2.2. */
static void the_part_that_came_before_is_reported(struct story *s)
{
    establish_with_sack(s);
    answer(s, 1301, 1801, 301, "1301-1801");
    answer(s, 301, 801, 801, "1301-1801");
    answer(s, 301, 1301, 1801, "301-801");
    call_receive(s, 1500);
}

static void a_fin_that_comes_again_is_reported(struct story *s)
{
    establish_with_sack(s);
    inject(s, "<SEQ=301><ACK=101><CTL=FIN,ACK>");
    expect(s, "<SEQ=101><ACK=302><CTL=ACK><SACK=->");
    inject(s, "<SEQ=301><ACK=101><CTL=FIN,ACK>");
    expect(s, "<SEQ=101><ACK=302><CTL=ACK><SACK=301-302>");
}

static void without_dsack_a_duplicate_draws_a_bare_ack(struct story *s)
{
    story_config(s)->dsack = false;
    establish_with_sack(s);
    answer(s, 201, 301, 301, "-");
}

/* Whether or not it carries text of ours. */
static void a_duplicate_is_reported_beside_text(struct story *s)
{
    establish_with_sack(s);
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10><SACK=->");
    arrive(s, 201, 301);
    expect(s, "<SEQ=111><ACK=301><CTL=ACK><SACK=201-301>");
    inject(s, "<SEQ=301><ACK=111><CTL=ACK>");
}

/* --- the sender's side; the round trip takes 20 ms --- */

#define RTT MS(20)

static void establish_over_a_known_path(struct story *s)
{
    story_config(s)->rack = true;
    story_config(s)->sack = true;
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

/* The first of two segments is late by a little more than RACK's grace of a quarter round trip; it
 * is sent again, and that was needless. */
static void resend_needlessly(struct story *s)
{
    call_send(s, 2000);
    expect(s, "<SEQ=1101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=2101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><SACK=2101-3101>");
    after(s, RTT / 4);
    expect_timer(s, "reorder");
    expect(s, "<SEQ=1101><ACK=301><CTL=ACK><DATA=1000>");
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK>");
}

static void reported_duplicates_widen_the_reordering_window(struct story *s)
{
    establish_over_a_known_path(s);
    resend_needlessly(s);
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK><SACK=1101-2101>");
    call_send(s, 2000); /* late again, and waited for twice as long */
    expect(s, "<SEQ=3101><ACK=301><CTL=ACK><DATA=1000>");
    expect(s, "<SEQ=4101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    after(s, RTT);
    inject(s, "<SEQ=301><ACK=3101><CTL=ACK><SACK=4101-5101>");
    after(s, RTT / 4 + MS(1));
    inject(s, "<SEQ=301><ACK=5101><CTL=ACK>");
    CHECK(s, story_tcb(s)->retransmits == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_segment_that_comes_again_is_reported_once),
        STORY(a_duplicate_stands_before_the_holes),
        STORY(a_duplicate_beyond_the_hole_stands_before_the_block_that_holds_it),
        STORY(the_part_that_came_before_is_reported),
        STORY(a_fin_that_comes_again_is_reported),
        STORY(without_dsack_a_duplicate_draws_a_bare_ack),
        STORY(a_duplicate_is_reported_beside_text),
        STORY(reported_duplicates_widen_the_reordering_window),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
