/* common/tcp/rcvbuf.c: octets wait at their place and are read in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tcp/rcvbuf.h"
#include "tests/unit/resources.h"

enum { CAP = 8 };
static uint8_t mem[CAP], larger[2 * CAP];

static struct rcvbuf empty(void)
{
    struct rcvbuf b;
    rcvbuf_init(&b, mem, CAP);
    return b;
}

static uint32_t place(struct rcvbuf *b, uint32_t offset, const char *text)
{
    return rcvbuf_place(b, offset, (struct span){(const uint8_t *)text, strlen(text)});
}

static void put(struct rcvbuf *b, const char *text)
{
    rcvbuf_commit(b, place(b, 0, text));
}

static void assert_reads(struct rcvbuf *b, size_t len, const char *expected)
{
    char text[2 * CAP + 1] = {0};
    assert_int_equal(rcvbuf_read(b, text, len), strlen(expected));
    assert_string_equal(text, expected);
}

static void octets_in_order_are_read_in_order(void **state)
{
    (void)state;
    struct rcvbuf b = empty();
    put(&b, "abc");
    put(&b, "de");
    assert_reads(&b, 4, "abcd");
    assert_reads(&b, 4, "e");
    assert_reads(&b, 4, "");
}

static void nothing_is_readable_before_it_is_committed(void **state)
{
    (void)state;
    struct rcvbuf b = empty();
    assert_int_equal(place(&b, 0, "abc"), 3);
    assert_reads(&b, 4, "");
    rcvbuf_commit(&b, 3);
    assert_reads(&b, 4, "abc");
}

static void early_octets_wait_at_their_place(void **state)
{
    (void)state;
    struct rcvbuf b = empty();
    place(&b, 3, "de");
    place(&b, 0, "abc");
    rcvbuf_commit(&b, 5);
    assert_reads(&b, CAP, "abcde");
}

static void octets_without_room_are_cut_off(void **state)
{
    (void)state;
    struct rcvbuf b = empty();
    put(&b, "abc");
    assert_int_equal(place(&b, 0, "defghij"), 5);
    assert_int_equal(place(&b, 4, "hij"), 1);
    assert_int_equal(place(&b, 5, "x"), 0);
    assert_int_equal(place(&b, 6, "x"), 0);
    assert_int_equal(rcvbuf_space(&b), 5);
}

static void ring_wraps_with_readable_and_early_octets(void **state)
{
    (void)state;
    struct rcvbuf b = empty();
    put(&b, "abcdef");
    assert_reads(&b, 5, "abcde");
    place(&b, 1, "hij"); /* across the ring's end */
    place(&b, 0, "g");
    place(&b, 4, "k");
    rcvbuf_commit(&b, 5);
    assert_reads(&b, CAP, "fghijk");
}

static void reading_keeps_early_octets_in_place(void **state)
{
    (void)state;
    struct rcvbuf b = empty();
    put(&b, "abc");
    place(&b, 2, "f");
    assert_reads(&b, 2, "ab");
    place(&b, 0, "de");
    rcvbuf_commit(&b, 3);
    assert_reads(&b, CAP, "cdef");
}

static void peek_takes_nothing(void **state)
{
    (void)state;
    struct rcvbuf b = empty();
    char text[4] = {0};
    put(&b, "abc");
    assert_int_equal(rcvbuf_peek(&b, text, 2), 2);
    assert_string_equal(text, "ab");
    assert_reads(&b, CAP, "abc");
}

static void growth_keeps_readable_and_early_octets(void **state)
{
    (void)state;
    struct rcvbuf b = empty();
    put(&b, "abcdef");
    assert_reads(&b, 5, "abcde");
    place(&b, 4, "klm"); /* across the ring's end */
    rcvbuf_grow(&b, larger, sizeof(larger));
    assert_int_equal(place(&b, 7, "nopqrstuv"), 8);
    place(&b, 0, "ghij");
    rcvbuf_commit(&b, 15);
    assert_reads(&b, sizeof(larger), "fghijklmnopqrstu");
}

static void buffer_without_memory_tells_what_it_wants(void **state)
{
    (void)state;
    struct rcvbuf b;
    rcvbuf_init(&b, NULL, 0);
    assert_int_equal(place(&b, 0, "abc"), 0);
    assert_int_equal(rcvbuf_wants(&b, 3), 3);
    assert_reads(&b, 3, "");
    rcvbuf_grow(&b, mem, CAP);
    put(&b, "abc");
    assert_int_equal(rcvbuf_wants(&b, 6), 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(octets_in_order_are_read_in_order),
        cmocka_unit_test(nothing_is_readable_before_it_is_committed),
        cmocka_unit_test(early_octets_wait_at_their_place),
        cmocka_unit_test(octets_without_room_are_cut_off),
        cmocka_unit_test(ring_wraps_with_readable_and_early_octets),
        cmocka_unit_test(reading_keeps_early_octets_in_place),
        cmocka_unit_test(peek_takes_nothing),
        cmocka_unit_test(growth_keeps_readable_and_early_octets),
        cmocka_unit_test(buffer_without_memory_tells_what_it_wants),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
