/* common/packet/checksum.c against the examples of the RFCs and a sum done the plain way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/prng.h"
#include "exact.h"
#include "packet/checksum.h"
#include "tests/unit/resources.h"

/* As RFC 1071 section 1 defines it: word by word, each carry back in at once. */
static uint16_t plain_checksum(const uint8_t *data, size_t len)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < len; i++) {
        sum += i % 2 ? data[i] : (uint32_t)data[i] << 8;
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

static void fill(struct prng *prng, uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t)prng_next(prng);
}

static void sums_the_example_of_rfc_1071(void **state)
{
    (void)state;
    static const uint8_t data[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    assert_int_equal(checksum_of(data, sizeof(data)), (uint16_t)~0xddf2);
}

static void agrees_with_the_plain_sum_at_every_length_and_alignment(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 1);
    for (size_t len = 0; len <= 100; len++) {
        for (size_t shift = 0; shift < 8; shift++) {
            uint8_t *data = exact_new(shift + len);
            fill(&prng, data, shift + len);
            assert_int_equal(checksum_of(data + shift, len), plain_checksum(data + shift, len));
            free(data);
        }
    }
}

static void nothing_sums_to_nothing(void **state)
{
    (void)state;
    assert_int_equal(checksum_of(NULL, 0), 0xffff);
}

static void carries_of_the_longest_datagram_come_back_in(void **state)
{
    (void)state;
    uint8_t *data = exact_new(65535);
    memset(data, 0xff, 65535);
    assert_int_equal(checksum_of(data, 65534), 0);
    assert_int_equal(checksum_of(data, 65535), plain_checksum(data, 65535));
    free(data);
}

static void pieces_of_any_length_add_up(void **state)
{
    (void)state;
    enum { LEN = 40 };
    struct prng prng;
    prng_seed(&prng, 2);
    uint8_t data[LEN];
    fill(&prng, data, LEN);
    for (size_t i = 0; i <= LEN; i++) {
        for (size_t j = i; j <= LEN; j++) {
            struct checksum sum = {0};
            checksum_add(&sum, data, i);
            checksum_add(&sum, data + i, j - i);
            checksum_add(&sum, data + j, LEN - j);
            assert_int_equal(checksum_finish(&sum), plain_checksum(data, LEN));
        }
    }
}

static void a_right_checksum_sums_to_zero(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 3);
    uint8_t data[31];
    for (int i = 0; i < 1000; i++) {
        fill(&prng, data, sizeof(data));
        put_be16(data + 10, 0);
        put_be16(data + 10, checksum_of(data, sizeof(data)));
        assert_int_equal(checksum_of(data, sizeof(data)), 0);
    }
}

static void any_one_bit_is_noticed_but_swapped_words_are_not(void **state)
{
    (void)state;
    uint8_t data[] = {0xca, 0xfe, 0x12, 0x34, 0xff};
    uint16_t right = checksum_of(data, sizeof(data));
    for (size_t bit = 0; bit < sizeof(data) * 8; bit++) {
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(checksum_of(data, sizeof(data)), right);
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    static const uint8_t swapped[] = {0x12, 0x34, 0xca, 0xfe, 0xff};
    assert_int_equal(checksum_of(swapped, sizeof(swapped)), right);
}

static void the_pseudo_header_counts_as_its_twelve_octets(void **state)
{
    (void)state;
    const struct segment_addresses addresses = {0xc0a80001, 0xfffefdfc};
    static const uint8_t octets[] = {0xc0, 0xa8, 0x00, 0x01, 0xff, 0xfe,
                                     0xfd, 0xfc, 0x00, 0x06, 0xab, 0xcd};
    struct checksum sum = {0};
    checksum_add_pseudo(&sum, &addresses, 6, 0xabcd);
    assert_int_equal(checksum_finish(&sum), plain_checksum(octets, sizeof(octets)));
    assert_int_equal(checksum_partial(&sum), (uint16_t)~plain_checksum(octets, sizeof(octets)));
}

static void a_partial_sum_left_in_the_field_is_completed_by_summing_the_rest(void **state)
{
    (void)state;
    const struct segment_addresses addresses = {0x0a000001, 0x0a000002};
    uint8_t segment[] = {0xde, 0xad, 0x00, 0x00, 0xbe, 0xef, 0x77};
    struct checksum full = {0}, partial = {0};
    checksum_add_pseudo(&full, &addresses, 6, sizeof(segment));
    checksum_add(&full, segment, sizeof(segment));

    checksum_add_pseudo(&partial, &addresses, 6, sizeof(segment));
    put_be16(segment + 2, checksum_partial(&partial));
    assert_int_equal(checksum_of(segment, sizeof(segment)), checksum_finish(&full));
}

static void updates_the_example_of_rfc_1624(void **state)
{
    (void)state;
    assert_int_equal(checksum_update(0xdd2f, 0x5555, 0x3285), 0x0000);
}

static void an_update_equals_a_new_sum(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 4);
    for (int i = 0; i < 10000; i++) {
        uint8_t data[20];
        fill(&prng, data, sizeof(data));
        uint16_t before = checksum_of(data, sizeof(data));
        uint16_t from = get_be16(data + 8), to = (uint16_t)prng_next(&prng);
        put_be16(data + 8, to);
        assert_int_equal(checksum_update(before, from, to), checksum_of(data, sizeof(data)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_the_example_of_rfc_1071),
        cmocka_unit_test(agrees_with_the_plain_sum_at_every_length_and_alignment),
        cmocka_unit_test(nothing_sums_to_nothing),
        cmocka_unit_test(carries_of_the_longest_datagram_come_back_in),
        cmocka_unit_test(pieces_of_any_length_add_up),
        cmocka_unit_test(a_right_checksum_sums_to_zero),
        cmocka_unit_test(any_one_bit_is_noticed_but_swapped_words_are_not),
        cmocka_unit_test(the_pseudo_header_counts_as_its_twelve_octets),
        cmocka_unit_test(a_partial_sum_left_in_the_field_is_completed_by_summing_the_rest),
        cmocka_unit_test(updates_the_example_of_rfc_1624),
        cmocka_unit_test(an_update_equals_a_new_sum),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
