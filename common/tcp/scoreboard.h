/* The sender's SACK scoreboard (RFC 2018 section 5, RFC 6675): what the peer's SACK blocks say
 * about the record of what was sent.
 *
 * IsLost needs no walk per octet: whether enough lies SACKed above an octet can only turn from no
 * to yes going down, so the lost octets are those not SACKed below one frontier. SetPipe needs no
 * walk at all: the record keeps its tallies (sent_pipe). Pure. */
#ifndef TCP_SCOREBOARD_H
#define TCP_SCOREBOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/segment.h"
#include "tcp/sent.h"

/* Update(): marks the blocks of one ACK in the record, after sent_ack. Blocks that lie, are old or
 * report duplicates (RFC 2883) mark nothing. */
void scoreboard_update(struct sent *s, const struct tcp_options *options, struct sent_news *news);

/* IsLost(): octets not SACKed before the result have been given up for lost: DupThresh separate
 * SACKed runs, or more than (DupThresh - 1) * SMSS SACKed octets, lie above them. SND.UNA when
 * nothing is. */
seq_t scoreboard_frontier(const struct sent *s, uint32_t smss);

/* One past the highest SACKed octet; SND.UNA when none is. */
seq_t scoreboard_highest(const struct sent *s);

/* NextSeg() rule 1: the first octets from `high_rxt` on that are lost and were not yet sent again,
 * at most `smss`. False when there are none. */
bool scoreboard_next_lost(const struct sent *s, seq_t high_rxt, uint32_t smss,
                          struct sent_piece *out);

/* NextSeg() rule 3: the same for octets not known lost, below the highest SACKed one. */
bool scoreboard_next_unsacked(const struct sent *s, seq_t high_rxt, uint32_t smss,
                              struct sent_piece *out);

/* NextSeg() rule 4, the rescue: the last octets outstanding that are not SACKed, at most `smss`. */
bool scoreboard_last_unsacked(const struct sent *s, uint32_t smss, struct sent_piece *out);

#endif
