/* common/trace/track.c, track_measure.c, conn_state.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake.h"
#include "tests/unit/resources.h"
#include "trace/track.h"
#include "trace/track_measure.h"

enum { A, B };

struct onlooker {
    struct fake fake;
    struct track_table table;
    struct trace_cursor cursor;
    struct track_step step; /* the last one */
    char story[512];        /* every change so far: "A SYN_SENT, B SYN_RECEIVED, " */
};

static int begin(void **state)
{
    struct onlooker *onlooker = calloc(1, sizeof(*onlooker));
    fake_begin(&onlooker->fake);
    track_table_init(&onlooker->table);
    *state = onlooker;
    return onlooker ? 0 : -1;
}

static int end(void **state)
{
    struct onlooker *onlooker = *state;
    track_table_fini(&onlooker->table);
    fake_end(&onlooker->fake);
    free(onlooker);
    return 0;
}

static void read_on(struct onlooker *o)
{
    const struct event *event;
    while ((event = trace_log_next(&o->fake.log, &o->cursor)) != NULL) {
        size_t used = strlen(o->story);
        assert_int_equal(track_table_read(&o->table, event, &o->step), 0);
        if (o->step.changed)
            snprintf(o->story + used, sizeof(o->story) - used, "%c %s, ", "AB"[o->step.end],
                     tcp_state_name(o->step.state));
    }
}

/* What the onlooker says of a segment that `from` sends now. */
static const struct track_segment *says(struct onlooker *o, char from, struct fake_segment what)
{
    fake_send(&o->fake, from, what);
    read_on(o);
    assert_non_null(o->step.tcp);
    return o->step.tcp;
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

static void tell_state(struct onlooker *o, char host, struct event_state told)
{
    bool a = host == 'A';
    struct event_flow flow = {FAKE_IP_A, FAKE_IP_B, FAKE_PORT_A, FAKE_PORT_B};
    struct event_flow back = {FAKE_IP_B, FAKE_IP_A, FAKE_PORT_B, FAKE_PORT_A};
    fake_tell(
        &o->fake,
        (struct event){.kind = EVENT_STATE, .host = host, .flow = a ? flow : back, .state = told});
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

static void numbers_are_relative_to_the_syns(void **state)
{
    struct onlooker *o = *state;
    fake_handshake(&o->fake);
    const struct track_segment *data = says(o, 'A', (struct fake_segment){TCP_ACK, 1, 1, 10});
    assert_int_equal(data->seq, 1);
    assert_int_equal(data->ack, 1);
    assert_int_equal(data->text_len, 10);
    assert_int_equal(data->conn->number, 1);
}

static void numbers_go_on_across_the_wrap(void **state)
{
    struct onlooker *o = *state;
    o->fake.iss[0] = 0xffffff00;
    o->fake.iss[1] = 0xfffffff0;
    fake_handshake(&o->fake);
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 1000});
    const struct track_segment *next = says(o, 'A', (struct fake_segment){TCP_ACK, 1001, 1, 1000});
    assert_int_equal(next->seq, 1001);
    assert_int_equal(next->marks, 0);
    const struct track_segment *ack = says(o, 'B', (struct fake_segment){TCP_ACK, 1, 2001, 0});
    assert_int_equal(ack->ack, 2001);
    assert_int_equal(says(o, 'A', (struct fake_segment){TCP_ACK, 1, 1, 1000})->marks,
                     MARK_RETRANSMISSION);
}

static void without_a_syn_the_first_number_seen_is_one(void **state)
{
    struct onlooker *o = *state;
    const struct track_segment *data = says(o, 'A', (struct fake_segment){TCP_ACK, 77, 99, 10});
    assert_int_equal(data->seq, 1);
    assert_int_equal(data->ack, 1);
    assert_int_equal(data->conn->end[A].state, STATE_ESTABLISHED);
}

static void equal_acks_are_counted_while_data_is_missing(void **state)
{
    struct onlooker *o = *state;
    struct fake_segment ack = {TCP_ACK, 1, 1, 0};
    fake_handshake(&o->fake);
    assert_int_equal(says(o, 'B', ack)->marks, 0); /* nothing was sent: no duplicate */
    fake_lose(&o->fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 10}, "script");
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_ACK, 11, 1, 10});
    assert_int_equal(says(o, 'B', ack)->dup_acks, 1);
    assert_int_equal(says(o, 'B', ack)->dup_acks, 2);
    assert_int_equal(o->step.tcp->marks, MARK_DUP_ACK);
    ack.ack = 21;
    assert_int_equal(says(o, 'B', ack)->marks, 0);
}

static void a_window_that_opens_is_an_update_and_no_duplicate(void **state)
{
    struct onlooker *o = *state;
    fake_handshake(&o->fake);
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 10});
    o->fake.wnd = 0;
    assert_int_equal(says(o, 'B', (struct fake_segment){TCP_ACK, 1, 11, 0})->marks,
                     MARK_ZERO_WINDOW);
    o->fake.wnd = 5000;
    assert_int_equal(says(o, 'B', (struct fake_segment){TCP_ACK, 1, 11, 0})->marks,
                     MARK_WINDOW_UPDATE);
}

static void one_octet_before_is_a_keepalive_or_into_a_closed_window_a_probe(void **state)
{
    struct onlooker *o = *state;
    struct fake_segment nudge = {TCP_ACK, 0, 1, 0};
    fake_handshake(&o->fake);
    assert_int_equal(says(o, 'A', nudge)->marks, MARK_KEEPALIVE);
    o->fake.wnd = 0;
    fake_pass_segment(&o->fake, 'B', (struct fake_segment){TCP_ACK, 1, 1, 0});
    assert_int_equal(says(o, 'A', nudge)->marks, MARK_PROBE);
    assert_int_equal(says(o, 'A', (struct fake_segment){TCP_ACK, 1, 1, 1})->marks, MARK_PROBE);
}

static void the_window_is_scaled_when_both_offered_it(void **state)
{
    struct onlooker *o = *state;
    o->fake.wnd = 1000;
    o->fake.options = (struct tcp_options){.has_wscale = true, .wscale = 7};
    assert_int_equal(says(o, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0})->window, 1000);
    o->fake.options = (struct tcp_options){.has_wscale = true, .wscale = 3};
    says(o, 'B', (struct fake_segment){TCP_SYN | TCP_ACK, 0, 1, 0});
    assert_int_equal(says(o, 'A', (struct fake_segment){TCP_ACK, 1, 1, 0})->window, 128000);
    assert_int_equal(says(o, 'B', (struct fake_segment){TCP_ACK, 1, 1, 0})->window, 8000);
}

static void sack_blocks_are_relative_too(void **state)
{
    struct onlooker *o = *state;
    o->fake.iss[0] = 0xfffffff8;
    fake_handshake(&o->fake);
    fake_lose(&o->fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 10}, "script");
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_ACK, 11, 1, 10});
    o->fake.options = (struct tcp_options){
        .sack_count = 1, .sack[0] = {seq_make(0xfffffff8 + 11), seq_make(0xfffffff8 + 21)}};
    o->fake.wnd = 1;
    const struct track_segment *ack = says(o, 'B', (struct fake_segment){TCP_ACK, 1, 1, 0});
    assert_int_equal(ack->marks, MARK_DUP_ACK); /* though the window moved */
    assert_int_equal(track_sack_range(ack, 0).start, 11);
    assert_int_equal(track_sack_range(ack, 0).end, 21);
}

static void a_new_syn_on_the_same_ports_is_a_new_connection(void **state)
{
    struct onlooker *o = *state;
    fake_handshake(&o->fake);
    fake_close(&o->fake, 0);
    read_on(o);
    o->fake.iss[0] += 500000;
    const struct track_segment *syn = says(o, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    assert_int_equal(syn->conn->number, 2);
    assert_int_equal(syn->seq, 0);
    assert_int_equal(syn->conn->end[A].state, STATE_SYN_SENT);
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

static void what_is_no_tcp_is_no_connection(void **state)
{
    struct onlooker *o = *state;
    memset(o->fake.bytes, 0xff, 60);
    o->fake.len = 60;
    uint64_t id = fake_enter(&o->fake, 'A', 0, NULL);
    fake_deliver(&o->fake, 'B', id);
    read_on(o);
    assert_null(o->step.conn);
    assert_non_null(o->step.frame);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

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
        TEST(numbers_are_relative_to_the_syns),
        TEST(numbers_go_on_across_the_wrap),
        TEST(without_a_syn_the_first_number_seen_is_one),
        TEST(equal_acks_are_counted_while_data_is_missing),
        TEST(a_window_that_opens_is_an_update_and_no_duplicate),
        TEST(one_octet_before_is_a_keepalive_or_into_a_closed_window_a_probe),
        TEST(the_window_is_scaled_when_both_offered_it),
        TEST(sack_blocks_are_relative_too),
        TEST(a_new_syn_on_the_same_ports_is_a_new_connection),
        TEST(a_corrupted_delivery_is_refused_and_changes_nothing),
        TEST(what_is_no_tcp_is_no_connection),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
