/* The state diagram (RFC 9293 section 3.3.2, Figure 5) as a picture in the terminal, with the
 * arrows that the connections of a run took: heavy, with how often; the others stay thin. Its
 * arrows and their words are the table that our own stack obeys (tcp/state.h).
 *
 * A host that tells its states is believed; the kernel's follow from the segments and from samples
 * (trace/track.h). */
#ifndef TRACE_DIAGRAM_H
#define TRACE_DIAGRAM_H

#include <stdbool.h>
#include <stdio.h>

#include "base/tcp_state.h"
#include "trace/log.h"

struct diagram {
    unsigned taken[STATE_COUNT][STATE_COUNT]; /* [from][to], how often */
    bool visited[STATE_COUNT];
    bool listed[STATE_COUNT]; /* a host's own list of sockets showed one in this state */
};

/* What all connections of the log did. Returns 0 or -ENOMEM. */
int diagram_read(struct diagram *diagram, const struct trace_log *log);

/* How many different arrows of the figure were taken, */
int diagram_arrows_taken(const struct diagram *diagram);

/* how many it has, */
int diagram_arrows(void);

/* and how often somebody went a way that is none of its arrows. */
int diagram_strayed(const struct diagram *diagram);

/* The picture; and a list of the arrows that there is no room for in it, when one was taken. */
void diagram_print(const struct diagram *diagram, FILE *out, bool ascii, bool color);

#endif
