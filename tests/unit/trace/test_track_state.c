/* common/trace/track_state.c: the states of both ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "onlooker.h"
#include "tests/unit/resources.h"

static void tell_state(struct onlooker *o, char host, struct event_state told)
{
    bool a = host == 'A';
    struct event_flow flow = {FAKE_IP_A, FAKE_IP_B, FAKE_PORT_A, FAKE_PORT_B};
    struct event_flow back = {FAKE_IP_B, FAKE_IP_A, FAKE_PORT_B, FAKE_PORT_A};
    fake_tell(
        &o->fake,
        (struct event){.kind = EVENT_STATE, .host = host, .flow = a ? flow : back, .state = told});
}

static void both_ends_walk_through_their_states(void **state)
{
    struct onlooker *o = *state;
    fake_handshake(&o->fake);
    fake_close(&o->fake, 0);
    read_on(o);
    assert_string_equal(o->story, "A SYN_SENT, B SYN_RECEIVED, A ESTABLISHED, B ESTABLISHED, "
                                  "A FIN_WAIT_1, B CLOSE_WAIT, A FIN_WAIT_2, B LAST_ACK, "
                                  "A TIME_WAIT, B CLOSED, ");
}

static void the_passive_end_comes_from_listen_by_the_syn(void **state)
{
    struct onlooker *o = *state;
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    fake_send(&o->fake, 'B', (struct fake_segment){TCP_SYN | TCP_ACK, 0, 1, 0});
    read_on(o);
    assert_int_equal(o->step.state_from, STATE_LISTEN);
    assert_int_equal(o->step.state, STATE_SYN_RECEIVED);
    assert_int_equal(o->step.cause, 1);
}

static void a_lost_segment_changes_only_its_sender(void **state)
{
    struct onlooker *o = *state;
    fake_handshake(&o->fake);
    fake_lose(&o->fake, 'A', (struct fake_segment){TCP_FIN | TCP_ACK, 1, 1, 0}, "script");
    read_on(o);
    assert_int_equal(o->step.conn->end[A].state, STATE_FIN_WAIT_1);
    assert_int_equal(o->step.conn->end[B].state, STATE_ESTABLISHED);
}

static void simultaneous_open_passes_syn_received_on_both_sides(void **state)
{
    struct onlooker *o = *state;
    uint64_t first = fake_send(&o->fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    uint64_t second = fake_send(&o->fake, 'B', (struct fake_segment){TCP_SYN, 0, 0, 0});
    fake_deliver(&o->fake, 'B', first);
    fake_deliver(&o->fake, 'A', second);
    struct fake_segment again = {TCP_SYN | TCP_ACK, 0, 1, 0};
    assert_int_equal(says(o, 'A', again)->marks, 0);
    assert_int_equal(says(o, 'B', again)->marks, 0);
    fake_deliver(&o->fake, 'B', o->fake.id - 1);
    fake_deliver(&o->fake, 'A', o->fake.id);
    read_on(o);
    assert_string_equal(o->story, "A SYN_SENT, B SYN_SENT, B SYN_RECEIVED, A SYN_RECEIVED, "
                                  "B ESTABLISHED, A ESTABLISHED, ");
}

static void simultaneous_close_passes_closing(void **state)
{
    struct onlooker *o = *state;
    fake_handshake(&o->fake);
    uint64_t first = fake_send(&o->fake, 'A', (struct fake_segment){TCP_FIN | TCP_ACK, 1, 1, 0});
    uint64_t second = fake_send(&o->fake, 'B', (struct fake_segment){TCP_FIN | TCP_ACK, 1, 1, 0});
    fake_deliver(&o->fake, 'B', first);
    fake_deliver(&o->fake, 'A', second);
    read_on(o);
    o->story[0] = '\0';
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_ACK, 2, 2, 0});
    fake_pass_segment(&o->fake, 'B', (struct fake_segment){TCP_ACK, 2, 2, 0});
    read_on(o);
    assert_string_equal(o->story, "B TIME_WAIT, A TIME_WAIT, ");
}

static void a_fin_behind_a_hole_counts_when_the_hole_is_filled(void **state)
{
    struct onlooker *o = *state;
    fake_handshake(&o->fake);
    fake_lose(&o->fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 5}, "script");
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_FIN | TCP_ACK, 6, 1, 0});
    read_on(o);
    assert_int_equal(o->step.conn->end[B].state, STATE_ESTABLISHED);
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 5});
    fake_pass_segment(&o->fake, 'B', (struct fake_segment){TCP_ACK, 1, 7, 0});
    read_on(o);
    assert_int_equal(o->step.conn->end[B].state, STATE_CLOSE_WAIT);
    assert_int_equal(o->step.conn->end[A].state, STATE_FIN_WAIT_2);
}

static void a_reset_refuses_a_connection(void **state)
{
    struct onlooker *o = *state;
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    fake_pass_segment(&o->fake, 'B', (struct fake_segment){TCP_RST | TCP_ACK, 0, 1, 0});
    read_on(o);
    assert_string_equal(o->story, "A SYN_SENT, A CLOSED, ");
}

static void a_reset_with_a_wrong_number_does_not_reach_its_end(void **state)
{
    struct onlooker *o = *state;
    fake_handshake(&o->fake);
    read_on(o);
    o->story[0] = '\0';
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_RST, 99, 0, 0});
    read_on(o);
    assert_string_equal(o->story, "A CLOSED, ");
}

static void a_late_sample_does_not_turn_time_back(void **state)
{
    struct onlooker *o = *state;
    fake_handshake(&o->fake);
    fake_send(&o->fake, 'A', (struct fake_segment){TCP_FIN | TCP_ACK, 1, 1, 0});
    tell_state(o, 'A', (struct event_state){STATE_SYN_SENT, STATE_ESTABLISHED, true});
    read_on(o);
    assert_false(o->step.changed);
    assert_int_equal(o->step.conn->end[A].state, STATE_FIN_WAIT_1);
}

static void a_sample_tells_the_end_of_time_wait(void **state)
{
    struct onlooker *o = *state;
    fake_handshake(&o->fake);
    fake_close(&o->fake, 0);
    fake_pass(&o->fake, SECONDS(60));
    tell_state(o, 'A', (struct event_state){STATE_TIME_WAIT, STATE_CLOSED, true});
    read_on(o);
    assert_true(o->step.changed);
    assert_int_equal(o->step.end, A);
    assert_int_equal(o->step.cause, 0);
}

static void an_exact_end_is_believed_and_shown_where_it_happened(void **state)
{
    struct onlooker *o = *state;
    tell_state(o, 'A', (struct event_state){STATE_CLOSED, STATE_SYN_SENT, false});
    fake_send(&o->fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    read_on(o);
    assert_int_equal(o->step.state, STATE_SYN_SENT);
    assert_int_equal(o->step.cause, 1); /* at the SYN, though told before it */
    fake_deliver(&o->fake, 'B', 1);
    tell_state(o, 'B', (struct event_state){STATE_LISTEN, STATE_SYN_RECEIVED, false});
    read_on(o);
    assert_int_equal(o->step.state_from, STATE_LISTEN);
    assert_int_equal(o->step.cause, 1); /* at the same arrow's other end */
    fake_pass_segment(&o->fake, 'B', (struct fake_segment){TCP_SYN | TCP_ACK, 0, 1, 0});
    read_on(o);
    assert_false(o->step.changed); /* A says nothing, so nothing is guessed */
}

static void a_corrupted_delivery_is_refused_and_changes_nothing(void **state)
{
    struct onlooker *o = *state;
    fake_handshake(&o->fake);
    fake_write(&o->fake, 'A', (struct fake_segment){TCP_FIN | TCP_ACK, 1, 1, 0});
    uint64_t id = fake_enter(&o->fake, 'A', FATE_CORRUPT, "script: flip");
    o->fake.bytes[40] ^= 1;
    fake_tell(&o->fake,
              (struct event){.kind = EVENT_DELIVER,
                             .host = 'B',
                             .frame = {.id = id, .bytes = o->fake.bytes, .len = o->fake.len}});
    read_on(o);
    assert_true(o->step.refused);
    assert_int_equal(o->step.conn->end[B].state, STATE_ESTABLISHED);
}

/* RFC 9293 figure 10: the answer of a half-open peer is refused, and the SYN still waits. */
static void a_reset_of_a_stray_segment_leaves_its_sender_opening(void **state)
{
    struct onlooker *o = *state;
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    fake_pass_segment(&o->fake, 'B', (struct fake_segment){TCP_ACK, 300, 100, 0});
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_RST, 100, 0, 0});
    read_on(o);
    assert_int_equal(o->step.conn->end[A].state, STATE_SYN_SENT);
}

static void an_exact_end_of_last_ack_shows_at_the_ack_that_ended_it(void **state)
{
    struct onlooker *o = *state;
    tell_state(o, 'A', (struct event_state){STATE_CLOSED, STATE_SYN_SENT, false});
    fake_handshake(&o->fake);
    fake_pass_segment(&o->fake, 'B', (struct fake_segment){TCP_FIN | TCP_ACK, 1, 1, 0});
    tell_state(o, 'A', (struct event_state){STATE_CLOSE_WAIT, STATE_LAST_ACK, false});
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_FIN | TCP_ACK, 1, 2, 0});
    fake_pass_segment(&o->fake, 'B', (struct fake_segment){TCP_ACK, 2, 2, 0});
    tell_state(o, 'A', (struct event_state){STATE_LAST_ACK, STATE_CLOSED, false});
    read_on(o);
    assert_true(o->step.changed);
    assert_int_equal(o->step.cause, o->fake.id);
}

/* ACK and FIN arrive before the host has looked at either: each state belongs to its own segment.
 */
static void exact_states_told_late_show_at_the_segments_that_brought_them(void **state)
{
    struct onlooker *o = *state;
    tell_state(o, 'A', (struct event_state){STATE_CLOSED, STATE_SYN_SENT, false});
    fake_handshake(&o->fake);
    tell_state(o, 'A', (struct event_state){STATE_ESTABLISHED, STATE_FIN_WAIT_1, false});
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_FIN | TCP_ACK, 1, 1, 0});
    fake_pass_segment(&o->fake, 'B', (struct fake_segment){TCP_ACK, 1, 2, 0});
    fake_pass_segment(&o->fake, 'B', (struct fake_segment){TCP_FIN | TCP_ACK, 1, 2, 0});
    tell_state(o, 'A', (struct event_state){STATE_FIN_WAIT_1, STATE_FIN_WAIT_2, false});
    read_on(o);
    assert_int_equal(o->step.cause, o->fake.id - 1);
    tell_state(o, 'A', (struct event_state){STATE_FIN_WAIT_2, STATE_TIME_WAIT, false});
    read_on(o);
    assert_int_equal(o->step.cause, o->fake.id);
}

static void the_end_of_time_wait_is_no_segments_doing(void **state)
{
    struct onlooker *o = *state;
    fake_handshake(&o->fake);
    fake_close(&o->fake, 0);
    tell_state(o, 'A', (struct event_state){STATE_FIN_WAIT_2, STATE_TIME_WAIT, false});
    tell_state(o, 'A', (struct event_state){STATE_TIME_WAIT, STATE_CLOSED, false});
    read_on(o);
    assert_true(o->step.changed);
    assert_int_equal(o->step.cause, 0);
}

static void a_listener_that_tells_so_begins_there(void **state)
{
    struct onlooker *o = *state;
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    tell_state(o, 'B', (struct event_state){STATE_CLOSED, STATE_LISTEN, false});
    read_on(o);
    assert_false(o->step.changed);
    tell_state(o, 'B', (struct event_state){STATE_LISTEN, STATE_SYN_RECEIVED, false});
    read_on(o);
    assert_int_equal(o->step.state_from, STATE_LISTEN);
}

static void an_exact_host_is_exact_in_its_next_connection_too(void **state)
{
    struct onlooker *o = *state;
    tell_state(o, 'A', (struct event_state){STATE_CLOSED, STATE_SYN_SENT, false});
    fake_handshake(&o->fake);
    o->fake.iss[0] += 500000;
    tell_state(o, 'A', (struct event_state){STATE_CLOSED, STATE_SYN_SENT, false});
    fake_handshake(&o->fake);
    read_on(o);
    assert_int_equal(o->step.conn->number, 2);
    assert_int_equal(o->step.conn->end[A].state, STATE_SYN_SENT); /* it said no more than that */
}

static void a_late_copy_from_an_old_connection_changes_nothing(void **state)
{
    struct onlooker *o = *state;
    fake_handshake(&o->fake);
    uint64_t old_reset = fake_send(&o->fake, 'A', (struct fake_segment){TCP_RST, 1, 0, 0});
    o->fake.iss[0] += 500000;
    fake_handshake(&o->fake);
    fake_deliver(&o->fake, 'B', old_reset);
    read_on(o);
    assert_false(o->step.changed);
    assert_int_equal(o->step.conn->number, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(both_ends_walk_through_their_states),
        TEST(the_passive_end_comes_from_listen_by_the_syn),
        TEST(a_lost_segment_changes_only_its_sender),
        TEST(simultaneous_open_passes_syn_received_on_both_sides),
        TEST(simultaneous_close_passes_closing),
        TEST(a_fin_behind_a_hole_counts_when_the_hole_is_filled),
        TEST(a_reset_refuses_a_connection),
        TEST(a_reset_with_a_wrong_number_does_not_reach_its_end),
        TEST(a_late_sample_does_not_turn_time_back),
        TEST(a_sample_tells_the_end_of_time_wait),
        TEST(an_exact_end_is_believed_and_shown_where_it_happened),
        TEST(a_corrupted_delivery_is_refused_and_changes_nothing),
        TEST(a_reset_of_a_stray_segment_leaves_its_sender_opening),
        TEST(an_exact_end_of_last_ack_shows_at_the_ack_that_ended_it),
        TEST(exact_states_told_late_show_at_the_segments_that_brought_them),
        TEST(the_end_of_time_wait_is_no_segments_doing),
        TEST(a_listener_that_tells_so_begins_there),
        TEST(an_exact_host_is_exact_in_its_next_connection_too),
        TEST(a_late_copy_from_an_old_connection_changes_nothing),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
