/* The receiver's side of SACK (RFC 2018 section 4): which blocks to report, and in what order.
 *
 * Only the order is remembered here: one sequence number inside each block lately changed, most
 * recent first. The blocks themselves are always read from reassembly, so the two cannot
 * disagree. Pure. */
#ifndef TCP_SACK_H
#define TCP_SACK_H

#include <stdint.h>

#include "packet/segment.h"
#include "tcp/params.h"
#include "tcp/reasm.h"

struct sack_report {
    seq_t recent[SACK_RECENT]; /* the first is the latest */
    uint8_t count;
};

void sack_report_init(struct sack_report *r);

/* A segment at `seq` was put aside out of order; after reasm_add. */
void sack_report_on_arrival(struct sack_report *r, const struct reasm *reasm, seq_t seq);

/* Writes at most `max` blocks, the one holding the latest arrival first; returns how many. */
uint8_t sack_report_blocks(const struct sack_report *r, const struct reasm *reasm, uint8_t max,
                           struct sack_block *out);

#endif
