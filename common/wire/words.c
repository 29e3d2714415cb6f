/* The words of an impairment script. */
#include "wire/words.h"

#include <errno.h>
#include <string.h>

#include "base/option_value.h"

enum {
    WORD_MAX = 32, /* as much of a word as is ever looked at or shown */
};

#define DAY SECONDS(86400)

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_blanks(struct words *words)
{
    while (words->at < words->end && is_blank(*words->at))
        words->at++;
}

static int word_len(const struct words *words)
{
    const char *end = words->at;
    while (end < words->end && !is_blank(*end))
        end++;
    return (int)(end - words->at);
}

static void step(struct words *words, int len)
{
    words->at += len;
    skip_blanks(words);
}

void words_begin(struct words *words, const char *text, size_t len, struct fault *fault)
{
    *words = (struct words){
        .rest = text,
        .stop = text + len,
        .line = 1,
        .next_line = 1,
        .fault = fault,
    };
}

/* Cuts off the text up to ';', '\n' or '#', and steps over that and a comment. */
static void cut_rule(struct words *words)
{
    const char *end = words->rest;
    while (end < words->stop && *end != ';' && *end != '\n' && *end != '#')
        end++;
    words->line = words->next_line;
    words->at = words->rest;
    words->end = end;
    if (end < words->stop && *end == '#')
        while (end < words->stop && *end != '\n')
            end++;
    if (end < words->stop && *end == '\n')
        words->next_line++;
    words->rest = end < words->stop ? end + 1 : end;
    skip_blanks(words);
    while (words->end > words->at && is_blank(words->end[-1]))
        words->end--;
}

bool words_next_rule(struct words *words)
{
    while (words->rest < words->stop) {
        cut_rule(words);
        if (!words_at_end(words))
            return true;
    }
    return false;
}

bool words_at_end(const struct words *words)
{
    return words->at == words->end;
}

bool words_take(struct words *words, const char *word)
{
    int len = word_len(words);
    if (len != (int)strlen(word) || memcmp(words->at, word, (size_t)len) != 0)
        return false;
    step(words, len);
    return true;
}

bool words_begin_with_digit(const struct words *words)
{
    return !words_at_end(words) && is_digit(*words->at);
}

bool words_has_unit(const struct words *words)
{
    for (int i = 0; i < word_len(words); i++) {
        if (words->at[i] >= 'a' && words->at[i] <= 'z')
            return true;
    }
    return false;
}

/* Reads digits from *at up to `end`; false when there are none or they say 0 or above `max`. */
static bool read_number(const char **at, const char *end, uint32_t max, uint32_t *out)
{
    uint64_t value = 0;
    for (; *at < end && is_digit(**at); (*at)++) {
        if (value <= max)
            value = value * 10 + (uint64_t)(**at - '0');
    }
    *out = (uint32_t)value;
    return value > 0 && value <= max;
}

int words_number(struct words *words, uint32_t max, uint32_t *out, const char *what)
{
    int len = word_len(words);
    const char *at = words->at;
    uint32_t value;
    if (!read_number(&at, words->at + len, max, &value) || at != words->at + len)
        return words_fail(words, what);
    *out = value;
    step(words, len);
    return 0;
}

int words_range(struct words *words, uint32_t *first, uint32_t *last)
{
    int len = word_len(words);
    const char *at = words->at, *end = at + len;
    bool right = read_number(&at, end, UINT32_MAX, first);
    *last = *first;
    if (right && end - at >= 2 && memcmp(at, "..", 2) == 0) {
        at += 2;
        *last = UINT32_MAX;
        right = at == end || read_number(&at, end, UINT32_MAX, last);
    }
    if (!right || at != end || *last < *first)
        return words_fail(words, "a number from 1, or numbers such as 2..4 or 5..,");
    step(words, len);
    return 0;
}

/* Times and rates are written as in options. */
static int read_value(struct words *words, const struct option_spec *spec, const char *what)
{
    char copy[WORD_MAX] = "";
    int len = word_len(words);
    if (len >= WORD_MAX)
        return words_fail(words, what);
    memcpy(copy, words->at, (size_t)len);
    if (option_value_parse(spec, copy) != VALUE_TAKEN)
        return words_fail(words, what);
    step(words, len);
    return 0;
}

int words_time(struct words *words, usec_t *out)
{
    struct option_spec spec = {.kind = OPTION_DURATION, .value = out, .min = 0, .max = DAY};
    return read_value(words, &spec, "a time (250us, 10ms, 1.5s, 2min; 24h at most)");
}

int words_rate(struct words *words, uint64_t *out)
{
    struct option_spec spec = {.kind = OPTION_RATE, .value = out, .min = 1, .max = INT64_MAX};
    return read_value(words, &spec, "a rate (64kbit, 10mbit, 1gbit) or unlimited");
}

int words_fail(const struct words *words, const char *wanted)
{
    char shown[WORD_MAX];
    int len = word_len(words);
    if (len == 0)
        return fault_set(words->fault, -EINVAL, "script line %u: the rule ends where %s is needed",
                         words->line, wanted);
    int most = len < WORD_MAX - 1 ? len : WORD_MAX - 1;
    for (int i = 0; i < most; i++)
        shown[i] = words->at[i] >= ' ' && words->at[i] <= '~' ? words->at[i] : '?';
    shown[most] = '\0';
    return fault_set(words->fault, -EINVAL, "script line %u: found \"%s\" where %s is needed",
                     words->line, shown, wanted);
}
