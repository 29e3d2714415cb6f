/* The medium between two hosts: what happens to a frame on its way.
 *
 * Pure in behaviour: no I/O, no clock, no lock; the same frames at the same times with the same
 * seed always meet the same fate. The wire thread (common/wire/relay.h) drives it with real time
 * between two veth ends, the memory testbed with virtual time. Frames are copied in; memory is
 * allocated by medium_new, within the bound given there.
 *
 * Drive it so: medium_enter for each frame as it arrives; sleep until medium_deadline; then
 * medium_next until it says no. */
#ifndef WIRE_MEDIUM_H
#define WIRE_MEDIUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/event.h"
#include "base/fault.h"
#include "base/usec.h"

enum {
    MEDIUM_MTU_DEFAULT = 1500,
    MEDIUM_QUEUE_DEFAULT = 100, /* frames */
    MEDIUM_QUEUE_MAX = 4096,
    MEDIUM_INSIDE_MAX = 8192, /* frames on their way in one direction; more are dropped */
};

enum wire_dir { WIRE_A_TO_B, WIRE_B_TO_A };

/* Chances in parts per million, each drawn independently for each frame. A corrupted frame has one
 * bit flipped beyond its Ethernet header; a reordered one is overtaken by the next one to three
 * frames, or goes on by itself 20 ms late when none follow. */
struct impairment {
    usec_t delay;      /* one way */
    uint64_t rate_bps; /* 0: unlimited */
    int64_t queue_len; /* frames waiting while one is sent; 0: MEDIUM_QUEUE_DEFAULT */
    uint32_t loss_ppm, dup_ppm, reorder_ppm, corrupt_ppm;
};

struct medium_config {
    struct impairment both; /* the same in each direction */
    const char *script;     /* rules, see wire/script.h; NULL for none */
    uint64_t seed;
    uint32_t mtu; /* without the Ethernet header; 0: 1500; longer frames are dropped, counted */
    struct event_sink *sink; /* hears FRAME, DELIVER, and NOTE when the script changes the wire; or
                                NULL */
};

/* entered + duplicated + replayed = delivered + dropped + those still inside. */
struct medium_counts {
    uint64_t entered, delivered, dropped, duplicated, reordered, delayed, corrupted, replayed;
    uint64_t queue_full, oversize; /* among the dropped */
};

struct medium;

/* Returns 0, -ENOMEM, or -EINVAL with `fault` naming the script's line and what is wrong. */
int medium_new(struct medium **out, const struct medium_config *config, struct fault *fault);
void medium_free(struct medium *medium);

/* A frame enters from the host at the start of `dir`. */
void medium_enter(struct medium *medium, usec_t now, enum wire_dir dir, struct span frame);

/* When the next frame leaves (or a script's time comes); NEVER when none is inside. */
usec_t medium_deadline(const struct medium *medium);

/* Takes a frame that is due at `now`, in order of time. It stays valid until the next medium_enter.
 * False when none is due. */
bool medium_next(struct medium *medium, usec_t now, enum wire_dir *dir, struct span *frame);

/* How many frames are inside, both directions together. */
uint32_t medium_inside(const struct medium *medium);

/* Counters per direction, since the start. */
void medium_get_counts(const struct medium *medium, enum wire_dir dir,
                       struct medium_counts *counts);

#endif
