/* The inside of a story, for the files that tell it: story.c (birth, record, end), story_script.c
 * (the peer, expectations, time) and story_calls.c (the user). */
#ifndef STORY_STORY_INSIDE_H
#define STORY_STORY_INSIDE_H

#include <stdio.h>

#include "tests/story/notation.h"
#include "tests/story/story.h"

enum { QUEUE = 64, TIMERS = 64, TEXT_MAX = 65536, LINE = 512, STUCK = 100000 };

struct story {
    struct tcb tcb;
    struct tcp_config config;
    usec_t born, now;
    uint32_t shown_ours, shown_theirs, peer_base;
    uint32_t sent, received; /* octets the user has written and read */
    const void *cell;
    bool config_changed; /* since tcp_init */

    struct segment queue[QUEUE]; /* sent by the core, not yet expected */
    size_t queued;
    const char *timers[TIMERS]; /* fired, not yet asked for */
    size_t timer_count;

    FILE *steps;
    char *steps_text;
    size_t steps_len;
    uint8_t text[TEXT_MAX];
};

/* Writes a line into the record of steps. */
__attribute__((format(printf, 2, 3))) void story_tell(struct story *s, const char *format, ...);

__attribute__((noreturn)) void story_fail(struct story *s, const char *expected,
                                          const char *actual);

/* The connection takes its configuration when it is made: makes it anew if that was changed. */
void story_apply_config(struct story *s);

/* Takes out of the core all that it has to say. */
void story_pump(struct story *s);

/* From numbers as shown to real ones, for segments of ours or the peer's. */
struct notation_shift story_shift(const struct story *s, bool ours);

/* The streams: the octets at `place`, counted from the first. */
void story_fill(uint8_t *out, uint32_t place, size_t len);
bool story_is_pattern(const uint8_t *data, uint32_t place, size_t len);

void *story_memory(size_t size);

#endif
