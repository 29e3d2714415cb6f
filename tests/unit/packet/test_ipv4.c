/* common/packet/ipv4.c: every field, and every way a header can lie. */
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
#include "packet/ipv4.h"
#include "tests/unit/resources.h"

/* 192.168.0.1 to 192.168.0.199, UDP, don't fragment, 5 octets behind it; DSCP 46, ECN CE. */
static const uint8_t datagram[] = {
    0x45, 0xbb, 0x00, 0x19, 0x12, 0x34, 0x40, 0x00, 0x40, 0x11, 0xa5, 0xcc, 192,
    168,  0,    1,    192,  168,  0,    199,  'h',  'e',  'l',  'l',  'o',
};

/* A copy with the octet at `at` replaced, its checksum made right again, cut to `len` octets. */
static enum ipv4_status status_with(size_t at, uint8_t value, size_t len)
{
    uint8_t changed[sizeof(datagram)];
    memcpy(changed, datagram, sizeof(changed));
    changed[at] = value;
    put_be16(changed + 10, 0);
    put_be16(changed + 10, checksum_of(changed, IPV4_HEADER_MIN));
    uint8_t *exact = exact_copy(changed, len);
    struct ipv4 ip;
    enum ipv4_status status = ipv4_parse(&ip, exact, len);
    free(exact);
    return status;
}

static void a_header_is_read_field_by_field(void **state)
{
    (void)state;
    struct ipv4 ip;
    assert_int_equal(ipv4_parse(&ip, datagram, sizeof(datagram)), IPV4_OK);
    assert_int_equal(ip.src_ip, 0xc0a80001);
    assert_int_equal(ip.dst_ip, 0xc0a800c7);
    assert_int_equal(ip.dscp, 46);
    assert_int_equal(ip.ecn, ECN_CONGESTED);
    assert_int_equal(ip.ttl, 64);
    assert_int_equal(ip.protocol, IPV4_PROTOCOL_UDP);
    assert_int_equal(ip.id, 0x1234);
    assert_true(ip.dont_fragment);
    assert_false(ipv4_is_fragment(&ip));
    assert_int_equal(ip.payload.len, 5);
    assert_memory_equal(ip.payload.data, "hello", 5);
}

static void what_is_written_is_what_was_read(void **state)
{
    (void)state;
    struct ipv4 ip;
    uint8_t header[IPV4_HEADER_MIN];
    assert_int_equal(ipv4_parse(&ip, datagram, sizeof(datagram)), IPV4_OK);
    assert_int_equal(ipv4_emit(&ip, ip.payload.len, header), sizeof(header));
    assert_memory_equal(header, datagram, sizeof(header));
}

static void padding_behind_the_datagram_is_not_payload(void **state)
{
    (void)state;
    uint8_t padded[46] = {0};
    memcpy(padded, datagram, sizeof(datagram));
    struct ipv4 ip;
    assert_int_equal(ipv4_parse(&ip, padded, sizeof(padded)), IPV4_OK);
    assert_int_equal(ip.payload.len, 5);
}

static void options_are_stepped_over(void **state)
{
    (void)state;
    uint8_t data[26] = {0x46, 0, 0, 26};
    put_be32(data + 20, 0x01010100); /* three no-operations and the end */
    put_be16(data + 24, 0xcafe);
    put_be16(data + 10, checksum_of(data, 24));
    struct ipv4 ip;
    assert_int_equal(ipv4_parse(&ip, data, sizeof(data)), IPV4_OK);
    assert_ptr_equal(ip.payload.data, data + 24);
    assert_int_equal(ip.payload.len, 2);
}

static void a_datagram_cut_short_is_refused_at_every_length(void **state)
{
    (void)state;
    for (size_t len = 0; len < IPV4_HEADER_MIN; len++)
        assert_int_equal(status_with(0, 0x45, len), IPV4_SHORT);
    for (size_t len = IPV4_HEADER_MIN; len < sizeof(datagram); len++)
        assert_int_equal(status_with(0, 0x45, len), IPV4_BAD_TOTAL_LEN);
    assert_int_equal(status_with(0, 0x45, sizeof(datagram)), IPV4_OK);
}

static void only_version_4_is_read(void **state)
{
    (void)state;
    for (unsigned version = 0; version < 16; version++) {
        enum ipv4_status expected = version == 4 ? IPV4_OK : IPV4_BAD_VERSION;
        uint8_t octet = (uint8_t)(version << 4 | 5);
        assert_int_equal(status_with(0, octet, sizeof(datagram)), expected);
    }
}

static void a_header_length_that_lies_is_refused(void **state)
{
    (void)state;
    for (uint8_t words = 0; words < 5; words++)
        assert_int_equal(status_with(0, 0x40 | words, sizeof(datagram)), IPV4_BAD_HEADER_LEN);
    for (uint8_t words = 7; words < 16; words++) /* 28 octets and more, of 25 */
        assert_int_equal(status_with(0, 0x40 | words, sizeof(datagram)), IPV4_BAD_HEADER_LEN);
}

static void a_total_length_that_lies_is_refused(void **state)
{
    (void)state;
    for (size_t total = 0; total < IPV4_HEADER_MIN; total++)
        assert_int_equal(status_with(3, (uint8_t)total, sizeof(datagram)), IPV4_BAD_TOTAL_LEN);
    for (size_t total = IPV4_HEADER_MIN; total <= sizeof(datagram); total++)
        assert_int_equal(status_with(3, (uint8_t)total, sizeof(datagram)), IPV4_OK);
    assert_int_equal(status_with(3, sizeof(datagram) + 1, sizeof(datagram)), IPV4_BAD_TOTAL_LEN);
    assert_int_equal(status_with(2, 0xff, sizeof(datagram)), IPV4_BAD_TOTAL_LEN);
}

static void a_total_length_inside_the_options_is_refused(void **state)
{
    (void)state;
    uint8_t data[24] = {0x46, 0, 0, 23};
    put_be16(data + 10, checksum_of(data, 24));
    struct ipv4 ip;
    assert_int_equal(ipv4_parse(&ip, data, sizeof(data)), IPV4_BAD_TOTAL_LEN);
}

static void any_flipped_bit_of_the_header_is_noticed(void **state)
{
    (void)state;
    uint8_t data[sizeof(datagram)];
    memcpy(data, datagram, sizeof(data));
    struct ipv4 ip;
    for (size_t bit = 0; bit / 8 < IPV4_HEADER_MIN; bit++) {
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(ipv4_parse(&ip, data, sizeof(data)), IPV4_OK);
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(ipv4_parse(&ip, data, sizeof(data)), IPV4_OK);
}

static void a_checksum_off_by_one_is_bad_only_where_it_is_looked_at(void **state)
{
    (void)state;
    uint8_t data[sizeof(datagram)];
    memcpy(data, datagram, sizeof(data));
    data[11]++;
    struct ipv4 ip;
    assert_int_equal(ipv4_parse(&ip, data, sizeof(data)), IPV4_BAD_CHECKSUM);
    assert_int_equal(ipv4_parse_unchecked(&ip, data, sizeof(data)), IPV4_OK);
    assert_int_equal(ipv4_parse_quoted(&ip, data, sizeof(data)), IPV4_OK);
    assert_false(ipv4_checksum_ok(data));
}

static void fragments_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        bool more;
        uint16_t offset;
    } pieces[] = {{true, 0}, {true, 1480}, {false, 65528}};
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        const struct ipv4 sent = {.more_fragments = pieces[i].more,
                                  .fragment_offset = pieces[i].offset};
        uint8_t header[IPV4_HEADER_MIN];
        struct ipv4 ip;
        ipv4_emit(&sent, 0, header);
        assert_int_equal(ipv4_parse(&ip, header, sizeof(header)), IPV4_OK);
        assert_true(ipv4_is_fragment(&ip));
        assert_int_equal(ip.more_fragments, pieces[i].more);
        assert_int_equal(ip.fragment_offset, pieces[i].offset);
    }
}

static void a_quoted_start_is_read_as_far_as_it_goes(void **state)
{
    (void)state;
    for (size_t len = 0; len <= sizeof(datagram); len++) {
        uint8_t *quote = exact_copy(datagram, len);
        struct ipv4 ip;
        enum ipv4_status status = ipv4_parse_quoted(&ip, quote, len);
        assert_int_equal(status, len < IPV4_HEADER_MIN ? IPV4_SHORT : IPV4_OK);
        if (status == IPV4_OK)
            assert_int_equal(ip.payload.len, len - IPV4_HEADER_MIN);
        free(quote);
    }
}

static void the_longest_payload_fits_and_one_more_does_not(void **state)
{
    (void)state;
    const struct ipv4 ip = {.ttl = 64};
    uint8_t header[IPV4_HEADER_MIN];
    assert_int_equal(ipv4_emit(&ip, 65515, header), IPV4_HEADER_MIN);
    assert_int_equal(get_be16(header + 2), 65535);
    assert_int_equal(ipv4_emit(&ip, 65516, header), 0);
    assert_int_equal(ipv4_emit(&ip, SIZE_MAX, header), 0);
}

static struct ipv4 random_header(struct prng *prng)
{
    return (struct ipv4){
        .src_ip = (uint32_t)prng_next(prng),
        .dst_ip = (uint32_t)prng_next(prng),
        .dscp = (uint8_t)prng_below(prng, 64),
        .ecn = (uint8_t)prng_below(prng, 4),
        .ttl = (uint8_t)prng_next(prng),
        .protocol = (uint8_t)prng_next(prng),
        .id = (uint16_t)prng_next(prng),
        .dont_fragment = prng_chance(prng, PPM / 2),
        .more_fragments = prng_chance(prng, PPM / 2),
        .fragment_offset = (uint16_t)(8 * prng_below(prng, 8192)),
    };
}

static bool equal(const struct ipv4 *a, const struct ipv4 *b)
{
    return a->src_ip == b->src_ip && a->dst_ip == b->dst_ip && a->dscp == b->dscp &&
           a->ecn == b->ecn && a->ttl == b->ttl && a->protocol == b->protocol && a->id == b->id &&
           a->dont_fragment == b->dont_fragment && a->more_fragments == b->more_fragments &&
           a->fragment_offset == b->fragment_offset;
}

static void random_headers_survive_the_round_trip(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 5000; seed++) {
        struct prng prng;
        prng_seed(&prng, seed);
        struct ipv4 sent = random_header(&prng), got;
        size_t payload_len = prng_below(&prng, 40);
        uint8_t *data = exact_new(IPV4_HEADER_MIN + payload_len);
        ipv4_emit(&sent, payload_len, data);
        enum ipv4_status status = ipv4_parse(&got, data, IPV4_HEADER_MIN + payload_len);
        if (status != IPV4_OK || !equal(&sent, &got) || got.payload.len != payload_len)
            fail_msg("seed %llu: status %d", (unsigned long long)seed, status);
        free(data);
    }
}

static void every_problem_has_words(void **state)
{
    (void)state;
    assert_null(ipv4_problem(IPV4_OK));
    for (enum ipv4_status status = IPV4_SHORT; status <= IPV4_BAD_CHECKSUM; status++)
        assert_memory_equal(ipv4_problem(status), "IPv4: ", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_read_field_by_field),
        cmocka_unit_test(what_is_written_is_what_was_read),
        cmocka_unit_test(padding_behind_the_datagram_is_not_payload),
        cmocka_unit_test(options_are_stepped_over),
        cmocka_unit_test(a_datagram_cut_short_is_refused_at_every_length),
        cmocka_unit_test(only_version_4_is_read),
        cmocka_unit_test(a_header_length_that_lies_is_refused),
        cmocka_unit_test(a_total_length_that_lies_is_refused),
        cmocka_unit_test(a_total_length_inside_the_options_is_refused),
        cmocka_unit_test(any_flipped_bit_of_the_header_is_noticed),
        cmocka_unit_test(a_checksum_off_by_one_is_bad_only_where_it_is_looked_at),
        cmocka_unit_test(fragments_are_told_apart),
        cmocka_unit_test(a_quoted_start_is_read_as_far_as_it_goes),
        cmocka_unit_test(the_longest_payload_fits_and_one_more_does_not),
        cmocka_unit_test(random_headers_survive_the_round_trip),
        cmocka_unit_test(every_problem_has_words),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
