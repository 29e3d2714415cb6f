/* common/packet/icmp.c: echo, errors, and the datagram that an error quotes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/prng.h"
#include "exact.h"
#include "packet/checksum.h"
#include "packet/icmp.h"
#include "tests/unit/resources.h"

enum { QUOTE_LEN = IPV4_HEADER_MIN + 8 };

/* Echo request, id 0x1234, sequence 1, "ab". */
static const uint8_t echo[] = {8, 0, 0x84, 0x68, 0x12, 0x34, 0x00, 0x01, 'a', 'b'};

/* The first octets of a datagram from 10.0.0.1 port 40000 to 10.0.0.2 port 80, sequence number
 * 0xfffffff0, of 1,500 octets in all. */
static void put_quoted(uint8_t out[static QUOTE_LEN], uint8_t protocol, uint16_t fragment_offset)
{
    const struct ipv4 ip = {.src_ip = 0x0a000001,
                            .dst_ip = 0x0a000002,
                            .ttl = 64,
                            .protocol = protocol,
                            .fragment_offset = fragment_offset};
    uint8_t *transport = out + ipv4_emit(&ip, 1480, out);
    put_be16(transport, 40000);
    put_be16(transport + 2, 80);
    put_be32(transport + 4, 0xfffffff0);
}

static struct icmp_message error_quoting(const uint8_t *quote, size_t len)
{
    return (struct icmp_message){
        .type = ICMP_TYPE_UNREACHABLE, .code = ICMP_CODE_PORT, .payload = {quote, len}};
}

static void an_echo_request_is_read_field_by_field(void **state)
{
    (void)state;
    struct icmp_message icmp;
    assert_int_equal(icmp_parse(&icmp, echo, sizeof(echo)), ICMP_OK);
    assert_int_equal(icmp.type, ICMP_TYPE_ECHO_REQUEST);
    assert_int_equal(icmp.code, 0);
    assert_int_equal(icmp.echo_id, 0x1234);
    assert_int_equal(icmp.echo_seq, 1);
    assert_int_equal(icmp.payload.len, 2);
    assert_memory_equal(icmp.payload.data, "ab", 2);
    assert_false(icmp_is_error(&icmp));
}

static void what_is_written_is_what_was_read(void **state)
{
    (void)state;
    struct icmp_message icmp;
    uint8_t *written = exact_new(sizeof(echo));
    assert_int_equal(icmp_parse(&icmp, echo, sizeof(echo)), ICMP_OK);
    assert_int_equal(icmp_emit(&icmp, written, sizeof(echo)), sizeof(echo));
    assert_memory_equal(written, echo, sizeof(echo));
    free(written);
}

static void a_message_cut_short_is_refused(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof(echo); len++) {
        uint8_t *data = exact_copy(echo, len);
        struct icmp_message icmp;
        enum icmp_status expected = len < ICMP_HEADER_LEN ? ICMP_SHORT : ICMP_BAD_CHECKSUM;
        assert_int_equal(icmp_parse(&icmp, data, len), expected);
        free(data);
    }
}

static void a_checksum_off_by_one_is_bad_only_where_it_is_looked_at(void **state)
{
    (void)state;
    uint8_t data[sizeof(echo)];
    memcpy(data, echo, sizeof(data));
    data[3]--;
    struct icmp_message icmp;
    assert_int_equal(icmp_parse(&icmp, data, sizeof(data)), ICMP_BAD_CHECKSUM);
    assert_int_equal(icmp_parse_unchecked(&icmp, data, sizeof(data)), ICMP_OK);
}

static void an_odd_payload_survives_the_round_trip(void **state)
{
    (void)state;
    struct icmp_message sent = {
        .type = ICMP_TYPE_ECHO_REPLY, .echo_id = 0xffff, .payload = {(const uint8_t *)"odd", 3}};
    uint8_t out[ICMP_HEADER_LEN + 3];
    struct icmp_message got;
    assert_int_equal(icmp_emit(&sent, out, sizeof(out)), sizeof(out));
    assert_int_equal(icmp_parse(&got, out, sizeof(out)), ICMP_OK);
    assert_int_equal(got.echo_id, 0xffff);
    assert_memory_equal(got.payload.data, "odd", 3);
}

static void fragmentation_needed_carries_the_next_hop_mtu(void **state)
{
    (void)state;
    struct icmp_message sent = {
        .type = ICMP_TYPE_UNREACHABLE, .code = ICMP_CODE_FRAG_NEEDED, .next_hop_mtu = 1400};
    uint8_t out[ICMP_HEADER_LEN];
    struct icmp_message got;
    assert_int_equal(icmp_emit(&sent, out, sizeof(out)), sizeof(out));
    assert_int_equal(get_be32(out + 4), 1400); /* the upper half is unused and zero */
    assert_int_equal(icmp_parse(&got, out, sizeof(out)), ICMP_OK);
    assert_int_equal(got.next_hop_mtu, 1400);
}

static void other_errors_leave_the_second_word_zero(void **state)
{
    (void)state;
    struct icmp_message sent = {
        .type = ICMP_TYPE_TIME_EXCEEDED, .echo_id = 1, .echo_seq = 2, .next_hop_mtu = 3};
    uint8_t out[ICMP_HEADER_LEN];
    assert_int_equal(icmp_emit(&sent, out, sizeof(out)), sizeof(out));
    assert_int_equal(get_be32(out + 4), 0);
}

static void errors_are_told_from_queries(void **state)
{
    (void)state;
    for (unsigned type = 0; type < 256; type++) {
        const struct icmp_message icmp = {.type = (uint8_t)type};
        bool error = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
        assert_int_equal(icmp_is_error(&icmp), error);
    }
}

static void a_quote_tells_the_connection_and_its_sequence_number(void **state)
{
    (void)state;
    uint8_t quoted[QUOTE_LEN];
    put_quoted(quoted, IPV4_PROTOCOL_TCP, 0);
    struct icmp_message icmp = error_quoting(quoted, sizeof(quoted));
    struct icmp_quote quote;
    assert_true(icmp_parse_quote(&quote, &icmp));
    assert_int_equal(quote.ip.src_ip, 0x0a000001);
    assert_int_equal(quote.ip.dst_ip, 0x0a000002);
    assert_int_equal(quote.src_port, 40000);
    assert_int_equal(quote.dst_port, 80);
    assert_int_equal(quote.seq.value, 0xfffffff0);
}

static void a_quote_cut_short_is_refused_at_every_length(void **state)
{
    (void)state;
    uint8_t quoted[QUOTE_LEN];
    put_quoted(quoted, IPV4_PROTOCOL_TCP, 0);
    for (size_t len = 0; len < sizeof(quoted); len++) {
        uint8_t *exact = exact_copy(quoted, len);
        struct icmp_message icmp = error_quoting(exact, len);
        struct icmp_quote quote;
        assert_false(icmp_parse_quote(&quote, &icmp));
        free(exact);
    }
}

static void a_udp_quote_has_ports_and_no_sequence_number(void **state)
{
    (void)state;
    uint8_t quoted[QUOTE_LEN];
    put_quoted(quoted, IPV4_PROTOCOL_UDP, 0);
    struct icmp_message icmp = error_quoting(quoted, sizeof(quoted));
    struct icmp_quote quote;
    assert_true(icmp_parse_quote(&quote, &icmp));
    assert_int_equal(quote.dst_port, 80);
    assert_int_equal(quote.seq.value, 0);
}

static void a_quoted_later_fragment_tells_no_connection(void **state)
{
    (void)state;
    uint8_t quoted[QUOTE_LEN];
    put_quoted(quoted, IPV4_PROTOCOL_TCP, 1480);
    struct icmp_message icmp = error_quoting(quoted, sizeof(quoted));
    struct icmp_quote quote;
    assert_false(icmp_parse_quote(&quote, &icmp));
}

static void an_echo_quotes_nothing_even_if_it_looks_like_it(void **state)
{
    (void)state;
    uint8_t quoted[QUOTE_LEN];
    put_quoted(quoted, IPV4_PROTOCOL_TCP, 0);
    struct icmp_message icmp = error_quoting(quoted, sizeof(quoted));
    icmp.type = ICMP_TYPE_ECHO_REPLY;
    struct icmp_quote quote;
    assert_false(icmp_parse_quote(&quote, &icmp));
}

static void an_error_stays_within_576_octets(void **state)
{
    (void)state;
    uint8_t datagram[1500] = {0};
    struct span start = icmp_quotable((struct span){datagram, sizeof(datagram)});
    assert_ptr_equal(start.data, datagram);
    assert_int_equal(IPV4_HEADER_MIN + ICMP_HEADER_LEN + start.len, 576);
    assert_int_equal(icmp_quotable((struct span){datagram, 40}).len, 40);
}

static void nothing_is_written_where_it_does_not_fit(void **state)
{
    (void)state;
    const struct icmp_message icmp = {.payload = {(const uint8_t *)"abc", 3}};
    uint8_t out[16] = {0};
    for (size_t cap = 0; cap < ICMP_HEADER_LEN + 3; cap++)
        assert_int_equal(icmp_emit(&icmp, out, cap), 0);
}

static void random_octets_are_read_without_reading_past_them(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20000; seed++) {
        struct prng prng;
        prng_seed(&prng, seed);
        size_t len = prng_below(&prng, 48);
        uint8_t *data = exact_new(len);
        for (size_t i = 0; i < len; i++)
            data[i] = (uint8_t)prng_next(&prng);
        if (len > ICMP_HEADER_LEN) { /* an error whose quote begins well */
            data[0] = ICMP_TYPE_UNREACHABLE;
            data[ICMP_HEADER_LEN] = (uint8_t)(0x45 + prng_below(&prng, 3));
        }
        struct icmp_message icmp;
        struct icmp_quote quote;
        if (icmp_parse_unchecked(&icmp, data, len) == ICMP_OK && icmp_parse_quote(&quote, &icmp))
            assert_true(quote.ip.payload.data + quote.ip.payload.len <= data + len);
        free(data);
    }
}

static void every_problem_has_words(void **state)
{
    (void)state;
    assert_null(icmp_problem(ICMP_OK));
    for (enum icmp_status status = ICMP_SHORT; status <= ICMP_BAD_CHECKSUM; status++)
        assert_memory_equal(icmp_problem(status), "ICMP: ", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_echo_request_is_read_field_by_field),
        cmocka_unit_test(what_is_written_is_what_was_read),
        cmocka_unit_test(a_message_cut_short_is_refused),
        cmocka_unit_test(a_checksum_off_by_one_is_bad_only_where_it_is_looked_at),
        cmocka_unit_test(an_odd_payload_survives_the_round_trip),
        cmocka_unit_test(fragmentation_needed_carries_the_next_hop_mtu),
        cmocka_unit_test(other_errors_leave_the_second_word_zero),
        cmocka_unit_test(errors_are_told_from_queries),
        cmocka_unit_test(a_quote_tells_the_connection_and_its_sequence_number),
        cmocka_unit_test(a_quote_cut_short_is_refused_at_every_length),
        cmocka_unit_test(a_udp_quote_has_ports_and_no_sequence_number),
        cmocka_unit_test(a_quoted_later_fragment_tells_no_connection),
        cmocka_unit_test(an_echo_quotes_nothing_even_if_it_looks_like_it),
        cmocka_unit_test(an_error_stays_within_576_octets),
        cmocka_unit_test(nothing_is_written_where_it_does_not_fit),
        cmocka_unit_test(random_octets_are_read_without_reading_past_them),
        cmocka_unit_test(every_problem_has_words),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
