/* A batch of frames, and the moment it leaves. */
#include "stack/outbox.h"

#include <errno.h>
#include <stdlib.h>

#include "stack/internal.h"

enum { OUTBOX_BYTES = 160 * 1024 }; /* a full batch of ordinary frames, or two of the largest */

int outbox_init(struct outbox *outbox, size_t frame_max)
{
    size_t cap = OUTBOX_BYTES > frame_max ? OUTBOX_BYTES : frame_max;
    uint8_t *mem = malloc(cap);
    if (!mem)
        return -ENOMEM;
    *outbox = (struct outbox){.mem = mem, .cap = cap, .frame_max = frame_max};
    return 0;
}

void outbox_fini(struct outbox *outbox)
{
    free(outbox->mem);
}

struct buffer outbox_room_locked(struct stack *stack)
{
    struct outbox *outbox = &stack->outbox;
    if (outbox->count == LINK_BATCH || outbox->cap - outbox->used < outbox->frame_max)
        outbox_flush_locked(stack);
    return (struct buffer){outbox->mem + outbox->used, outbox->frame_max};
}

void outbox_put_locked(struct stack *stack, size_t len, const struct link_offload *offload)
{
    struct outbox *outbox = &stack->outbox;
    outbox->frames[outbox->count++] = (struct link_frame){
        .parts = {{outbox->mem + outbox->used, len}},
        .offload = *offload,
    };
    outbox->used += len;
}

void outbox_flush_locked(struct stack *stack)
{
    struct outbox *outbox = &stack->outbox;
    int sent = 0;
    while (sent < outbox->count) {
        int result = link_send(stack->link, outbox->frames + sent, outbox->count - sent);
        if (result > 0) {
            stack->counters.frames_out += (uint64_t)result;
            sent += result;
        } else {
            stack_drop_locked(stack, stack->latest, DROP_SENT_LINK_FULL, NULL);
            sent++; /* the error is about this one; the next may go */
        }
    }
    outbox->count = 0;
    outbox->used = 0;
}
