/* Growth without malloc: the core says how much memory it could use, and whoever drives it attaches
 * larger memory when there is some (under the connection's lock).
 *
 * Ask before the call that needs it: before tcp_send for its octets, before tcp_on_segment for the
 * segment's text, and when tcp_next_segment has nothing more. Each question gives a size in octets,
 * or 0 when what is there will do or the limit is reached. Each attach takes memory of that size
 * and gives back the old memory, the caller's to free (NULL where there was none, or where it lay
 * inside the TCB). Refused memory costs speed, never correctness. Pure. */
#ifndef TCP_SPACE_H
#define TCP_SPACE_H

#include <stddef.h>

#include "tcp/tcb.h"

/* For tcp_send to take `len` octets. */
size_t space_wanted_to_send(const struct tcb *t, size_t len);
void *space_attach_to_send(struct tcb *t, void *memory, size_t size);

/* For tcp_on_segment to keep the text of `seg`. */
size_t space_wanted_to_receive(const struct tcb *t, const struct segment *seg);
void *space_attach_to_receive(struct tcb *t, void *memory, size_t size);

/* For the record of what was sent, and of what arrived out of order. The memory must be aligned as
 * malloc's is. */
size_t space_wanted_for_sent(const struct tcb *t);
void *space_attach_for_sent(struct tcb *t, void *memory, size_t size);
size_t space_wanted_for_holes(const struct tcb *t);
void *space_attach_for_holes(struct tcb *t, void *memory, size_t size);

/* Everything attached that is still there, at most SPACE_KINDS pointers for the caller to free: at
 * the end of the connection, after which only tcp_init may follow; or in TIME-WAIT when the user is
 * gone, where segments and time go on as before. */
enum { SPACE_KINDS = 4 };
void space_detach_all(struct tcb *t, void *memory[SPACE_KINDS]);

#endif
