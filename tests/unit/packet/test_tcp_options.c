/* common/packet/tcp_options.c: the layouts that are sent, and every list that may arrive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "exact.h"
#include "packet/tcp_options.h"
#include "tests/unit/resources.h"

enum { ALPHABET_LEN = 11 };

/* Parses a list of octets in memory of just that size. */
static bool parse(struct tcp_options *out, const uint8_t *list, size_t len)
{
    uint8_t *exact = exact_copy(list, len);
    bool ok = tcp_options_parse(out, exact, len);
    free(exact);
    return ok;
}

#define PARSE(out, ...) parse(out, (const uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}))

static void assert_emits(const struct tcp_options *options, const uint8_t *expected, size_t len)
{
    uint8_t *out = exact_new(tcp_options_len(options));
    assert_int_equal(tcp_options_len(options), len);
    assert_int_equal(tcp_options_emit(options, out), len);
    assert_memory_equal(out, expected, len);
    free(out);
}

#define ASSERT_EMITS(options, ...)                                                                 \
    assert_emits(options, (const uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}))

static void a_full_syn_is_laid_out_as_linux_does(void **state)
{
    (void)state;
    const struct tcp_options options = {.has_mss = true,
                                        .mss = 1460,
                                        .sack_permitted = true,
                                        .has_tstamp = true,
                                        .ts_val = 0x01020304,
                                        .has_wscale = true,
                                        .wscale = 7};
    ASSERT_EMITS(&options, 2, 4, 0x05, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7);
}

static void a_syn_without_timestamps_pads_sack_permitted(void **state)
{
    (void)state;
    const struct tcp_options options = {
        .has_mss = true, .mss = 1460, .sack_permitted = true, .has_wscale = true, .wscale = 7};
    ASSERT_EMITS(&options, 2, 4, 0x05, 0xb4, 1, 1, 4, 2, 1, 3, 3, 7);
}

static void a_syn_with_only_the_mss_has_no_padding(void **state)
{
    (void)state;
    const struct tcp_options options = {.has_mss = true, .mss = 536};
    ASSERT_EMITS(&options, 2, 4, 0x02, 0x18);
}

static void established_timestamps_come_behind_two_nops(void **state)
{
    (void)state;
    const struct tcp_options options = {.has_tstamp = true, .ts_val = 1, .ts_ecr = 0xfffffffe};
    ASSERT_EMITS(&options, 1, 1, 8, 10, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xfe);
}

static void sack_follows_the_timestamps(void **state)
{
    (void)state;
    const struct tcp_options options = {
        .has_tstamp = true, .sack_count = 1, .sack = {{seq_make(0xfffffff0), seq_make(0x10)}}};
    ASSERT_EMITS(&options, 1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, /* timestamps */
                 1, 1, 5, 10, 0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 0x10);
}

static void no_options_take_no_octets(void **state)
{
    (void)state;
    const struct tcp_options options = {0};
    assert_int_equal(tcp_options_len(&options), 0);
    struct tcp_options got;
    assert_true(parse(&got, NULL, 0));
}

static void as_many_sack_blocks_are_sent_as_fit(void **state)
{
    (void)state;
    struct tcp_options options = {.sack_count = 4};
    assert_int_equal(tcp_options_sack_fit(&options), 4);
    assert_int_equal(tcp_options_len(&options), 36);
    options.has_tstamp = true;
    assert_int_equal(tcp_options_sack_fit(&options), 3);
    assert_int_equal(tcp_options_len(&options), 40);
    options.has_mss = options.has_wscale = options.sack_permitted = true;
    assert_int_equal(tcp_options_sack_fit(&options), 2);
    assert_int_equal(tcp_options_len(&options), 40);
}

static void every_mixture_survives_the_round_trip(void **state)
{
    (void)state;
    for (unsigned mix = 0; mix < 16 * 5; mix++) {
        struct tcp_options sent = {.has_mss = mix & 1,
                                   .has_wscale = mix & 2,
                                   .has_tstamp = mix & 4,
                                   .sack_permitted = mix & 8,
                                   .sack_count = (uint8_t)(mix / 16)};
        uint8_t out[TCP_OPTIONS_MAX];
        size_t len = tcp_options_emit(&sent, out);
        struct tcp_options got;
        assert_true(len % 4 == 0 && len <= sizeof out && len == tcp_options_len(&sent));
        assert_true(parse(&got, out, len));
        assert_int_equal(got.has_mss, sent.has_mss);
        assert_int_equal(got.has_wscale, sent.has_wscale);
        assert_int_equal(got.has_tstamp, sent.has_tstamp);
        assert_int_equal(got.sack_permitted, sent.sack_permitted);
        assert_int_equal(got.sack_count, tcp_options_sack_fit(&sent));
    }
}

static void values_are_read(void **state)
{
    (void)state;
    struct tcp_options options;
    assert_true(PARSE(&options, 2, 4, 0x05, 0xb4, 3, 3, 15, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2));
    assert_true(options.has_mss && options.has_wscale && options.has_tstamp);
    assert_true(options.sack_permitted);
    assert_int_equal(options.mss, 1460);
    assert_int_equal(options.wscale, 15); /* too much, but that is for the core to say */
    assert_int_equal(options.ts_val, 1);
    assert_int_equal(options.ts_ecr, 2);
}

static void sack_blocks_are_read_across_the_wrap(void **state)
{
    (void)state;
    struct tcp_options options;
    assert_true(PARSE(&options, 5, 18, 0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 0x10, 0, 0, 0, 0x20, 0, 0,
                      0, 0x30));
    assert_int_equal(options.sack_count, 2);
    assert_int_equal(options.sack[0].start.value, 0xfffffff0);
    assert_int_equal(options.sack[0].end.value, 0x10);
    assert_int_equal(options.sack[1].end.value, 0x30);
}

static void the_end_of_the_list_ends_it(void **state)
{
    (void)state;
    struct tcp_options options;
    assert_true(PARSE(&options, 1, 0, 2, 4, 0x05, 0xb4, 8, 0));
    assert_false(options.has_mss);
}

/* RFC 9293 MUST-64. */
static void options_are_read_wherever_they_begin(void **state)
{
    (void)state;
    struct tcp_options options;
    assert_true(PARSE(&options, 1, 2, 4, 0x05, 0xb4, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 0));
    assert_int_equal(options.mss, 1460);
    assert_int_equal(options.ts_ecr, 2);
}

static void unknown_kinds_are_stepped_over(void **state)
{
    (void)state;
    struct tcp_options options;
    assert_true(PARSE(&options, 253, 6, 0xde, 0xad, 0xbe, 0xef, 28, 4, 0, 0, 2, 4, 0x05, 0xb4));
    assert_int_equal(options.mss, 1460);
}

static void known_kinds_of_another_length_are_stepped_over(void **state)
{
    (void)state;
    struct tcp_options options;
    assert_true(PARSE(&options, 2, 3, 9, 3, 4, 9, 9, 4, 3, 9, 8, 9, 0, 0, 0, 0, 0, 0, 0));
    assert_false(options.has_mss || options.has_wscale || options.has_tstamp);
    assert_false(options.sack_permitted);
    assert_true(PARSE(&options, 5, 12, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0)); /* a block and a quarter */
    assert_int_equal(options.sack_count, 0);
}

static void the_last_of_two_counts(void **state)
{
    (void)state;
    struct tcp_options options;
    assert_true(PARSE(&options, 2, 4, 0, 1, 2, 4, 0, 2));
    assert_int_equal(options.mss, 2);
}

static void a_length_that_lies_is_refused(void **state)
{
    (void)state;
    struct tcp_options options;
    static const uint8_t kinds[] = {2, 3, 4, 5, 8, 253};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        assert_false(PARSE(&options, kinds[i], 0, 0, 0));
        assert_false(PARSE(&options, kinds[i], 1, 0, 0));
        assert_false(PARSE(&options, kinds[i], 5, 0, 0));
        assert_false(PARSE(&options, kinds[i], 255, 0, 0));
        assert_false(PARSE(&options, 1, 1, 1, kinds[i])); /* no room for a length */
    }
}

static void what_stood_before_the_lie_is_kept(void **state)
{
    (void)state;
    struct tcp_options options;
    assert_false(PARSE(&options, 2, 4, 0x05, 0xb4, 8, 255, 0, 0));
    assert_true(options.has_mss);
    assert_false(options.has_tstamp);
}

/* The rule of the list, told the other way round: from what is left to its verdict. */
static bool is_well_formed(const uint8_t *list, size_t len)
{
    if (len == 0 || list[0] == 0)
        return true;
    if (list[0] == 1)
        return is_well_formed(list + 1, len - 1);
    if (len == 1 || list[1] < 2 || list[1] > len)
        return false;
    return is_well_formed(list + list[1], len - list[1]);
}

/* Writes the list that `number` stands for, its octets being digits of the alphabet. */
static void put_list(uint8_t *list, size_t len, size_t number)
{
    static const uint8_t alphabet[ALPHABET_LEN] = {0, 1, 2, 3, 4, 5, 6, 8, 10, 253, 255};
    for (size_t i = 0; i < len; i++, number /= ALPHABET_LEN)
        list[i] = alphabet[number % ALPHABET_LEN];
}

static void assert_judged_right(const uint8_t *list, size_t len, size_t number)
{
    struct tcp_options options;
    if (tcp_options_parse(&options, list, len) != is_well_formed(list, len))
        fail_msg("list number %zu of %zu octets", number, len);
}

static void every_short_list_is_judged_right_without_reading_past_it(void **state)
{
    (void)state;
    for (size_t len = 0, lists = 1; len <= 6; len++, lists *= ALPHABET_LEN) {
        uint8_t *list = exact_new(len);
        for (size_t number = 0; number < lists; number++) {
            put_list(list, len, number);
            assert_judged_right(list, len, number);
        }
        free(list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_syn_is_laid_out_as_linux_does),
        cmocka_unit_test(a_syn_without_timestamps_pads_sack_permitted),
        cmocka_unit_test(a_syn_with_only_the_mss_has_no_padding),
        cmocka_unit_test(established_timestamps_come_behind_two_nops),
        cmocka_unit_test(sack_follows_the_timestamps),
        cmocka_unit_test(no_options_take_no_octets),
        cmocka_unit_test(as_many_sack_blocks_are_sent_as_fit),
        cmocka_unit_test(every_mixture_survives_the_round_trip),
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(sack_blocks_are_read_across_the_wrap),
        cmocka_unit_test(the_end_of_the_list_ends_it),
        cmocka_unit_test(options_are_read_wherever_they_begin),
        cmocka_unit_test(unknown_kinds_are_stepped_over),
        cmocka_unit_test(known_kinds_of_another_length_are_stepped_over),
        cmocka_unit_test(the_last_of_two_counts),
        cmocka_unit_test(a_length_that_lies_is_refused),
        cmocka_unit_test(what_stood_before_the_lie_is_kept),
        cmocka_unit_test(every_short_list_is_judged_right_without_reading_past_it),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
