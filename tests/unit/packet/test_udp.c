/* common/packet/udp.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/prng.h"
#include "exact.h"
#include "packet/udp.h"
#include "tests/unit/resources.h"

static const struct segment_addresses addresses = {0x0a000001, 0x0a000002};

/* Port 40000 to port 7, "abc". */
static const uint8_t datagram[] = {0x9c, 0x40, 0x00, 0x07, 0x00, 0x0b, 0x8b, 0x2b, 'a', 'b', 'c'};

/* A copy with its length field set to `field`, cut to `len` octets, its checksum not looked at. */
static enum udp_status status_with(size_t field, size_t len)
{
    uint8_t changed[sizeof(datagram)];
    memcpy(changed, datagram, sizeof(changed));
    put_be16(changed + 4, (uint16_t)field);
    uint8_t *exact = exact_copy(changed, len);
    struct udp udp;
    enum udp_status status = udp_parse(&udp, exact, len, NULL);
    free(exact);
    return status;
}

static void a_datagram_is_read_field_by_field(void **state)
{
    (void)state;
    struct udp udp;
    assert_int_equal(udp_parse(&udp, datagram, sizeof(datagram), &addresses), UDP_OK);
    assert_int_equal(udp.src_port, 40000);
    assert_int_equal(udp.dst_port, 7);
    assert_int_equal(udp.payload.len, 3);
    assert_memory_equal(udp.payload.data, "abc", 3);
}

static void what_is_written_is_what_was_read(void **state)
{
    (void)state;
    struct udp udp;
    uint8_t *written = exact_new(sizeof(datagram));
    assert_int_equal(udp_parse(&udp, datagram, sizeof(datagram), &addresses), UDP_OK);
    assert_int_equal(udp_emit(&udp, written, sizeof(datagram), &addresses), sizeof(datagram));
    assert_memory_equal(written, datagram, sizeof(datagram));
    free(written);
}

static void a_datagram_cut_short_is_refused(void **state)
{
    (void)state;
    for (size_t len = 0; len < UDP_HEADER_LEN; len++)
        assert_int_equal(status_with(sizeof(datagram), len), UDP_SHORT);
    for (size_t len = UDP_HEADER_LEN; len < sizeof(datagram); len++)
        assert_int_equal(status_with(sizeof(datagram), len), UDP_BAD_LEN);
}

static void a_length_that_lies_is_refused(void **state)
{
    (void)state;
    for (size_t field = 0; field < UDP_HEADER_LEN; field++)
        assert_int_equal(status_with(field, sizeof(datagram)), UDP_BAD_LEN);
    for (size_t field = UDP_HEADER_LEN; field <= sizeof(datagram); field++)
        assert_int_equal(status_with(field, sizeof(datagram)), UDP_OK);
    assert_int_equal(status_with(sizeof(datagram) + 1, sizeof(datagram)), UDP_BAD_LEN);
    assert_int_equal(status_with(UINT16_MAX, sizeof(datagram)), UDP_BAD_LEN);
}

static void octets_behind_the_length_are_padding(void **state)
{
    (void)state;
    uint8_t padded[sizeof(datagram) + 7];
    memset(padded, 0xee, sizeof(padded));
    memcpy(padded, datagram, sizeof(datagram));
    struct udp udp;
    assert_int_equal(udp_parse(&udp, padded, sizeof(padded), &addresses), UDP_OK);
    assert_int_equal(udp.payload.len, 3);
}

static void a_checksum_off_by_one_is_bad_only_where_it_is_looked_at(void **state)
{
    (void)state;
    uint8_t data[sizeof(datagram)];
    memcpy(data, datagram, sizeof(data));
    data[7]++;
    struct udp udp;
    assert_int_equal(udp_parse(&udp, data, sizeof(data), &addresses), UDP_BAD_CHECKSUM);
    assert_int_equal(udp_parse(&udp, data, sizeof(data), NULL), UDP_OK);
}

static void other_addresses_make_the_checksum_bad(void **state)
{
    (void)state;
    const struct segment_addresses others = {addresses.src_ip, addresses.dst_ip + 1};
    struct udp udp;
    assert_int_equal(udp_parse(&udp, datagram, sizeof(datagram), &others), UDP_BAD_CHECKSUM);
}

static void a_checksum_of_zero_means_that_there_is_none(void **state)
{
    (void)state;
    uint8_t data[sizeof(datagram)];
    memcpy(data, datagram, sizeof(data));
    put_be16(data + 6, 0);
    struct udp udp;
    assert_int_equal(udp_parse(&udp, data, sizeof(data), &addresses), UDP_OK);
}

static void a_sum_of_zero_is_sent_as_all_ones(void **state)
{
    (void)state;
    uint8_t word[2] = {0, 0}, out[UDP_HEADER_LEN + sizeof(word)];
    const struct udp udp = {.src_port = 1, .dst_port = 2, .payload = {word, sizeof(word)}};
    udp_emit(&udp, out, sizeof(out), &addresses);
    memcpy(word, out + 6, sizeof(word)); /* the checksum itself, so that all sums to zero */

    assert_int_equal(udp_emit(&udp, out, sizeof(out), &addresses), sizeof(out));
    assert_int_equal(get_be16(out + 6), 0xffff);
    struct udp got;
    assert_int_equal(udp_parse(&got, out, sizeof(out), &addresses), UDP_OK);
}

static void nothing_is_written_where_it_does_not_fit(void **state)
{
    (void)state;
    uint8_t out[16] = {0};
    const struct udp udp = {.payload = {(const uint8_t *)"abc", 3}};
    for (size_t cap = 0; cap < UDP_HEADER_LEN + 3; cap++)
        assert_int_equal(udp_emit(&udp, out, cap, &addresses), 0);
    for (size_t i = 0; i < sizeof(out); i++)
        assert_int_equal(out[i], 0);
}

static void a_payload_beyond_the_length_field_is_refused(void **state)
{
    (void)state;
    uint8_t *payload = exact_new(65528), *out = exact_new(65536);
    struct udp udp = {.payload = {payload, 65527}};
    assert_int_equal(udp_emit(&udp, out, 65536, &addresses), 65535);
    udp.payload.len = 65528;
    assert_int_equal(udp_emit(&udp, out, 65536, &addresses), 0);
    free(payload);
    free(out);
}

static void random_datagrams_survive_the_round_trip(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        struct prng prng;
        prng_seed(&prng, seed);
        uint8_t payload[64];
        for (size_t i = 0; i < sizeof(payload); i++)
            payload[i] = (uint8_t)prng_next(&prng);
        struct udp sent = {.src_port = (uint16_t)prng_next(&prng),
                           .dst_port = (uint16_t)prng_next(&prng),
                           .payload = {payload, prng_below(&prng, sizeof(payload) + 1)}};
        size_t len = UDP_HEADER_LEN + sent.payload.len;
        uint8_t *out = exact_new(len);
        struct udp got;
        if (udp_emit(&sent, out, len, &addresses) != len ||
            udp_parse(&got, out, len, &addresses) != UDP_OK || got.src_port != sent.src_port ||
            got.dst_port != sent.dst_port || got.payload.len != sent.payload.len ||
            memcmp(got.payload.data, payload, got.payload.len) != 0)
            fail_msg("seed %llu", (unsigned long long)seed);
        free(out);
    }
}

static void every_problem_has_words(void **state)
{
    (void)state;
    assert_null(udp_problem(UDP_OK));
    for (enum udp_status status = UDP_SHORT; status <= UDP_BAD_CHECKSUM; status++)
        assert_memory_equal(udp_problem(status), "UDP: ", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_datagram_is_read_field_by_field),
        cmocka_unit_test(what_is_written_is_what_was_read),
        cmocka_unit_test(a_datagram_cut_short_is_refused),
        cmocka_unit_test(a_length_that_lies_is_refused),
        cmocka_unit_test(octets_behind_the_length_are_padding),
        cmocka_unit_test(a_checksum_off_by_one_is_bad_only_where_it_is_looked_at),
        cmocka_unit_test(other_addresses_make_the_checksum_bad),
        cmocka_unit_test(a_checksum_of_zero_means_that_there_is_none),
        cmocka_unit_test(a_sum_of_zero_is_sent_as_all_ones),
        cmocka_unit_test(nothing_is_written_where_it_does_not_fit),
        cmocka_unit_test(a_payload_beyond_the_length_field_is_refused),
        cmocka_unit_test(random_datagrams_survive_the_round_trip),
        cmocka_unit_test(every_problem_has_words),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
