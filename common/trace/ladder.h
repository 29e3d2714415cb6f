/* The ladder: what happened between two hosts, as a picture in the terminal that one reads from
 * top to bottom. Time on the left, the states and socket calls of A and B outside their lifelines,
 * the wire between them; one log, or two side by side with equal segments on equal lines.
 *
 *    ms              A 10.0.0.1:40312                 B 10.0.0.2:8080
 *  0.000      CLOSED │                                │ LISTEN
 *  0.000    SYN_SENT │── SYN seq 0 ──────────────────►│ SYN_RECEIVED
 *  0.520 ESTABLISHED │◄──────── SYN+ACK seq 0 ack 1 ──│
 *  1.040             │── ACK 1 ──────────────────────►│ ESTABLISHED
 */
#ifndef TRACE_LADDER_H
#define TRACE_LADDER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "trace/log.h"

struct ladder_options {
    const char *titles[2]; /* over each log's ladder; NULL: none */
    bool ascii;            /* no character beyond ASCII */
    bool color;            /* ANSI colours */
    unsigned width;        /* columns of the page, of which a ladder takes 110 at most;
                            * 0: 80, and 144 for two logs */
    unsigned max_rows;     /* of each ladder, the rest is folded and counted; 0: all of them */
    bool calls;            /* socket calls and timers, too */
    bool all;              /* frames that are not TCP, UDP or ICMP, too */
    uint16_t port;         /* only connections with this port at either end; 0: all */
};

/* What suits `file`: the width of its terminal (or COLUMNS), colours if it is a terminal and
 * NO_COLOR is not set, ASCII unless the locale's characters are UTF-8; 100 rows. */
void ladder_options_auto(struct ladder_options *out, FILE *file);

/* Draws one or two logs, then explains the signs it used and, for two, names the first difference.
 * Returns 0, -ENOMEM, or -EIO when the file did not take all of it. */
int ladder_print(FILE *out, const struct ladder_options *options,
                 const struct trace_log *const logs[], size_t count);

#endif
