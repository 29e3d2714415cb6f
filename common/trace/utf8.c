/* UTF-8 decoding (RFC 3629) and display widths (the wide and combining ranges of Unicode's
 * EastAsianWidth and general categories, gathered into blocks). */
#include "trace/utf8.h"

#include <stdbool.h>

#include "base/bytes.h"

/* How long the rune that begins with `first` is; 0 when none begins so. */
static unsigned length_of(uint8_t first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* Not encoded longer than needed, no surrogate, within Unicode. */
static bool is_valid(uint32_t rune, unsigned length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    return rune >= least[length] && rune <= 0x10ffff && (rune < 0xd800 || rune > 0xdfff);
}

uint32_t utf8_next(const char **text)
{
    const uint8_t *octets = (const uint8_t *)*text;
    unsigned length = length_of(octets[0]);
    (*text)++;
    if (length <= 1)
        return length ? octets[0] : UTF8_BAD;
    uint32_t rune = octets[0] & (0x7fu >> length);
    for (unsigned i = 1; i < length; i++) {
        if ((octets[i] & 0xc0) != 0x80)
            return UTF8_BAD;
        rune = rune << 6 | (octets[i] & 0x3f);
    }
    if (!is_valid(rune, length))
        return UTF8_BAD;
    *text += length - 1;
    return rune;
}

struct range {
    uint32_t first, last;
};

static bool within(uint32_t rune, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rune >= ranges[i].first && rune <= ranges[i].last)
            return true;
    }
    return false;
}

unsigned utf8_rune_width(uint32_t rune)
{
    static const struct range combining[] = {
        {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f},
        {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x20d0, 0x20ff},
        {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
    };
    static const struct range wide[] = {
        {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
        {0x2614, 0x2615},   {0x2705, 0x2705},   {0x274c, 0x274c},   {0x2e80, 0x303e},
        {0x3041, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
        {0xfe10, 0xfe19},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
        {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
    };
    if (rune < 0x300)
        return 1;
    if (within(rune, combining, ARRAY_LEN(combining)))
        return 0;
    return within(rune, wide, ARRAY_LEN(wide)) ? 2 : 1;
}

unsigned utf8_width(const char *text)
{
    unsigned width = 0;
    while (*text)
        width += utf8_rune_width(utf8_next(&text));
    return width;
}

size_t utf8_fit(const char *text, unsigned columns)
{
    const char *end = text, *break_at = NULL;
    unsigned width = 0;
    while (*end) {
        const char *next = end;
        uint32_t rune = utf8_next(&next);
        unsigned columns_of_rune = utf8_rune_width(rune);
        if (columns_of_rune == 2 && end > text) /* East Asian text breaks anywhere */
            break_at = end;
        width += columns_of_rune;
        if (width > columns && end > text)
            return (size_t)((break_at ? break_at : end) - text);
        if (rune == ' ')
            break_at = next;
        end = next;
    }
    return (size_t)(end - text);
}
