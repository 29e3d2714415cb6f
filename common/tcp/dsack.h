/* Duplicate SACK (RFC 2883): the receiver tells which octets have arrived twice, in the first SACK
 * block, so that the sender learns which of its retransmissions were needless. It needs no
 * agreement of its own: a SACK block in an impossible place says it. Pure. */
#ifndef TCP_DSACK_H
#define TCP_DSACK_H

#include <stdbool.h>

#include "tcp/sack.h"

struct dsack {
    struct sack_block block; /* what arrived twice ... */
    bool owed;               /* and is to be told with the next ACK */
    bool on;                 /* the host wants it and both ends permit SACK */
};

void dsack_init(struct dsack *d, bool on);

/* The octets of `arrived` have come, FIN included; before they are added to `held`. True when some
 * of them came before: the first run of those is owed. Section 4. */
bool dsack_on_segment(struct dsack *d, const struct reasm *held, seq_t nxt,
                      struct sack_block arrived);

/* Writes the block that is owed to `out`; returns how many, 0 or 1. */
uint8_t dsack_blocks(const struct dsack *d, struct sack_block *out);

/* An ACK has left: each duplicate is told once. */
void dsack_on_ack_sent(struct dsack *d);

/* The sender's side: true when an ACK of `ack` with these options reports a duplicate, which goes
 * to `out`. Section 5. */
bool dsack_read(const struct tcp_options *options, seq_t ack, struct sack_block *out);

#endif
