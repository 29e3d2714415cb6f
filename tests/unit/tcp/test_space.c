/* common/tcp/space.c: memory is asked for when it is used, doubles, and keeps to its limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "tcp/space.h"
#include "tests/unit/resources.h"
#include "tests/unit/tcp/handshake.h"

static void an_idle_connection_wants_nothing(void **state)
{
    (void)state;
    struct tcb t;
    handshake(&t, &tcp_config_default, 0);
    const struct segment bare = {.seq = t.rcv.nxt, .ack = t.sent.nxt, .flags = TCP_ACK};
    assert_int_equal(space_wanted_to_send(&t, 0), 0);
    assert_int_equal(space_wanted_to_receive(&t, &bare), 0);
    assert_int_equal(space_wanted_for_sent(&t), 0);
    assert_int_equal(space_wanted_for_holes(&t), 0);
}

static void sending_doubles_up_to_the_limit(void **state)
{
    (void)state;
    struct tcb t;
    handshake(&t, &tcp_config_default, 0);
    t.send_limit = 10000;
    assert_int_equal(space_wanted_to_send(&t, 1), 4096);
    assert_int_equal(space_wanted_to_send(&t, 4097), 8192);
    assert_int_equal(space_wanted_to_send(&t, 100000), 10000);

    uint8_t *memory = malloc(10000);
    assert_non_null(memory);
    assert_null(space_attach_to_send(&t, memory, 10000));
    assert_int_equal(space_wanted_to_send(&t, 100000), 0);
    free(memory);
}

static void a_smaller_buffer_keeps_the_promise_of_the_larger_one(void **state)
{
    (void)state;
    struct tcb t;
    static uint8_t text[6000];
    handshake(&t, &tcp_config_default, 0);
    uint32_t promised = rcvwnd_size(&t.rcvwnd, t.rcv.nxt);
    const struct segment seg = {
        .seq = t.rcv.nxt, .ack = t.sent.nxt, .flags = TCP_ACK, .text = {{text, sizeof text}}};
    rcvwnd_set_size(&t.rcvwnd, 1000);
    assert_true(promised > sizeof text);
    assert_in_range(space_wanted_to_receive(&t, &seg), sizeof text, promised);
}

static void text_that_is_not_kept_wants_no_memory(void **state)
{
    (void)state;
    struct tcb t;
    handshake(&t, &tcp_config_default, 0);
    struct segment seg = {
        .ack = t.sent.nxt, .flags = TCP_ACK, .text = {{(const uint8_t *)"abcd", 4}}};
    seg.seq = seq_sub(t.rcv.nxt, 4); /* old */
    assert_int_equal(space_wanted_to_receive(&t, &seg), 0);
    seg.seq = t.rcvwnd.right; /* beyond the window */
    assert_int_equal(space_wanted_to_receive(&t, &seg), 0);
    seg.seq = t.rcv.nxt;
    assert_int_equal(space_wanted_to_receive(&t, &seg), 4096);
}

static void octets_stay_when_memory_grows(void **state)
{
    (void)state;
    struct tcb t;
    uint8_t small[4], large[8], out[8];
    handshake(&t, &tcp_config_default, 0);
    assert_null(space_attach_to_receive(&t, small, sizeof small));
    const struct segment seg = {.seq = t.rcv.nxt,
                                .ack = t.sent.nxt,
                                .flags = TCP_ACK,
                                .text = {{(const uint8_t *)"abcd", 4}}};
    tcp_on_segment(&t, &seg, MS(30));
    assert_ptr_equal(space_attach_to_receive(&t, large, sizeof large), small);
    assert_int_equal(tcp_receive(&t, (struct buffer){out, sizeof out}, 0), 4);
    assert_memory_equal(out, "abcd", 4);
}

/* Refused memory: what finds none is not acknowledged, so the peer sends it again. */
static void text_without_memory_is_not_acknowledged(void **state)
{
    (void)state;
    struct tcb t;
    uint8_t two[2];
    struct segment out;
    handshake(&t, &tcp_config_default, 0);
    assert_null(space_attach_to_receive(&t, two, sizeof two));
    seq_t nxt = t.rcv.nxt;
    const struct segment seg = {.seq = nxt,
                                .ack = t.sent.nxt,
                                .flags = TCP_ACK | TCP_FIN,
                                .text = {{(const uint8_t *)"abcd", 4}}};
    tcp_on_segment(&t, &seg, MS(30));
    assert_int_equal(t.state, STATE_ESTABLISHED);
    assert_true(tcp_next_segment(&t, MS(30), &out));
    assert_int_equal(out.ack.value, nxt.value + 2);
}

static void what_found_no_memory_is_told_at_once(void **state)
{
    (void)state;
    struct tcb t;
    uint8_t two[2];
    struct segment out;
    struct tcp_config config = tcp_config_default;
    config.delack_quick = 0;
    handshake(&t, &config, 0);
    assert_null(space_attach_to_receive(&t, two, sizeof two));
    const struct segment seg = {.seq = t.rcv.nxt,
                                .ack = t.sent.nxt,
                                .flags = TCP_ACK,
                                .text = {{(const uint8_t *)"abcd", 4}}};
    tcp_on_segment(&t, &seg, MS(30));
    assert_true(tcp_next_segment(&t, MS(30), &out));
    assert_int_equal(out.ack.value, seg.seq.value + 2);
}

/* Refused memory for the record: sending waits for ACKs, and goes on. */
static void a_full_record_only_slows_down(void **state)
{
    (void)state;
    struct tcb t;
    static uint8_t memory[20000], text[20000];
    struct segment out;
    usec_t now = SECONDS(1);
    handshake(&t, &tcp_config_default, 0);
    assert_null(space_attach_to_send(&t, memory, sizeof memory));
    assert_int_equal(tcp_send(&t, (struct span){text, sizeof text}, 0, now), sizeof text);
    uint32_t sent = 0;
    for (int i = 0; i < 100 && sent < sizeof text; i++) {
        while (tcp_next_segment(&t, now++, &out))
            sent += segment_text_len(&out);
        assert_true(t.sent.count < SENT_RANGES_START);
        const struct segment ack = {
            .seq = t.rcv.nxt, .ack = t.sent.nxt, .flags = TCP_ACK, .wnd = 60000};
        tcp_on_segment(&t, &ack, now++);
    }
    assert_int_equal(sent, sizeof text);
}

static void detaching_gives_everything_back(void **state)
{
    (void)state;
    struct tcb t;
    uint8_t a[4], b[4];
    void *left[SPACE_KINDS];
    handshake(&t, &tcp_config_default, 0);
    space_attach_to_send(&t, a, sizeof a);
    space_attach_to_receive(&t, b, sizeof b);
    space_detach_all(&t, left);
    assert_ptr_equal(left[0], a);
    assert_ptr_equal(left[1], b);
    assert_null(left[2]); /* the first ranges lie inside the TCB */
    assert_null(left[3]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_connection_wants_nothing),
        cmocka_unit_test(sending_doubles_up_to_the_limit),
        cmocka_unit_test(a_smaller_buffer_keeps_the_promise_of_the_larger_one),
        cmocka_unit_test(text_that_is_not_kept_wants_no_memory),
        cmocka_unit_test(octets_stay_when_memory_grows),
        cmocka_unit_test(text_without_memory_is_not_acknowledged),
        cmocka_unit_test(what_found_no_memory_is_told_at_once),
        cmocka_unit_test(a_full_record_only_slows_down),
        cmocka_unit_test(detaching_gives_everything_back),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
