/* The frames on their way in one direction: where they are kept and in what order they arrive.
 *
 * A frame is stored first, which copies its octets, then sent, to arrive at its time (ties: as
 * sent), or held back until a number of frames sent after it have overtaken it. A held frame that
 * nobody follows goes by itself TRANSIT_HOLD after its time, so that none stays for ever. Pure but
 * for the memory taken by transit_init. */
#ifndef WIRE_TRANSIT_H
#define WIRE_TRANSIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/usec.h"

#define TRANSIT_HOLD MS(20)

enum {
    TRANSIT_HELD_MAX = 64,
};

struct transit_frame {
    usec_t due;     /* when it arrives */
    uint64_t order; /* set when sent */
    uint64_t id;    /* of the frame in the event log */
    uint32_t slot, len;
    bool changed; /* its octets differ from what entered */
};

struct transit_held {
    struct transit_frame frame;
    uint32_t behind; /* frames still to overtake it */
};

struct transit {
    struct transit_frame *heap; /* the earliest first */
    struct transit_held held[TRANSIT_HELD_MAX];
    uint32_t heap_len, held_len;
    uint32_t *spare; /* slots that held a frame and are free again, the last one on top */
    uint32_t spare_len;
    uint32_t fresh; /* slots from here on were never used */
    uint32_t capacity, frame_max;
    uint8_t *bytes; /* capacity times frame_max */
    uint64_t last_order;
};

/* Room for `capacity` frames of at most `frame_max` octets. Returns 0 or -ENOMEM. */
int transit_init(struct transit *transit, uint32_t capacity, uint32_t frame_max);
void transit_fini(struct transit *transit);

/* How many more frames can be stored. */
uint32_t transit_room(const struct transit *transit);

/* How many are on their way, held ones included. */
uint32_t transit_count(const struct transit *transit);

/* Copies `octets` in and sets frame->slot and frame->len; returns the copy, to be edited. There
 * must be room. */
uint8_t *transit_store(struct transit *transit, struct transit_frame *frame, struct span octets);

/* Sends a stored frame; frames held for it follow right behind. */
void transit_send(struct transit *transit, const struct transit_frame *frame);

/* Sends a stored frame that nobody is waiting for: a copy, or one delayed on purpose. */
void transit_send_aside(struct transit *transit, const struct transit_frame *frame);

/* Whether one more frame can be held. */
bool transit_can_hold(const struct transit *transit);

/* Holds a stored frame until `behind` others were sent. */
void transit_hold(struct transit *transit, const struct transit_frame *frame, uint32_t behind);

/* When the next frame arrives; NEVER when none is on its way. */
usec_t transit_deadline(const struct transit *transit);

/* Takes the first frame that has arrived by `now`; false when there is none. Its octets, at
 * transit_octets, stay until the next transit_store. */
bool transit_next(struct transit *transit, usec_t now, struct transit_frame *out);

struct span transit_octets(const struct transit *transit, const struct transit_frame *frame);

#endif
