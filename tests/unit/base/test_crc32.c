/* common/base/crc32.c: what a CRC tells that a sum does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/crc32.h"
#include "tests/unit/resources.h"

static uint32_t crc_of(const char *text, size_t len)
{
    return crc32_of((const uint8_t *)text, len);
}

static void the_known_answers(void **state)
{
    (void)state;
    assert_int_equal(crc_of("", 0), 0);
    assert_int_equal(crc_of("123456789", 9), 0xcbf43926);
    assert_int_equal(crc_of("\0\0\0\0", 4), 0x2144df1c);
}

static void two_words_that_change_places_are_told(void **state)
{
    (void)state;
    assert_int_not_equal(crc_of("ABCDEFGH", 8), crc_of("CDABEFGH", 8));
}

static void every_single_bit_is_told(void **state)
{
    (void)state;
    uint8_t octets[64] = {1, 2, 3};
    uint32_t right = crc32_of(octets, sizeof octets);
    for (size_t bit = 0; bit < 8 * sizeof octets; bit++) {
        octets[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_not_equal(crc32_of(octets, sizeof octets), right);
        octets[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_answers),
        cmocka_unit_test(two_words_that_change_places_are_told),
        cmocka_unit_test(every_single_bit_is_told),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
