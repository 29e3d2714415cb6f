/* common/tcp/events.c: what tcp_next_event tells, and in what order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/space.h"
#include "tcp/tcp.h"
#include "tests/unit/resources.h"
#include "tests/unit/tcp/handshake.h"

static const struct isn_tuple tuple = {1, 2, 3, 4};

static void changes_come_before_the_sample_they_caused(void **state)
{
    (void)state;
    struct tcb t;
    struct segment syn;
    struct event event;
    tcp_init(&t, &tcp_config_default, &tuple, 0);
    tcp_open_active(&t, 0);
    assert_true(tcp_next_segment(&t, 0, &syn));
    const struct segment answer = {
        .seq = {1000}, .ack = t.sent.nxt, .flags = TCP_SYN | TCP_ACK, .wnd = 5000};
    tcp_on_segment(&t, &answer, MS(20));

    assert_true(tcp_next_event(&t, &event) && event.kind == EVENT_STATE);
    assert_int_equal(event.state.to, STATE_SYN_SENT);
    assert_true(tcp_next_event(&t, &event) && event.kind == EVENT_STATE);
    assert_int_equal(event.state.to, STATE_ESTABLISHED);
    assert_true(tcp_next_event(&t, &event) && event.kind == EVENT_SAMPLE);
    assert_int_equal(event.sample.srtt_us, MS(20));
    assert_int_equal(event.sample.snd_wnd, 5000);
    assert_int_equal(event.sample.in_flight, 0);
    assert_false(tcp_next_event(&t, &event));
}

static void a_sample_is_told_once(void **state)
{
    (void)state;
    struct tcb t;
    struct event event;
    tcp_init(&t, &tcp_config_default, &tuple, 0);
    t.sample_changed = true;
    assert_true(tcp_next_event(&t, &event));
    assert_false(tcp_next_event(&t, &event));
}

static void a_sample_shows_what_is_outstanding(void **state)
{
    (void)state;
    struct tcb t;
    uint8_t memory[100];
    struct segment text;
    struct event event;
    handshake(&t, &tcp_config_default, 0);
    space_attach_to_send(&t, memory, sizeof memory);
    assert_int_equal(tcp_send(&t, (struct span){memory, 100}, 0, MS(30)), 100);
    assert_true(tcp_next_segment(&t, MS(30), &text));
    const struct segment ack = {
        .seq = t.rcv.nxt, .ack = seq_add(text.seq, 30), .flags = TCP_ACK, .wnd = 60000};
    tcp_on_segment(&t, &ack, MS(50));
    assert_true(tcp_next_event(&t, &event) && event.kind == EVENT_SAMPLE);
    assert_int_equal(event.sample.in_flight, 70);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_come_before_the_sample_they_caused),
        cmocka_unit_test(a_sample_is_told_once),
        cmocka_unit_test(a_sample_shows_what_is_outstanding),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
