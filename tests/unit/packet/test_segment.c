/* common/packet/segment.c: header, text in two spans, checksum, and every header that lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/prng.h"
#include "exact.h"
#include "packet/segment.h"
#include "tests/unit/resources.h"

static const struct segment_addresses addresses = {0x0a000001, 0x0a000002};

/* Port 40000 to 80, seq 0xfffffffe, ack 1, PSH and ACK, window 502, no-operation three times, end
 * of the list, "abc". */
static const uint8_t octets[] = {
    0x9c, 0x40, 0x00, 0x50, 0xff, 0xff, 0xff, 0xfe, 0x00, 0x00, 0x00, 0x01, 0x60, 0x18,
    0x01, 0xf6, 0x26, 0xd9, 0x00, 0x00, 1,    1,    1,    0,    'a',  'b',  'c',
};
enum { HEADER_LEN = 24 };

static struct span span_of(const char *text)
{
    return (struct span){(const uint8_t *)text, strlen(text)};
}

/* A copy with the octet at `at` replaced, cut to `len` octets, its checksum not looked at. */
static enum segment_status status_with(size_t at, uint8_t value, size_t len)
{
    uint8_t changed[sizeof(octets)];
    memcpy(changed, octets, sizeof(changed));
    changed[at] = value;
    uint8_t *exact = exact_copy(changed, len);
    struct segment seg;
    enum segment_status status = segment_parse(&seg, exact, len, NULL);
    free(exact);
    return status;
}

static void a_segment_is_read_field_by_field(void **state)
{
    (void)state;
    struct segment seg;
    assert_int_equal(segment_parse(&seg, octets, sizeof(octets), &addresses), SEGMENT_OK);
    assert_int_equal(seg.src_port, 40000);
    assert_int_equal(seg.dst_port, 80);
    assert_int_equal(seg.seq.value, 0xfffffffe);
    assert_int_equal(seg.ack.value, 1);
    assert_int_equal(seg.flags, TCP_PSH | TCP_ACK);
    assert_int_equal(seg.wnd, 502);
    assert_int_equal(seg.urg_ptr, 0);
    assert_int_equal(seg.gso_size, 0);
    assert_ptr_equal(seg.text[0].data, octets + HEADER_LEN);
    assert_int_equal(segment_text_len(&seg), 3);
    assert_int_equal(seg.text[1].len, 0);
}

static void syn_and_fin_each_count_as_one_octet(void **state)
{
    (void)state;
    struct segment seg = {.text = {span_of("ab"), span_of("c")}};
    assert_int_equal(segment_len(&seg), 3);
    seg.flags = TCP_SYN;
    assert_int_equal(segment_len(&seg), 4);
    seg.flags = TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK;
    assert_int_equal(segment_len(&seg), 5);
}

static void a_bare_ack_is_twenty_known_octets(void **state)
{
    (void)state;
    static const uint8_t expected[TCP_HEADER_MIN] = {
        0x9c, 0x40, 0x00, 0x50, 0xff, 0xff, 0xff, 0xfe, 0x00, 0x00,
        0x00, 0x01, 0x50, 0x10, 0x01, 0xf6, 0xfd, 0x4b, 0x00, 0x00,
    };
    const struct segment seg = {.src_port = 40000,
                                .dst_port = 80,
                                .seq = {0xfffffffe},
                                .ack = {1},
                                .flags = TCP_ACK,
                                .wnd = 502};
    uint8_t *out = exact_new(TCP_HEADER_MIN);
    assert_int_equal(segment_emit(&seg, out, TCP_HEADER_MIN, &addresses), TCP_HEADER_MIN);
    assert_memory_equal(out, expected, sizeof(expected));
    free(out);
}

static void text_in_two_spans_is_written_as_one(void **state)
{
    (void)state;
    const struct segment one = {.text = {span_of("abcdefg")}};
    uint8_t expected[TCP_HEADER_MIN + 7], out[TCP_HEADER_MIN + 7];
    segment_emit(&one, expected, sizeof(expected), &addresses);
    for (size_t cut = 0; cut <= 7; cut++) {
        struct segment two = one;
        two.text[0].len = cut;
        two.text[1] = (struct span){one.text[0].data + cut, 7 - cut};
        assert_int_equal(segment_emit(&two, out, sizeof(out), &addresses), sizeof(out));
        assert_memory_equal(out, expected, sizeof(out));
    }
}

static void nothing_is_written_where_it_does_not_fit(void **state)
{
    (void)state;
    const struct segment seg = {.options = {.has_mss = true}, .text = {span_of("abc")}};
    size_t len = segment_header_len(&seg) + 3;
    uint8_t out[64] = {0};
    for (size_t cap = 0; cap < len; cap++) {
        assert_int_equal(segment_emit(&seg, out, cap, &addresses), 0);
        assert_int_equal(segment_emit_partial(&seg, out, cap, &addresses), 0);
    }
    for (size_t i = 0; i < sizeof(out); i++)
        assert_int_equal(out[i], 0);
}

static void a_partial_checksum_is_completed_by_summing_the_segment(void **state)
{
    (void)state;
    const struct segment seg = {
        .src_port = 1, .seq = {2}, .flags = TCP_ACK, .text = {span_of("odd"), span_of("er")}};
    uint8_t full[TCP_HEADER_MIN + 5], partial[TCP_HEADER_MIN + 5];
    assert_int_equal(segment_emit(&seg, full, sizeof(full), &addresses), sizeof(full));
    assert_int_equal(segment_emit_partial(&seg, partial, sizeof(partial), &addresses),
                     sizeof(partial));
    put_be16(partial + TCP_CHECKSUM_OFFSET, checksum_of(partial, sizeof(partial)));
    assert_memory_equal(partial, full, sizeof(full));
}

static void a_segment_cut_short_is_refused_at_every_length(void **state)
{
    (void)state;
    for (size_t len = 0; len < TCP_HEADER_MIN; len++)
        assert_int_equal(status_with(0, 0, len), SEGMENT_SHORT);
    for (size_t len = TCP_HEADER_MIN; len < HEADER_LEN; len++)
        assert_int_equal(status_with(0, 0, len), SEGMENT_BAD_OFFSET);
    for (size_t len = HEADER_LEN; len <= sizeof(octets); len++)
        assert_int_equal(status_with(0, 0, len), SEGMENT_OK);
}

static void a_data_offset_that_lies_is_refused(void **state)
{
    (void)state;
    for (size_t words = 0; words < 16; words++) {
        bool lies = words < 5 || words * 4 > sizeof(octets);
        enum segment_status expected = lies ? SEGMENT_BAD_OFFSET : SEGMENT_OK;
        assert_int_equal(status_with(12, (uint8_t)(words << 4), sizeof(octets)), expected);
    }
}

static void an_option_length_that_lies_is_refused(void **state)
{
    (void)state;
    uint8_t data[sizeof(octets)];
    memcpy(data, octets, sizeof(data));
    data[20] = 2; /* MSS, with the length in the next octet */
    static const uint8_t lies[] = {0, 1, 5, 255};
    for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
        struct segment seg;
        data[21] = lies[i];
        assert_int_equal(segment_parse(&seg, data, sizeof(data), NULL), SEGMENT_BAD_OPTION);
        assert_int_equal(seg.dst_port, 80); /* the rest can still be shown */
    }
}

static void any_flipped_bit_is_noticed(void **state)
{
    (void)state;
    uint8_t data[sizeof(octets)];
    memcpy(data, octets, sizeof(data));
    struct segment seg;
    for (size_t bit = 0; bit < sizeof(data) * 8; bit++) {
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(segment_parse(&seg, data, sizeof(data), &addresses), SEGMENT_OK);
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void a_checksum_off_by_one_is_bad_only_where_it_is_looked_at(void **state)
{
    (void)state;
    uint8_t data[sizeof(octets)];
    memcpy(data, octets, sizeof(data));
    data[TCP_CHECKSUM_OFFSET + 1]++;
    struct segment seg;
    assert_int_equal(segment_parse(&seg, data, sizeof(data), &addresses), SEGMENT_BAD_CHECKSUM);
    assert_int_equal(segment_parse(&seg, data, sizeof(data), NULL), SEGMENT_OK);
}

static void other_addresses_make_the_checksum_bad(void **state)
{
    (void)state;
    const struct segment_addresses others = {addresses.src_ip + 1, addresses.dst_ip};
    struct segment seg;
    assert_int_equal(segment_parse(&seg, octets, sizeof(octets), &others), SEGMENT_BAD_CHECKSUM);
}

static struct tcp_options random_options(struct prng *prng)
{
    struct tcp_options options = {
        .has_mss = prng_chance(prng, PPM / 2),
        .has_wscale = prng_chance(prng, PPM / 2),
        .has_tstamp = prng_chance(prng, PPM / 2),
        .sack_permitted = prng_chance(prng, PPM / 2),
        .sack_count = (uint8_t)prng_below(prng, TCP_SACK_BLOCKS_MAX + 1),
    };
    if (options.has_mss)
        options.mss = (uint16_t)prng_next(prng);
    if (options.has_wscale)
        options.wscale = (uint8_t)prng_next(prng);
    if (options.has_tstamp)
        options.ts_val = (uint32_t)prng_next(prng);
    if (options.has_tstamp)
        options.ts_ecr = (uint32_t)prng_next(prng);
    options.sack_count = tcp_options_sack_fit(&options);
    for (size_t i = 0; i < options.sack_count; i++)
        options.sack[i] = (struct sack_block){seq_make((uint32_t)prng_next(prng)),
                                              seq_make((uint32_t)prng_next(prng))};
    return options;
}

/* Text of up to `len` octets at `text`, in two spans that follow each other. */
static struct segment random_segment(struct prng *prng, uint8_t *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        text[i] = (uint8_t)prng_next(prng);
    len = prng_below(prng, len + 1);
    size_t cut = prng_below(prng, len + 1);
    return (struct segment){
        .src_port = (uint16_t)prng_next(prng),
        .dst_port = (uint16_t)prng_next(prng),
        .seq = seq_make((uint32_t)prng_next(prng)),
        .ack = seq_make((uint32_t)prng_next(prng)),
        .flags = (uint8_t)prng_next(prng),
        .wnd = (uint16_t)prng_next(prng),
        .urg_ptr = (uint16_t)prng_next(prng),
        .options = random_options(prng),
        .text = {{text, cut}, {text + cut, len - cut}},
    };
}

static bool same_options(const struct tcp_options *a, const struct tcp_options *b)
{
    for (size_t i = 0; i < a->sack_count; i++) {
        if (!seq_eq(a->sack[i].start, b->sack[i].start) || !seq_eq(a->sack[i].end, b->sack[i].end))
            return false;
    }
    return a->has_mss == b->has_mss && a->mss == b->mss && a->has_wscale == b->has_wscale &&
           a->wscale == b->wscale && a->sack_permitted == b->sack_permitted &&
           a->has_tstamp == b->has_tstamp && a->ts_val == b->ts_val && a->ts_ecr == b->ts_ecr &&
           a->sack_count == b->sack_count;
}

static bool same_segment(const struct segment *sent, const struct segment *got)
{
    return sent->src_port == got->src_port && sent->dst_port == got->dst_port &&
           seq_eq(sent->seq, got->seq) && seq_eq(sent->ack, got->ack) &&
           sent->flags == got->flags && sent->wnd == got->wnd && sent->urg_ptr == got->urg_ptr &&
           same_options(&sent->options, &got->options) &&
           segment_text_len(sent) == got->text[0].len &&
           memcmp(sent->text[0].data, got->text[0].data, got->text[0].len) == 0;
}

static void random_segments_survive_the_round_trip(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20000; seed++) {
        struct prng prng;
        prng_seed(&prng, seed);
        uint8_t text[96];
        struct segment sent = random_segment(&prng, text, sizeof(text)), got;
        size_t len = segment_header_len(&sent) + segment_text_len(&sent);
        uint8_t *out = exact_new(len);
        size_t written = segment_emit(&sent, out, len, &addresses);
        enum segment_status status = segment_parse(&got, out, written, &addresses);
        if (written != len || status != SEGMENT_OK || !same_segment(&sent, &got))
            fail_msg("seed %llu: wrote %zu of %zu octets, status %d", (unsigned long long)seed,
                     written, len, status);
        free(out);
    }
}

static void random_octets_are_read_without_reading_past_them(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 50000; seed++) {
        struct prng prng;
        prng_seed(&prng, seed);
        size_t len = prng_below(&prng, 72);
        uint8_t *data = exact_new(len);
        for (size_t i = 0; i < len; i++) /* mostly small, as kinds and lengths of options are */
            data[i] = (uint8_t)prng_below(&prng, i % 16 ? 12 : 256);
        if (len > 12)
            data[12] = (uint8_t)(prng_below(&prng, 12) << 4 | 0x40);
        struct segment seg;
        if (segment_parse(&seg, data, len, NULL) == SEGMENT_OK &&
            seg.text[0].data + seg.text[0].len != data + len)
            fail_msg("seed %llu: text does not end with the segment", (unsigned long long)seed);
        free(data);
    }
}

static void every_problem_has_words(void **state)
{
    (void)state;
    assert_null(segment_problem(SEGMENT_OK));
    for (enum segment_status status = SEGMENT_SHORT; status <= SEGMENT_BAD_OPTION; status++)
        assert_memory_equal(segment_problem(status), "TCP: ", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_segment_is_read_field_by_field),
        cmocka_unit_test(syn_and_fin_each_count_as_one_octet),
        cmocka_unit_test(a_bare_ack_is_twenty_known_octets),
        cmocka_unit_test(text_in_two_spans_is_written_as_one),
        cmocka_unit_test(nothing_is_written_where_it_does_not_fit),
        cmocka_unit_test(a_partial_checksum_is_completed_by_summing_the_segment),
        cmocka_unit_test(a_segment_cut_short_is_refused_at_every_length),
        cmocka_unit_test(a_data_offset_that_lies_is_refused),
        cmocka_unit_test(an_option_length_that_lies_is_refused),
        cmocka_unit_test(any_flipped_bit_is_noticed),
        cmocka_unit_test(a_checksum_off_by_one_is_bad_only_where_it_is_looked_at),
        cmocka_unit_test(other_addresses_make_the_checksum_bad),
        cmocka_unit_test(random_segments_survive_the_round_trip),
        cmocka_unit_test(random_octets_are_read_without_reading_past_them),
        cmocka_unit_test(every_problem_has_words),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
