/* Option values: exact integers in and out, because "0.1%" must be 1,000 parts per million and not
 * the binary fraction nearest to it. */
#include "base/option_value.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/usec.h"

enum {
    PORT_MOST = 65535,
    PERCENT_MOST = 1000000, /* 100 % in parts per million */
    DECIMALS_MOST = 18,     /* 10^18 still fits 64 bits */
};

struct unit {
    const char *suffix;
    uint64_t scale; /* how many of the stored unit it is */
};

/* Largest first, as printing wants them; a missing suffix ends the list. */
static const struct unit duration_units[] = {
    {"h", UINT64_C(3600000000)}, {"min", 60000000}, {"s", 1000000}, {"ms", 1000}, {"us", 1}, {0}};
static const struct unit rate_units[] = {
    {"gbit", 1000000000}, {"mbit", 1000000}, {"kbit", 1000}, {"bit", 1}, {0}};
static const struct unit size_units[] = {{"G", 1 << 30}, {"M", 1 << 20}, {"k", 1024}, {"", 1}, {0}};
static const struct unit percent_units[] = {{"%", 10000}, {"", 10000}, {0}};

/* What is told to people about a kind, and how its quantities are written. */
static const struct kind {
    const char *placeholder;
    const char *accepts;
    const struct unit *units; /* NULL: not a quantity */
} kinds[] = {
    [OPTION_FLAG] = {"", "no value", NULL},
    [OPTION_INT] = {"N", "a whole number", NULL},
    [OPTION_PORT] = {"PORT", "a port", NULL},
    [OPTION_SEED] = {"SEED", "a seed, decimal or 0x hexadecimal", NULL},
    [OPTION_DURATION] = {"TIME", "a time such as 250us, 10ms, 1.5s or 2min", duration_units},
    [OPTION_PERCENT] = {"PERCENT", "a percentage such as 2, 0.1 or 2%, 100 at most", percent_units},
    [OPTION_RATE] = {"RATE", "a rate such as 64kbit, 10mbit or 1gbit", rate_units},
    [OPTION_SIZE] = {"SIZE", "a size in bytes such as 512, 64k or 8M", size_units},
    [OPTION_STRING] = {"TEXT", "a text", NULL},
    [OPTION_CHOICE] = {"", "one of ", NULL},
    [OPTION_ADDRESS] = {"ADDRESS", "an IPv4 address such as 10.0.0.2", NULL},
};

/* ---- bounds ---- */

/* Whether the option's own `min` and `max` apply; both 0 (and for a quantity max 0) mean none. */
static bool is_bounded(const struct option_spec *spec)
{
    switch (spec->kind) {
    case OPTION_INT:
        return spec->min != 0 || spec->max != 0;
    case OPTION_DURATION:
    case OPTION_RATE:
    case OPTION_SIZE:
        return spec->max > 0;
    default:
        return false;
    }
}

static uint64_t most_of(const struct option_spec *spec)
{
    if (spec->kind == OPTION_PERCENT)
        return PERCENT_MOST;
    if (is_bounded(spec))
        return (uint64_t)spec->max;
    return spec->kind == OPTION_DURATION ? (uint64_t)NEVER - 1 : UINT64_MAX;
}

static uint64_t least_of(const struct option_spec *spec)
{
    return is_bounded(spec) && spec->min > 0 ? (uint64_t)spec->min : 0;
}

/* ---- whole numbers ---- */

static enum option_verdict read_integer(const char *text, int64_t min, int64_t max, int64_t *out)
{
    if (!isdigit((unsigned char)text[text[0] == '-']))
        return VALUE_MALFORMED;
    char *end;
    errno = 0;
    int64_t value = strtoll(text, &end, 10);
    if (*end)
        return VALUE_MALFORMED;
    if (errno == ERANGE || value < min || value > max)
        return VALUE_OUT_OF_RANGE;
    *out = value;
    return VALUE_TAKEN;
}

static enum option_verdict parse_int(const struct option_spec *spec, const char *text)
{
    bool bounded = is_bounded(spec);
    return read_integer(text, bounded ? spec->min : INT64_MIN, bounded ? spec->max : INT64_MAX,
                        spec->value);
}

static enum option_verdict parse_port(const struct option_spec *spec, const char *text)
{
    int64_t port = 0;
    enum option_verdict verdict = read_integer(text, spec->min, PORT_MOST, &port);
    if (verdict == VALUE_TAKEN)
        *(uint16_t *)spec->value = (uint16_t)port;
    return verdict;
}

static enum option_verdict parse_seed(const struct option_spec *spec, const char *text)
{
    bool hexadecimal = text[0] == '0' && tolower((unsigned char)text[1]) == 'x';
    if (!isdigit((unsigned char)text[0]))
        return VALUE_MALFORMED;
    char *end;
    errno = 0;
    uint64_t seed = strtoull(text, &end, hexadecimal ? 16 : 10);
    if (*end)
        return VALUE_MALFORMED;
    if (errno == ERANGE)
        return VALUE_OUT_OF_RANGE;
    *(uint64_t *)spec->value = seed;
    return VALUE_TAKEN;
}

/* ---- quantities: a decimal number and a unit ---- */

struct decimal {
    uint64_t digits;   /* the number without its point */
    uint64_t fraction; /* 10 to the power of its decimals */
};

/* Appends `count` digits of `text`; false when the number leaves 64 bits. */
static bool read_digits(const char *text, size_t count, uint64_t *number)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (__builtin_mul_overflow(*number, UINT64_C(10), number) ||
            __builtin_add_overflow(*number, digit, number))
            return false;
    }
    return true;
}

/* Reads "12" or "1.50" and leaves *text behind it. */
static enum option_verdict read_decimal(const char **text, struct decimal *out)
{
    static const char digits[] = "0123456789";
    size_t whole = strspn(*text, digits);
    bool pointed = (*text)[whole] == '.';
    const char *fraction = *text + whole + pointed;
    size_t decimals = pointed ? strspn(fraction, digits) : 0;
    if (whole == 0 || (pointed && decimals == 0))
        return VALUE_MALFORMED;

    const char *number = *text;
    *text = fraction + decimals;
    while (decimals > 0 && fraction[decimals - 1] == '0') /* zeros at the end say nothing */
        decimals--;
    if (decimals > DECIMALS_MOST)
        return VALUE_TOO_FINE;
    *out = (struct decimal){.fraction = 1};
    for (size_t i = 0; i < decimals; i++)
        out->fraction *= 10;
    if (!read_digits(number, whole, &out->digits) || !read_digits(fraction, decimals, &out->digits))
        return VALUE_OUT_OF_RANGE;
    return VALUE_TAKEN;
}

static const struct unit *find_unit(const struct unit *units, const char *suffix)
{
    for (const struct unit *unit = units; unit->suffix; unit++)
        if (strcasecmp(unit->suffix, suffix) == 0)
            return unit;
    return NULL;
}

/* The stored number that `text` stands for, whatever the bounds. */
static enum option_verdict read_quantity(const char *text, const struct unit *units, uint64_t *out)
{
    struct decimal decimal;
    enum option_verdict verdict = read_decimal(&text, &decimal);
    if (verdict != VALUE_TAKEN)
        return verdict;
    const struct unit *unit = find_unit(units, text);
    bool plain_zero = decimal.digits == 0 && *text == '\0'; /* nothing is nothing in any unit */
    if (!unit && !plain_zero)
        return VALUE_MALFORMED;
    uint64_t product;
    if (__builtin_mul_overflow(decimal.digits, unit ? unit->scale : 1, &product))
        return VALUE_OUT_OF_RANGE;
    *out = product / decimal.fraction;
    return product % decimal.fraction == 0 ? VALUE_TAKEN : VALUE_TOO_FINE;
}

static enum option_verdict parse_quantity(const struct option_spec *spec, const char *text)
{
    uint64_t amount;
    enum option_verdict verdict = read_quantity(text, kinds[spec->kind].units, &amount);
    if (verdict != VALUE_TAKEN)
        return verdict;
    if (amount < least_of(spec) || amount > most_of(spec))
        return VALUE_OUT_OF_RANGE;
    if (spec->kind == OPTION_PERCENT)
        *(uint32_t *)spec->value = (uint32_t)amount;
    else if (spec->kind == OPTION_DURATION)
        *(usec_t *)spec->value = (usec_t)amount;
    else
        *(uint64_t *)spec->value = amount;
    return VALUE_TAKEN;
}

/* Of a duration, a rate or a size. */
static uint64_t amount_of(const struct option_spec *spec)
{
    const usec_t *duration = spec->value;
    const uint64_t *amount = spec->value;
    return spec->kind == OPTION_DURATION ? (uint64_t)*duration : *amount;
}

/* In the largest unit that leaves no remainder; nothing is "0" in any unit. */
static void print_quantity(const struct unit *units, uint64_t amount, char *text, size_t cap)
{
    const struct unit *unit = units;
    while (amount % unit->scale != 0)
        unit++;
    snprintf(text, cap, "%" PRIu64 "%s", amount / unit->scale, amount > 0 ? unit->suffix : "");
}

/* Four decimals, without the zeros at their end. */
static void print_percent(uint32_t ppm, char *text, size_t cap)
{
    char digits[32];
    int len = snprintf(digits, sizeof(digits), "%" PRIu32 ".%04" PRIu32, ppm / 10000, ppm % 10000);
    while (digits[len - 1] == '0')
        len--;
    if (digits[len - 1] == '.')
        len--;
    snprintf(text, cap, "%.*s%%", len, digits);
}

/* ---- words and addresses ---- */

static enum option_verdict parse_choice(const struct option_spec *spec, const char *text)
{
    size_t length = strlen(text);
    int index = 0;
    for (const char *word = spec->choices; *word; index++) {
        size_t word_length = strcspn(word, "|");
        if (length == word_length && memcmp(word, text, length) == 0) {
            *(int *)spec->value = index;
            return VALUE_TAKEN;
        }
        word += word_length + (word[word_length] == '|');
    }
    return VALUE_MALFORMED;
}

static void print_choice(const struct option_spec *spec, char *text, size_t cap)
{
    const char *word = spec->choices;
    for (int i = *(const int *)spec->value; i > 0; i--)
        word = strchr(word, '|') + 1;
    snprintf(text, cap, "%.*s", (int)strcspn(word, "|"), word);
}

static enum option_verdict parse_address(const struct option_spec *spec, const char *text)
{
    struct in_addr address;
    if (inet_pton(AF_INET, text, &address) != 1)
        return VALUE_MALFORMED;
    *(uint32_t *)spec->value = ntohl(address.s_addr);
    return VALUE_TAKEN;
}

static void print_address(uint32_t address, char *text, size_t cap)
{
    snprintf(text, cap, "%u.%u.%u.%u", address >> 24, address >> 16 & 255, address >> 8 & 255,
             address & 255);
}

/* ---- the four things options.c asks for ---- */

enum option_verdict option_value_parse(const struct option_spec *spec, const char *text)
{
    switch (spec->kind) {
    case OPTION_INT:
        return parse_int(spec, text);
    case OPTION_PORT:
        return parse_port(spec, text);
    case OPTION_SEED:
        return parse_seed(spec, text);
    case OPTION_DURATION:
    case OPTION_PERCENT:
    case OPTION_RATE:
    case OPTION_SIZE:
        return parse_quantity(spec, text);
    case OPTION_STRING:
        *(const char **)spec->value = text;
        return VALUE_TAKEN;
    case OPTION_CHOICE:
        return parse_choice(spec, text);
    case OPTION_ADDRESS:
        return parse_address(spec, text);
    case OPTION_FLAG: /* has no value: options.c sees to it */
        break;
    }
    return VALUE_MALFORMED;
}

static void print_string(const char *string, char *text, size_t cap)
{
    snprintf(text, cap, "%s", string ? string : "");
}

void option_value_print(const struct option_spec *spec, char *text, size_t cap)
{
    const void *value = spec->value;
    print_string("", text, cap);
    switch (spec->kind) {
    case OPTION_FLAG:
        print_string(*(const bool *)value ? "on" : "off", text, cap);
        break;
    case OPTION_INT:
        snprintf(text, cap, "%" PRId64, *(const int64_t *)value);
        break;
    case OPTION_PORT:
        snprintf(text, cap, "%u", (unsigned)*(const uint16_t *)value);
        break;
    case OPTION_SEED:
        snprintf(text, cap, "%" PRIu64, *(const uint64_t *)value);
        break;
    case OPTION_PERCENT:
        print_percent(*(const uint32_t *)value, text, cap);
        break;
    case OPTION_DURATION:
    case OPTION_RATE:
    case OPTION_SIZE:
        if (amount_of(spec) < NEVER) /* "without end" cannot be typed, so it is not shown */
            print_quantity(kinds[spec->kind].units, amount_of(spec), text, cap);
        break;
    case OPTION_STRING:
        print_string(*(const char *const *)value, text, cap);
        break;
    case OPTION_CHOICE:
        print_choice(spec, text, cap);
        break;
    case OPTION_ADDRESS:
        print_address(*(const uint32_t *)value, text, cap);
        break;
    }
}

/* " from 1 to 65535", in the option's own units. */
static void print_bounds(const struct option_spec *spec, char *text, size_t cap)
{
    const struct unit *units = kinds[spec->kind].units;
    char least[32], most[32];
    if (spec->kind == OPTION_PORT) {
        snprintf(text, cap, " from %d to %d", (int)spec->min, PORT_MOST);
    } else if (!is_bounded(spec)) {
        snprintf(text, cap, "%s", "");
    } else if (!units) {
        snprintf(text, cap, " from %" PRId64 " to %" PRId64, spec->min, spec->max);
    } else {
        print_quantity(units, least_of(spec), least, sizeof(least));
        print_quantity(units, most_of(spec), most, sizeof(most));
        snprintf(text, cap, ", from %s to %s", least, most);
    }
}

void option_value_accepts(const struct option_spec *spec, char *text, size_t cap)
{
    char bounds[80];
    print_bounds(spec, bounds, sizeof(bounds));
    snprintf(text, cap, "%s%s%s", kinds[spec->kind].accepts,
             spec->kind == OPTION_CHOICE ? spec->choices : "", bounds);
}

const char *option_value_placeholder(const struct option_spec *spec)
{
    return spec->kind == OPTION_CHOICE ? spec->choices : kinds[spec->kind].placeholder;
}
