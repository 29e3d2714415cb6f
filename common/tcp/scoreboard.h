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

/* IsLost(): octets not SACKed before the result are to be given up for lost, because DupThresh
 * separate SACKed runs, or more than (DupThresh - 1) * SMSS SACKed octets, lie above them. SND.UNA
 * when there are none. */
seq_t scoreboard_frontier(const struct sent *s, uint32_t smss);

/* The NextSeg() rules, each with at most `smss` octets that are not SACKed; false when it finds
 * none. Rule 1: the first from `high_rxt` on that are lost and not yet sent again. */
bool scoreboard_next_lost(const struct sent *s, seq_t high_rxt, uint32_t smss,
                          struct sent_piece *out);

/* Rule 3: the first from `high_rxt` on below the highest SACKed octet, unless resent already. */
bool scoreboard_next_unsacked(const struct sent *s, seq_t high_rxt, uint32_t smss,
                              struct sent_piece *out);

/* Rule 4, the rescue: the last outstanding. */
bool scoreboard_last_unsacked(const struct sent *s, uint32_t smss, struct sent_piece *out);

/* Those at SND.UNA: what a fast retransmit and a timeout send first. */
bool scoreboard_first(const struct sent *s, uint32_t smss, struct sent_piece *out);

#endif
