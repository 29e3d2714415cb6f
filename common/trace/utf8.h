/* UTF-8 as a terminal shows it: runes one by one, and the columns they take. */
#ifndef TRACE_UTF8_H
#define TRACE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_BAD UINT32_C(0xfffd) /* the replacement character: octets that are no UTF-8 */

/* The rune at `*text`, which must not be the end, and moves `*text` behind it: one octet further
 * when it gives UTF8_BAD. */
uint32_t utf8_next(const char **text);

/* Columns a rune takes: 2 for East Asian wide ones and most pictographs, 0 for combining marks,
 * else 1. Own table, because wcwidth depends on a locale that the program may not have set. */
unsigned utf8_rune_width(uint32_t rune);

/* Columns a whole text takes. */
unsigned utf8_width(const char *text);

/* Octets of `text` to put on one line of `columns`: as many words as fit, or, where one word is
 * too long, as many runes. At least one rune of a text that is not empty. */
size_t utf8_fit(const char *text, unsigned columns);

#endif
