/* Frames on their way out. They are written one behind the other into one piece of memory and given
 * to the link many at a time: a system call for each frame would cost more than the frame. Guarded
 * by the stack's lock. */
#ifndef STACK_OUTBOX_H
#define STACK_OUTBOX_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/usec.h"
#include "link/link.h"

struct stack;

struct outbox {
    uint8_t *mem;
    size_t cap, used; /* octets at `mem` */
    size_t frame_max; /* longest frame */
    int count;
    struct link_frame frames[LINK_BATCH];
};

/* For frames of up to `frame_max` octets. Returns 0 or -ENOMEM. */
int outbox_init(struct outbox *outbox, size_t frame_max);
void outbox_fini(struct outbox *outbox);

/* Room for one frame of frame_max octets; sends what is there if there is none left. It holds
 * until outbox_put_locked or the next call. */
struct buffer outbox_room_locked(struct stack *stack);

/* The frame of `len` octets written at the start of the room is complete. */
void outbox_put_locked(struct stack *stack, size_t len, const struct link_offload *offload);

/* Gives everything to the link. What the link cannot take is dropped and counted, as any full
 * queue on the way would do. */
void outbox_flush_locked(struct stack *stack);

#endif
