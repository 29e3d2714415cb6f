/* common/base/option_value.c: values exact to the last digit, and nothing around them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/bytes.h"
#include "base/option_value.h"
#include "base/usec.h"
#include "tests/unit/resources.h"

/* Room for a value of any kind. */
static union {
    int64_t integer;
    uint16_t port;
    uint64_t amount;
    uint32_t word;
    const char *text;
    int choice;
} value;

static enum option_verdict parse(enum option_kind kind, const char *text)
{
    const struct option_spec spec = {
        .name = "x", .kind = kind, .value = &value, .choices = "kernel|own|sim"};
    memset(&value, 0, sizeof(value));
    return option_value_parse(&spec, text);
}

/* Every one of `texts` (ended by NULL) gets `verdict`, and the value stays as it was. */
static void judged(enum option_kind kind, enum option_verdict verdict, const char *const *texts)
{
    for (; *texts; texts++) {
        if (parse(kind, *texts) != verdict)
            fail_msg("'%s' got another verdict", *texts);
        assert_int_equal(value.amount, 0);
    }
}

#define MALFORMED(kind, ...) judged(kind, VALUE_MALFORMED, (const char *const[]){__VA_ARGS__, NULL})
#define TOO_FINE(kind, ...)  judged(kind, VALUE_TOO_FINE, (const char *const[]){__VA_ARGS__, NULL})
#define OUT_OF_RANGE(kind, ...)                                                                    \
    judged(kind, VALUE_OUT_OF_RANGE, (const char *const[]){__VA_ARGS__, NULL})

static uint64_t amount_of(enum option_kind kind, const char *text)
{
    if (parse(kind, text) != VALUE_TAKEN)
        fail_msg("'%s' was refused", text);
    return value.amount;
}

static void nothing_may_stand_around_a_number(void **state)
{
    (void)state;
    MALFORMED(OPTION_PORT, "", " 80", "80 ", "+80", "-", "0x50", "8 0", "12abc");
    MALFORMED(OPTION_INT, "", "--1", "1-", "1.0", "1e3", "ten");
    MALFORMED(OPTION_SEED, "", "0x", "-1", "0xg", "0x-1", "1h", " 1");
    MALFORMED(OPTION_ADDRESS, "", "10.0.0", "10.0.0.256", "10.0.0.1x", "10.0.0.01", "localhost",
              "1.2.3.4.5");
}

static void nothing_may_stand_around_a_quantity(void **state)
{
    (void)state;
    MALFORMED(OPTION_DURATION, "", "10msx", "10", "ms", "-1ms", "1 s", ".5s", "1.s", "1.5.5s",
              "1e3ms", "1,5s", "+1s", " 1s");
    MALFORMED(OPTION_PERCENT, "", "%", "1%%", "-1", "1 %", "one");
    MALFORMED(OPTION_RATE, "", "10", "mbit", "10mb", "10mbits");
    MALFORMED(OPTION_SIZE, "", "k", "64kk", "64kB", "-1");
}

static void integers_reach_both_ends_of_64_bits(void **state)
{
    (void)state;
    assert_int_equal(parse(OPTION_INT, "-9223372036854775808"), VALUE_TAKEN);
    assert_true(value.integer == INT64_MIN);
    assert_int_equal(parse(OPTION_INT, "9223372036854775807"), VALUE_TAKEN);
    assert_true(value.integer == INT64_MAX);
    OUT_OF_RANGE(OPTION_INT, "9223372036854775808", "-9223372036854775809");
}

static void bounds_belong_to_the_range(void **state)
{
    (void)state;
    const struct option_spec count = {.kind = OPTION_INT, .value = &value, .min = -5, .max = 10};
    assert_int_equal(option_value_parse(&count, "-5"), VALUE_TAKEN);
    assert_int_equal(option_value_parse(&count, "10"), VALUE_TAKEN);
    assert_int_equal(option_value_parse(&count, "-6"), VALUE_OUT_OF_RANGE);
    assert_int_equal(option_value_parse(&count, "11"), VALUE_OUT_OF_RANGE);
    const struct option_spec size = {.kind = OPTION_SIZE, .value = &value, .min = 512, .max = 1024};
    assert_int_equal(option_value_parse(&size, "512"), VALUE_TAKEN);
    assert_int_equal(option_value_parse(&size, "1k"), VALUE_TAKEN);
    assert_int_equal(option_value_parse(&size, "511"), VALUE_OUT_OF_RANGE);
    assert_int_equal(option_value_parse(&size, "1025"), VALUE_OUT_OF_RANGE);
}

static void a_port_has_16_bits(void **state)
{
    (void)state;
    assert_int_equal(parse(OPTION_PORT, "65535"), VALUE_TAKEN);
    assert_int_equal(value.port, 65535);
    OUT_OF_RANGE(OPTION_PORT, "65536", "-1", "99999999999999999999");
}

static void a_seed_is_any_64_bits(void **state)
{
    (void)state;
    assert_true(amount_of(OPTION_SEED, "18446744073709551615") == UINT64_MAX);
    assert_true(amount_of(OPTION_SEED, "0xDEADbeef") == UINT64_C(0xdeadbeef));
    OUT_OF_RANGE(OPTION_SEED, "18446744073709551616", "0x10000000000000000");
}

static void durations_come_out_to_the_microsecond(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t us;
    } cases[] = {
        {"250us", 250},
        {"10ms", 10000},
        {"1.5s", 1500000},
        {"2min", 120000000},
        {"2h", 7200000000},
        {"0.1ms", 100},
        {"0", 0},
        {"0.000001s", 1},
        {"1.50000000000000000000s", 1500000},
        {"0.5min", 30000000},
        {"1.100001s", 1100001},
        {"0.0s", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(amount_of(OPTION_DURATION, cases[i].text), cases[i].us);
}

static void percentages_are_exact_parts_per_million(void **state)
{
    (void)state;
    assert_int_equal(amount_of(OPTION_PERCENT, "0.1%"), 1000);
    assert_int_equal(amount_of(OPTION_PERCENT, "2"), 20000);
    assert_int_equal(amount_of(OPTION_PERCENT, "0.0001%"), 1);
    assert_int_equal(amount_of(OPTION_PERCENT, "100%"), 1000000);
    OUT_OF_RANGE(OPTION_PERCENT, "100.0001", "101%");
}

static void rates_count_in_thousands_and_sizes_in_1024s(void **state)
{
    (void)state;
    assert_int_equal(amount_of(OPTION_RATE, "64kbit"), 64000);
    assert_int_equal(amount_of(OPTION_RATE, "2.5Gbit"), 2500000000);
    assert_int_equal(amount_of(OPTION_RATE, "0"), 0);
    assert_int_equal(amount_of(OPTION_SIZE, "512"), 512);
    assert_int_equal(amount_of(OPTION_SIZE, "64K"), 65536);
    assert_int_equal(amount_of(OPTION_SIZE, "1.5M"), 1572864);
}

static void what_is_finer_than_its_unit_is_refused_not_rounded(void **state)
{
    (void)state;
    TOO_FINE(OPTION_DURATION, "0.5us", "1.0000001s", "0.0000000000000000000000001h");
    TOO_FINE(OPTION_PERCENT, "0.00001%");
    TOO_FINE(OPTION_SIZE, "1.3k");
}

static void what_does_not_fit_64_bits_is_out_of_range(void **state)
{
    (void)state;
    OUT_OF_RANGE(OPTION_DURATION, "99999999999999h", "9223372036854775807us",
                 "18446744073709551616us");
    OUT_OF_RANGE(OPTION_RATE, "18446744073709551616bit", "18446744074gbit");
}

static void a_choice_is_one_of_its_words_whole(void **state)
{
    (void)state;
    assert_int_equal(parse(OPTION_CHOICE, "sim"), VALUE_TAKEN);
    assert_int_equal(value.choice, 2);
    assert_int_equal(parse(OPTION_CHOICE, "kernel"), VALUE_TAKEN);
    assert_int_equal(value.choice, 0);
    MALFORMED(OPTION_CHOICE, "", "o", "owner", "Own", "own|sim", "|");
}

static void an_address_is_in_host_byte_order(void **state)
{
    (void)state;
    assert_int_equal(parse(OPTION_ADDRESS, "10.0.0.2"), VALUE_TAKEN);
    assert_int_equal(value.word, 0x0a000002);
}

/* What is printed as a default must be what one can type. */
static void a_printed_value_reads_back_the_same(void **state)
{
    (void)state;
    static const struct {
        enum option_kind kind;
        const char *text;
    } cases[] = {
        {OPTION_INT, "-17"},
        {OPTION_PORT, "8080"},
        {OPTION_SEED, "18446744073709551615"},
        {OPTION_DURATION, "10ms"},
        {OPTION_DURATION, "90s"},
        {OPTION_DURATION, "1001us"},
        {OPTION_DURATION, "2h"},
        {OPTION_PERCENT, "0.1%"},
        {OPTION_PERCENT, "2.0305%"},
        {OPTION_PERCENT, "100%"},
        {OPTION_RATE, "10mbit"},
        {OPTION_RATE, "1500kbit"},
        {OPTION_SIZE, "64k"},
        {OPTION_SIZE, "513"},
        {OPTION_STRING, "words"},
        {OPTION_CHOICE, "own"},
        {OPTION_ADDRESS, "10.0.0.255"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct option_spec spec = {
            .kind = cases[i].kind, .value = &value, .choices = "kernel|own|sim"};
        char text[32];
        assert_int_equal(parse(spec.kind, cases[i].text), VALUE_TAKEN);
        option_value_print(&spec, text, sizeof(text));
        assert_string_equal(text, cases[i].text);
    }
}

static void nothing_is_printed_as_zero_in_any_unit(void **state)
{
    (void)state;
    static const enum option_kind kinds[] = {OPTION_DURATION, OPTION_RATE, OPTION_SIZE};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        const struct option_spec spec = {.kind = kinds[i], .value = &value};
        char text[32];
        parse(kinds[i], "0");
        option_value_print(&spec, text, sizeof(text));
        assert_string_equal(text, "0");
    }
}

static void a_time_without_end_is_not_printed(void **state)
{
    (void)state;
    usec_t never = NEVER;
    const struct option_spec spec = {.kind = OPTION_DURATION, .value = &never};
    char text[32] = "left over";
    option_value_print(&spec, text, sizeof(text));
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_may_stand_around_a_number),
        cmocka_unit_test(nothing_may_stand_around_a_quantity),
        cmocka_unit_test(integers_reach_both_ends_of_64_bits),
        cmocka_unit_test(bounds_belong_to_the_range),
        cmocka_unit_test(a_port_has_16_bits),
        cmocka_unit_test(a_seed_is_any_64_bits),
        cmocka_unit_test(durations_come_out_to_the_microsecond),
        cmocka_unit_test(percentages_are_exact_parts_per_million),
        cmocka_unit_test(rates_count_in_thousands_and_sizes_in_1024s),
        cmocka_unit_test(what_is_finer_than_its_unit_is_refused_not_rounded),
        cmocka_unit_test(what_does_not_fit_64_bits_is_out_of_range),
        cmocka_unit_test(a_choice_is_one_of_its_words_whole),
        cmocka_unit_test(an_address_is_in_host_byte_order),
        cmocka_unit_test(a_printed_value_reads_back_the_same),
        cmocka_unit_test(nothing_is_printed_as_zero_in_any_unit),
        cmocka_unit_test(a_time_without_end_is_not_printed),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
