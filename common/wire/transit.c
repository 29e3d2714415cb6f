/* The frames on their way: a pool of slots, a heap by time of arrival, and the few held back. */
#include "wire/transit.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int transit_init(struct transit *transit, uint32_t capacity, uint32_t frame_max)
{
    *transit = (struct transit){.capacity = capacity, .frame_max = frame_max};
    transit->heap = malloc(capacity * sizeof(*transit->heap));
    transit->spare = malloc(capacity * sizeof(*transit->spare));
    transit->bytes = malloc((size_t)capacity * frame_max);
    if (!transit->heap || !transit->spare || !transit->bytes) {
        transit_fini(transit);
        return -ENOMEM;
    }
    return 0;
}

void transit_fini(struct transit *transit)
{
    free(transit->bytes);
    free(transit->spare);
    free(transit->heap);
    *transit = (struct transit){0};
}

uint32_t transit_count(const struct transit *transit)
{
    return transit->heap_len + transit->held_len;
}

uint32_t transit_room(const struct transit *transit)
{
    return transit->capacity - transit_count(transit);
}

static uint8_t *slot_bytes(const struct transit *transit, uint32_t slot)
{
    return transit->bytes + (size_t)slot * transit->frame_max;
}

/* One used before if there is one, so that a quiet wire touches little memory. */
static uint32_t take_slot(struct transit *transit)
{
    if (transit->spare_len > 0)
        return transit->spare[--transit->spare_len];
    assert(transit->fresh < transit->capacity);
    return transit->fresh++;
}

uint8_t *transit_store(struct transit *transit, struct transit_frame *frame, struct span octets)
{
    assert(octets.len <= transit->frame_max);
    frame->slot = take_slot(transit);
    frame->len = (uint32_t)octets.len;
    uint8_t *bytes = slot_bytes(transit, frame->slot);
    if (octets.len > 0)
        memcpy(bytes, octets.data, octets.len);
    return bytes;
}

static bool arrives_before(const struct transit_frame *a, const struct transit_frame *b)
{
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void heap_push(struct transit *transit, struct transit_frame frame)
{
    frame.order = ++transit->last_order;
    uint32_t at = transit->heap_len++;
    while (at > 0) {
        uint32_t parent = (at - 1) / 2;
        if (!arrives_before(&frame, &transit->heap[parent]))
            break;
        transit->heap[at] = transit->heap[parent];
        at = parent;
    }
    transit->heap[at] = frame;
}

static struct transit_frame heap_pop(struct transit *transit)
{
    struct transit_frame *heap = transit->heap;
    struct transit_frame first = heap[0];
    struct transit_frame last = heap[--transit->heap_len];
    uint32_t at = 0;
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= transit->heap_len)
            break;
        if (child + 1 < transit->heap_len && arrives_before(&heap[child + 1], &heap[child]))
            child++;
        if (!arrives_before(&heap[child], &last))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return first;
}

/* One more frame has overtaken the held ones: those that waited for it arrive right behind it. */
static void count_follower(struct transit *transit, usec_t due)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < transit->held_len; i++) {
        struct transit_held held = transit->held[i];
        if (--held.behind > 0) {
            transit->held[kept++] = held;
            continue;
        }
        held.frame.due = usec_max(held.frame.due, due);
        heap_push(transit, held.frame);
    }
    transit->held_len = kept;
}

void transit_send(struct transit *transit, const struct transit_frame *frame)
{
    heap_push(transit, *frame);
    count_follower(transit, frame->due);
}

void transit_send_aside(struct transit *transit, const struct transit_frame *frame)
{
    heap_push(transit, *frame);
}

bool transit_can_hold(const struct transit *transit)
{
    return transit->held_len < TRANSIT_HELD_MAX;
}

void transit_hold(struct transit *transit, const struct transit_frame *frame, uint32_t behind)
{
    assert(behind > 0 && transit_can_hold(transit));
    transit->held[transit->held_len++] = (struct transit_held){.frame = *frame, .behind = behind};
}

static usec_t held_deadline(const struct transit *transit)
{
    usec_t deadline = NEVER;
    for (uint32_t i = 0; i < transit->held_len; i++)
        deadline = usec_min(deadline, usec_after(transit->held[i].frame.due, TRANSIT_HOLD));
    return deadline;
}

usec_t transit_deadline(const struct transit *transit)
{
    usec_t first = transit->heap_len > 0 ? transit->heap[0].due : NEVER;
    return usec_min(first, held_deadline(transit));
}

static void release_unfollowed(struct transit *transit, usec_t now)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < transit->held_len; i++) {
        struct transit_held held = transit->held[i];
        usec_t leaves = usec_after(held.frame.due, TRANSIT_HOLD);
        if (leaves > now) {
            transit->held[kept++] = held;
            continue;
        }
        held.frame.due = leaves;
        heap_push(transit, held.frame);
    }
    transit->held_len = kept;
}

bool transit_next(struct transit *transit, usec_t now, struct transit_frame *out)
{
    release_unfollowed(transit, now);
    if (transit->heap_len == 0 || transit->heap[0].due > now)
        return false;
    *out = heap_pop(transit);
    transit->spare[transit->spare_len++] = out->slot;
    return true;
}

struct span transit_octets(const struct transit *transit, const struct transit_frame *frame)
{
    return (struct span){slot_bytes(transit, frame->slot), frame->len};
}
