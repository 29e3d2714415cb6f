/* common/trace/track.c and track_measure.c: what segments mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "onlooker.h"
#include "tests/unit/resources.h"
#include "trace/track_measure.h"

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
    assert_int_equal(says(o, 'B', (struct fake_segment){TCP_SYN | TCP_ACK, 0, 1, 0})->window, 1000);
    assert_int_equal(says(o, 'A', (struct fake_segment){TCP_ACK, 1, 1, 0})->window, 128000);
    assert_int_equal(says(o, 'B', (struct fake_segment){TCP_ACK, 1, 1, 0})->window, 8000);
}

static void window_field_urgent_pointer_and_text_are_told_as_sent(void **state)
{
    struct onlooker *o = *state;
    o->fake.options = (struct tcp_options){.has_wscale = true, .wscale = 7};
    fake_pass_segment(&o->fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    o->fake.options = (struct tcp_options){.has_wscale = true, .wscale = 7};
    fake_pass_segment(&o->fake, 'B', (struct fake_segment){TCP_SYN | TCP_ACK, 0, 1, 0});
    o->fake.wnd = 500;
    o->fake.urgent = 5;
    const struct track_segment *data =
        says(o, 'A', (struct fake_segment){TCP_ACK | TCP_URG, 1, 1, 5});
    assert_int_equal(data->window, 64000);
    assert_int_equal(data->field, 500);
    assert_int_equal(data->urgent, 5);
    assert_memory_equal(data->text, "hello", data->text_len);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_are_relative_to_the_syns),
        TEST(numbers_go_on_across_the_wrap),
        TEST(without_a_syn_the_first_number_seen_is_one),
        TEST(equal_acks_are_counted_while_data_is_missing),
        TEST(a_window_that_opens_is_an_update_and_no_duplicate),
        TEST(one_octet_before_is_a_keepalive_or_into_a_closed_window_a_probe),
        TEST(the_window_is_scaled_when_both_offered_it),
        TEST(window_field_urgent_pointer_and_text_are_told_as_sent),
        TEST(sack_blocks_are_relative_too),
        TEST(a_new_syn_on_the_same_ports_is_a_new_connection),
        TEST(what_is_no_tcp_is_no_connection),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
