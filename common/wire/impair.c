/* Chance, six draws a frame. */
#include "wire/impair.h"

void impair_draw(struct chances *out, struct prng *prng, const struct impairment *impairment)
{
    out->loss = prng_chance(prng, impairment->loss_ppm);
    out->dup = prng_chance(prng, impairment->dup_ppm);
    out->reorder = prng_chance(prng, impairment->reorder_ppm);
    out->corrupt = prng_chance(prng, impairment->corrupt_ppm);
    /* prng_below would be free to draw more than once. */
    out->reorder_by = 1 + (uint32_t)(prng_next(prng) % IMPAIR_REORDER_MAX);
    out->bit = prng_next(prng);
}

void impair_apply(const struct chances *chances, struct span frame, struct verdict *verdict)
{
    if (chances->dup)
        verdict_add(verdict, FATE_DUP, "random duplicate");
    if (chances->reorder && !(verdict->fate & FATE_REORDER)) {
        verdict_add(verdict, FATE_REORDER, "random reorder by %u", chances->reorder_by);
        verdict->reorder_by = chances->reorder_by;
    }
    if (!chances->corrupt || verdict->edit.kind != EDIT_NONE)
        return;
    verdict->edit = edit_any_bit(frame, chances->bit);
    if (verdict->edit.kind != EDIT_NONE)
        verdict_add(verdict, FATE_CORRUPT, "random corruption of octet %u", verdict->edit.at);
}
