/* What a host sends again and again, and how long it waits in between: one SYN, one piece of text,
 * probes of an idle connection or of a closed window. */
#ifndef EXPERIMENTS_REPEATS_H
#define EXPERIMENTS_REPEATS_H

#include "testbed/testbed.h"
#include "trace/log.h"

enum { REPEATS_MAX = 32 };

enum repeats_of { REPEATS_SYN, REPEATS_TEXT, REPEATS_KEEPALIVE, REPEATS_PROBE };

/* Which of a run's segments are meant. */
struct repeats_wanted {
    enum host from;
    unsigned conn; /* connections are numbered from 1 */
    enum repeats_of what;
};

struct repeats {
    int count;              /* transmissions, the first one included; at most REPEATS_MAX */
    usec_t at[REPEATS_MAX]; /* when each entered the wire, since the run began */
    int answered;           /* after how many the next segment was the other end's */
    usec_t idle;            /* how long the connection had been silent before the first */
};

/* Finds them; of texts the last one that was sent for the first time. Returns 0 or -ENOMEM. */
int repeats_find(const struct trace_log *log, const struct repeats_wanted *wanted,
                 struct repeats *out);

/* The wait before the `index`th repetition, from 1; 0 when there was none. */
usec_t repeats_gap(const struct repeats *repeats, int index);

/* Writes all waits as seconds: "0.204 0.408 0.816". What does not fit is cut off. */
void repeats_tell(const struct repeats *repeats, char *out, size_t size);

#endif
