/* Tokens of packetdrill's language. */
#include "tests/packetdrill/cursor.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool skip_comment(struct cursor *c)
{
    bool line = strncmp(c->at, "//", 2) == 0 || *c->at == '#';
    if (!line && strncmp(c->at, "/*", 2) != 0)
        return false;
    const char *end = strstr(c->at, line ? "\n" : "*/");
    end = !end ? c->at + strlen(c->at) : line ? end : end + 2;
    for (; c->at < end; c->at++)
        c->line += *c->at == '\n';
    return true;
}

void cursor_skip(struct cursor *c)
{
    do {
        for (; isspace((unsigned char)*c->at); c->at++)
            c->line += *c->at == '\n';
    } while (skip_comment(c));
}

bool cursor_take(struct cursor *c, const char *token)
{
    size_t len = strlen(token);
    cursor_skip(c);
    if (strncmp(c->at, token, len) != 0)
        return false;
    c->at += len;
    return true;
}

bool cursor_fail(struct cursor *c, const char *what)
{
    int len = (int)strcspn(c->at, "\n");
    fault_set(c->fault, -EINVAL, "%s:%d: %s expected before '%.*s'", c->path, c->line, what,
              len < 40 ? len : 40, c->at);
    return false;
}

bool cursor_need(struct cursor *c, const char *token)
{
    return cursor_take(c, token) || cursor_fail(c, token);
}

bool cursor_name(struct cursor *c, char *out, size_t cap)
{
    size_t len = 0;
    cursor_skip(c);
    if (isdigit((unsigned char)*c->at))
        return false;
    while (isalnum((unsigned char)c->at[len]) || c->at[len] == '_')
        len++;
    if (len == 0 || len >= cap)
        return false;
    memcpy(out, c->at, len);
    out[len] = '\0';
    c->at += len;
    return true;
}

bool cursor_number(struct cursor *c, int64_t *out)
{
    char *end;
    cursor_skip(c);
    if (!isdigit((unsigned char)c->at[*c->at == '-']))
        return false;
    *out = strtoll(c->at, &end, 0);
    c->at = end;
    return true;
}

/* Longer than any script: a number that grows no further. */
#define SECONDS_MOST SECONDS(1000000000)

bool cursor_seconds(struct cursor *c, usec_t *out)
{
    usec_t unit = USEC_S;
    cursor_skip(c);
    if (!isdigit((unsigned char)c->at[*c->at == '.']))
        return false;
    for (*out = 0; isdigit((unsigned char)*c->at) && *out < SECONDS_MOST; c->at++)
        *out = *out * 10 + SECONDS(*c->at - '0');
    if (isdigit((unsigned char)*c->at))
        return false;
    if (c->at[0] != '.' || c->at[1] == '.')
        return true;
    for (c->at++; isdigit((unsigned char)*c->at); c->at++)
        *out += (*c->at - '0') * (unit /= 10);
    return true;
}
