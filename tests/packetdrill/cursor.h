/* Walking through a script's text, token by token. */
#ifndef TESTS_PACKETDRILL_CURSOR_H
#define TESTS_PACKETDRILL_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/usec.h"

struct cursor {
    const char *at;
    int line;
    const char *path;
    struct fault *fault; /* the first thing that was wrong */
};

/* Over white space and comments. */
void cursor_skip(struct cursor *c);

/* True, and behind it, when `token` is next. */
bool cursor_take(struct cursor *c, const char *token);

/* The same, but its absence is a fault: false. */
bool cursor_need(struct cursor *c, const char *token);

/* A name of letters, digits and _; false without one. */
bool cursor_name(struct cursor *c, char *out, size_t cap);

/* A whole number, decimal or 0x; may be negative. */
bool cursor_number(struct cursor *c, int64_t *out);

/* Seconds with decimals, to microseconds. */
bool cursor_seconds(struct cursor *c, usec_t *out);

/* Records what is wrong here. Returns false. */
bool cursor_fail(struct cursor *c, const char *what);

#endif
