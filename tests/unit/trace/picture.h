/* Whole ladders as text, compared and, when they differ, shown beside each other. */
#ifndef TESTS_UNIT_TRACE_PICTURE_H
#define TESTS_UNIT_TRACE_PICTURE_H

#include <stdio.h>
#include <stdlib.h>

#include "fake.h"
#include "trace/ladder.h"

static const struct fake_segment hello = {TCP_PSH | TCP_ACK, 1, 1, 5};

static inline char *drawn(const struct ladder_options *options,
                          const struct trace_log *const logs[], size_t count)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    assert_int_equal(ladder_print(out, options, logs, count), 0);
    fclose(out);
    return text;
}

/* Compares pictures, and shows both when they differ. */
static inline void expect_text(char *text, const char *expected)
{
    bool equal = strcmp(text, expected) == 0;
    if (!equal)
        fprintf(stderr, "--- expected\n%s--- drawn\n%s---\n", expected, text);
    free(text);
    assert_true(equal);
}

static inline void expect(const struct fake *fake, const struct ladder_options *options,
                          const char *expected)
{
    const struct trace_log *logs[] = {&fake->log};
    expect_text(drawn(options, logs, 1), expected);
}

static inline void lose_hello_once(struct fake *fake, usec_t rto)
{
    fake_handshake(fake);
    fake_lose(fake, 'A', hello, "script: drop data 1");
    fake_pass(fake, rto);
    fake_pass_segment(fake, 'A', hello);
    fake_pass_segment(fake, 'B', (struct fake_segment){TCP_ACK, 1, 6, 0});
}

static inline void tell_note(struct fake *fake, const char *text)
{
    fake_tell(fake, (struct event){.kind = EVENT_NOTE, .host = 'W', .text = text});
}

#endif
