/* common/tcp/sndbuf.c: octets in, spans out, gone when acknowledged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tcp/sndbuf.h"
#include "tests/unit/resources.h"
#include "twins.h"

enum { CAP = 16 };
static uint8_t mem[CAP], larger[2 * CAP];

static struct sndbuf buffer_at(seq_t start)
{
    struct sndbuf b;
    sndbuf_init(&b, mem, CAP, start);
    return b;
}

static void assert_text(const struct sndbuf *b, seq_t seq, uint32_t len, const char *expected)
{
    struct span out[2];
    char text[2 * CAP] = {0};
    assert_int_equal(sndbuf_spans(b, seq, len, out), strlen(expected));
    assert_int_equal(out[0].len + out[1].len, strlen(expected));
    if (out[0].len > 0)
        memcpy(text, out[0].data, out[0].len);
    if (out[1].len > 0)
        memcpy(text + out[0].len, out[1].data, out[1].len);
    assert_string_equal(text, expected);
}

static void append_takes_what_fits(void **state)
{
    struct sndbuf b = buffer_at(twin_start(state));
    assert_int_equal(sndbuf_append(&b, "0123456789", 10), 10);
    assert_int_equal(sndbuf_append(&b, "abcdefghij", 10), 6);
    assert_int_equal(sndbuf_append(&b, "x", 1), 0);
    assert_int_equal(sndbuf_space(&b), 0);
    assert_text(&b, b.start, CAP, "0123456789abcdef");
}

static void spans_name_octets_by_sequence_number(void **state)
{
    struct sndbuf b = buffer_at(twin_start(state));
    sndbuf_append(&b, "0123456789", 10);
    assert_text(&b, seq_add(b.start, 3), 4, "3456");
    assert_text(&b, seq_add(b.start, 8), 40, "89");
}

static void neither_syn_nor_fin_is_an_octet(void **state)
{
    struct sndbuf b = buffer_at(twin_start(state));
    sndbuf_append(&b, "ab", 2);
    sndbuf_close(&b);
    assert_text(&b, seq_sub(b.start, 1), 1, "");
    assert_text(&b, seq_sub(b.start, 1), 4, "ab");
    assert_text(&b, sndbuf_end(&b), 1, "");
    assert_int_equal(seq_distance(b.start, sndbuf_limit(&b)), 3);
}

static void ack_makes_room_and_text_wraps_in_the_ring(void **state)
{
    seq_t start = twin_start(state);
    struct sndbuf b = buffer_at(start);
    sndbuf_append(&b, "0123456789", 10);
    sndbuf_ack(&b, seq_add(start, 8));
    assert_int_equal(sndbuf_append(&b, "abcdefghij", 10), 10);
    assert_int_equal(sndbuf_append(&b, "klmno", 5), 4);
    assert_text(&b, seq_add(start, 8), CAP, "89abcdefghijklmn");
    assert_text(&b, seq_add(start, 15), 3, "fgh");
    assert_text(&b, seq_add(start, 20), 9, "klmn");
    assert_text(&b, start, 9, "8");
}

static void ack_of_the_syn_frees_nothing(void **state)
{
    struct sndbuf b = buffer_at(twin_start(state));
    sndbuf_append(&b, "ab", 2);
    sndbuf_ack(&b, b.start);
    sndbuf_ack(&b, seq_sub(b.start, 1));
    assert_text(&b, b.start, 2, "ab");
}

static void ack_of_the_fin_frees_all_text_and_no_more(void **state)
{
    struct sndbuf b = buffer_at(twin_start(state));
    sndbuf_append(&b, "ab", 2);
    sndbuf_close(&b);
    sndbuf_ack(&b, sndbuf_limit(&b));
    assert_int_equal(b.len, 0);
    sndbuf_ack(&b, sndbuf_limit(&b));
    assert_int_equal(b.len, 0);
}

static void growth_keeps_octets_and_numbers(void **state)
{
    struct sndbuf b = buffer_at(twin_start(state));
    sndbuf_append(&b, "0123456789abcdef", 16);
    sndbuf_ack(&b, seq_add(b.start, 10));
    sndbuf_append(&b, "ghij", 4); /* wraps */
    sndbuf_grow(&b, larger, sizeof(larger));
    assert_int_equal(sndbuf_space(&b), sizeof(larger) - 10);
    sndbuf_append(&b, "kl", 2);
    assert_text(&b, b.start, CAP, "abcdefghijkl");
}

static void buffer_without_memory_takes_nothing(void **state)
{
    struct sndbuf b;
    sndbuf_init(&b, NULL, 0, twin_start(state));
    assert_int_equal(sndbuf_append(&b, "a", 1), 0);
    assert_text(&b, b.start, 1, "");
    sndbuf_ack(&b, b.start);
    sndbuf_grow(&b, mem, CAP);
    assert_int_equal(sndbuf_append(&b, "a", 1), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(append_takes_what_fits),          TWINS(spans_name_octets_by_sequence_number),
        TWINS(neither_syn_nor_fin_is_an_octet), TWINS(ack_makes_room_and_text_wraps_in_the_ring),
        TWINS(ack_of_the_syn_frees_nothing),    TWINS(ack_of_the_fin_frees_all_text_and_no_more),
        TWINS(growth_keeps_octets_and_numbers), TWINS(buffer_without_memory_takes_nothing),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
