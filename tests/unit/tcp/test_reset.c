/* common/tcp/reset.c: the answer to a segment that belongs nowhere (RFC 9293 section 3.10.7.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/tcp.h"
#include "tests/unit/resources.h"

static void a_segment_with_ack_is_reset_at_its_ack(void **state)
{
    (void)state;
    const struct segment seg = {
        .src_port = 1, .dst_port = 2, .seq = {100}, .ack = {300}, .flags = TCP_ACK | TCP_FIN};
    struct segment reset;
    assert_true(tcp_reset_for(&seg, &reset));
    assert_int_equal(reset.flags, TCP_RST);
    assert_int_equal(reset.seq.value, 300);
    assert_int_equal(reset.src_port, 2);
    assert_int_equal(reset.dst_port, 1);
    assert_int_equal(segment_len(&reset), 0);
}

static void a_segment_without_ack_is_reset_with_one(void **state)
{
    (void)state;
    uint8_t text[10] = {0};
    const struct segment seg = {
        .seq = {0xfffffffe}, .flags = TCP_SYN | TCP_FIN, .text = {{text, 10}}};
    struct segment reset;
    assert_true(tcp_reset_for(&seg, &reset));
    assert_int_equal(reset.flags, TCP_RST | TCP_ACK);
    assert_int_equal(reset.seq.value, 0);
    assert_int_equal(reset.ack.value, 10); /* 2^32 - 2, and 12 octets of sequence space */
}

static void a_reset_is_never_answered(void **state)
{
    (void)state;
    const struct segment seg = {.flags = TCP_RST | TCP_ACK};
    struct segment reset;
    assert_false(tcp_reset_for(&seg, &reset));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_segment_with_ack_is_reset_at_its_ack),
        cmocka_unit_test(a_segment_without_ack_is_reset_with_one),
        cmocka_unit_test(a_reset_is_never_answered),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
