/* Chance: whether a frame is lost, duplicated, reordered or corrupted.
 *
 * Every frame takes the same number of draws whatever the chances are, so that the same frames at
 * the same seed meet the same decisions, and one chance may be changed without disturbing the
 * others. Pure. */
#ifndef WIRE_IMPAIR_H
#define WIRE_IMPAIR_H

#include "base/prng.h"
#include "wire/medium.h"
#include "wire/verdict.h"

enum {
    IMPAIR_REORDER_MAX = 3, /* frames that overtake one reordered by chance: 1 to this many */
};

struct chances {
    bool loss, dup, reorder, corrupt;
    uint32_t reorder_by;
    uint64_t bit; /* picks the bit to corrupt */
};

/* Draws for one frame. */
void impair_draw(struct chances *out, struct prng *prng, const struct impairment *impairment);

/* Adds to the verdict what the chances say beyond loss. Damage the script has done stays alone: a
 * second flip could undo it. */
void impair_apply(const struct chances *chances, struct span frame, struct verdict *verdict);

#endif
