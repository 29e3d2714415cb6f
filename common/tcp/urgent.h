/* Urgent data (RFC 9293 section 3.8.5): a mark in the stream, never a message of its own.
 *
 * The pointer names the octet after the urgent ones (MUST-62; RFC 1122 named the last of them,
 * which hardly anybody followed). `up` is that octet's sequence number. Pure. */
#ifndef TCP_URGENT_H
#define TCP_URGENT_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/seq.h"

/* One direction's mark: SND.UP or RCV.UP. */
struct urgent {
    seq_t up;
    bool pending;
};

void urgent_init(struct urgent *u);

/* Sending: the octets queued up to `end` are urgent. A later mark replaces an earlier one. */
void urgent_mark(struct urgent *u, seq_t end);

/* Sending: true when a segment at `seq` must carry URG; its pointer goes to `ptr`. */
bool urgent_pointer(const struct urgent *u, seq_t seq, uint16_t *ptr);

/* Sending: everything before `una` is acknowledged. */
void urgent_on_ack(struct urgent *u, seq_t una);

/* Receiving: a segment at `seq` carried URG with `ptr`. True when the mark is new, so that the user
 * must be told (MUST-31, MUST-32). */
bool urgent_on_segment(struct urgent *u, seq_t seq, uint16_t ptr, seq_t rcv_nxt);

/* Receiving: octets between the next one to read and the mark; 0 when there is none. */
uint32_t urgent_distance(const struct urgent *u, seq_t next_read);

/* Receiving: the user has read up to `next_read`. */
void urgent_on_read(struct urgent *u, seq_t next_read);

#endif
