/* RFC 9293 section 3.5, Figures 6 to 11, told as they stand there. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

/* Figure 6, peer A. */
static void a_client_shakes_hands_in_three_segments(struct story *s)
{
    call_open(s);
    expect_state(s, STATE_SYN_SENT);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    expect_state(s, STATE_ESTABLISHED);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
}

/* Figure 6, peer B. */
static void a_server_shakes_hands_in_three_segments(struct story *s)
{
    story_numbers(s, 300, 100);
    call_listen(s);
    inject(s, "<SEQ=100><CTL=SYN>");
    expect_state(s, STATE_SYN_RECEIVED);
    expect(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    inject(s, "<SEQ=101><ACK=301><CTL=ACK>");
    expect_state(s, STATE_ESTABLISHED);
    inject(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=10>");
    call_receive(s, 10);
    after(s, MS(40));
    expect(s, "<SEQ=301><ACK=111><CTL=ACK>");
}

/* Figure 7. */
static void two_opens_cross_and_make_one_connection(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><CTL=SYN>");
    expect_state(s, STATE_SYN_RECEIVED);
    expect(s, "<SEQ=100><ACK=301><CTL=SYN,ACK>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    expect_state(s, STATE_ESTABLISHED);
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
}

/* Figure 8, peer A. */
static void an_answer_to_an_old_syn_is_reset(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><ACK=91><CTL=SYN,ACK>");
    expect(s, "<SEQ=91><CTL=RST>");
    expect_state(s, STATE_SYN_SENT);
    story_numbers(s, 100, 400);
    inject(s, "<SEQ=400><ACK=101><CTL=SYN,ACK>");
    expect(s, "<SEQ=101><ACK=401><CTL=ACK>");
    expect_state(s, STATE_ESTABLISHED);
}

/* Figure 8, peer B. */
static void an_old_syn_leaves_the_server_listening(struct story *s)
{
    story_numbers(s, 300, 90);
    call_listen(s);
    inject(s, "<SEQ=90><CTL=SYN>");
    expect(s, "<SEQ=300><ACK=91><CTL=SYN,ACK>");
    inject(s, "<SEQ=91><CTL=RST>");
    expect_state(s, STATE_LISTEN);
    story_numbers(s, 400, 100);
    inject(s, "<SEQ=100><CTL=SYN>");
    expect(s, "<SEQ=400><ACK=101><CTL=SYN,ACK>");
    inject(s, "<SEQ=101><ACK=401><CTL=ACK>");
    expect_state(s, STATE_ESTABLISHED);
}

/* What a first client has lost is not held against the second. */
static void a_listener_meets_each_client_without_prejudice(struct story *s)
{
    story_numbers(s, 300, 90);
    call_listen(s);
    inject(s, "<SEQ=90><CTL=SYN>");
    expect(s, "<SEQ=300><ACK=91><CTL=SYN,ACK>");
    after(s, SECONDS(1));
    expect(s, "<SEQ=300><ACK=91><CTL=SYN,ACK>");
    after(s, SECONDS(2));
    expect(s, "<SEQ=300><ACK=91><CTL=SYN,ACK>");
    inject(s, "<SEQ=91><CTL=RST>");
    story_numbers(s, 400, 100);
    inject(s, "<SEQ=100><CTL=SYN>");
    expect(s, "<SEQ=400><ACK=101><CTL=SYN,ACK>");
    inject(s, "<SEQ=101><ACK=401><CTL=ACK>");
    CHECK(s, story_tcb(s)->cwnd.wnd == 10000 && story_tcb(s)->rto.rto_us == SECONDS(1));
}

static void a_listener_that_opens_itself_may_be_refused(struct story *s)
{
    story_numbers(s, 300, 90);
    call_listen(s);
    inject(s, "<SEQ=90><CTL=SYN>");
    expect(s, "<SEQ=300><ACK=91><CTL=SYN,ACK>");
    inject(s, "<SEQ=91><CTL=RST>");
    expect_state(s, STATE_LISTEN);
    story_numbers(s, 400, 100);
    call_open(s);
    expect(s, "<SEQ=400><CTL=SYN>");
    inject(s, "<SEQ=100><CTL=SYN>"); /* opens cross */
    expect(s, "<SEQ=400><ACK=101><CTL=SYN,ACK>");
    inject(s, "<SEQ=101><CTL=RST>");
    expect_state(s, STATE_CLOSED);
    call_receive_result(s, -ECONNREFUSED);
}

/* Figure 9, peer A after its reboot. */
static void a_rebooted_client_resets_the_half_open_peer(struct story *s)
{
    story_numbers(s, 400, 300);
    call_open(s);
    expect(s, "<SEQ=400><CTL=SYN>");
    inject(s, "<SEQ=300><ACK=100><CTL=ACK>");
    expect(s, "<SEQ=100><CTL=RST>");
    expect_state(s, STATE_SYN_SENT);
    after(s, SECONDS(1));
    expect(s, "<SEQ=400><CTL=SYN>");
}

/* Figure 9, peer B. */
static void a_half_open_connection_is_found_out_by_a_syn(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=4000><CTL=SYN>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    inject(s, "<SEQ=301><CTL=RST>");
    expect_state(s, STATE_CLOSED);
    call_receive_result(s, -ECONNRESET);
    call_receive_result(s, 0);
}

/* Figure 10, peer A, where no connection exists. */
static void text_for_no_connection_is_reset(struct story *s)
{
    inject(s, "<SEQ=300><ACK=100><CTL=ACK><DATA=10>");
    expect(s, "<SEQ=100><CTL=RST>");
    expect_state(s, STATE_CLOSED);
}

/* Figure 11, peer A. */
static void an_answer_to_a_listener_is_reset(struct story *s)
{
    call_listen(s);
    inject(s, "<SEQ=300><ACK=91><CTL=SYN,ACK>");
    expect(s, "<SEQ=91><CTL=RST>");
    expect_state(s, STATE_LISTEN);
}

static void syn_retries_double_their_gap_and_end_in_etimedout(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    for (int gap = 1; gap <= 64; gap *= 2) {
        after(s, SECONDS(gap));
        expect(s, "<SEQ=100><CTL=SYN>");
    }
    after(s, SECONDS(120));
    expect_state(s, STATE_CLOSED);
    call_receive_result(s, -ETIMEDOUT);
}

/* Silence is no closed window. */
static void a_client_with_less_patience_sends_fewer_syns(struct story *s)
{
    story_tcb(s)->patience_syn = (struct rto_patience){.r2_retries = 1};
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    after(s, SECONDS(1));
    expect(s, "<SEQ=100><CTL=SYN>");
    after(s, SECONDS(2));
    expect_state(s, STATE_CLOSED);
    call_receive_result(s, -ETIMEDOUT);
}

static void a_lost_syn_ack_is_sent_again(struct story *s)
{
    story_numbers(s, 300, 100);
    call_listen(s);
    inject(s, "<SEQ=100><CTL=SYN>");
    expect(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    after(s, SECONDS(1));
    expect(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    inject(s, "<SEQ=100><CTL=SYN>");
    expect(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    inject(s, "<SEQ=101><ACK=301><CTL=ACK>");
    expect_state(s, STATE_ESTABLISHED);
}

static void text_written_during_the_handshake_follows_it(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    call_send(s, 10);
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
}

static void the_final_ack_may_carry_text_and_fin(struct story *s)
{
    story_numbers(s, 300, 100);
    call_listen(s);
    inject(s, "<SEQ=100><CTL=SYN>");
    expect(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    inject(s, "<SEQ=101><ACK=301><CTL=FIN,ACK><DATA=10>");
    expect(s, "<SEQ=301><ACK=112><CTL=ACK>");
    expect_state(s, STATE_CLOSE_WAIT);
    call_receive(s, 10);
    call_receive_result(s, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_client_shakes_hands_in_three_segments),
        STORY(a_server_shakes_hands_in_three_segments),
        STORY(two_opens_cross_and_make_one_connection),
        STORY(an_answer_to_an_old_syn_is_reset),
        STORY(an_old_syn_leaves_the_server_listening),
        STORY(a_listener_meets_each_client_without_prejudice),
        STORY(a_listener_that_opens_itself_may_be_refused),
        STORY(a_rebooted_client_resets_the_half_open_peer),
        STORY(a_half_open_connection_is_found_out_by_a_syn),
        STORY(text_for_no_connection_is_reset),
        STORY(an_answer_to_a_listener_is_reset),
        STORY(syn_retries_double_their_gap_and_end_in_etimedout),
        STORY(a_client_with_less_patience_sends_fewer_syns),
        STORY(a_lost_syn_ack_is_sent_again),
        STORY(text_written_during_the_handshake_follows_it),
        STORY(the_final_ack_may_carry_text_and_fin),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
