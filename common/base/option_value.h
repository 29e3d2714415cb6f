/* The values of options: text to number and back, exactly, in integers; for options.c, and for the
 * wire's script, which writes times and rates the same way.
 *
 * Strict: the whole text must be the value, with nothing in front of or behind it. */
#ifndef BASE_OPTION_VALUE_H
#define BASE_OPTION_VALUE_H

#include "base/options.h"

enum option_verdict {
    VALUE_TAKEN,
    VALUE_MALFORMED,    /* not a value of this kind */
    VALUE_TOO_FINE,     /* more decimals than the unit it is stored in can hold */
    VALUE_OUT_OF_RANGE, /* outside the option's bounds, or too large to be stored */
};

/* Reads `text` into the option's value; leaves the value alone unless VALUE_TAKEN. Not for
 * OPTION_FLAG, which takes no value. */
enum option_verdict option_value_parse(const struct option_spec *spec, const char *text);

/* Writes the present value as one would type it ("10ms", "64k"), or "" where there is nothing to
 * show. `text` always ends up terminated. */
void option_value_print(const struct option_spec *spec, char *text, size_t cap);

/* Writes what the option accepts: "a port from 1 to 65535". */
void option_value_accepts(const struct option_spec *spec, char *text, size_t cap);

/* The placeholder shown in --help: "PORT", "TIME", "kernel|own|sim". */
const char *option_value_placeholder(const struct option_spec *spec);

#endif
