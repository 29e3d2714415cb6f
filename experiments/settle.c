/* Walks over the claims of one experiment. */
#include "experiments/settle.h"

#include <errno.h>
#include <string.h>

/* The next claim of this experiment that has an assertion, from `*index` on; NULL after the last.
 */
static const struct claim *next_claim(const struct settle *settle, size_t *index)
{
    while (*index < settle->claims->count) {
        const struct claim *claim = &settle->claims->rows[(*index)++];
        if (claim->holds && strcmp(claim->experiment, settle->experiment) == 0)
            return claim;
    }
    return NULL;
}

/* False when only some scenes were played, and not those that settle it. */
static bool was_played(const struct settle *settle, const struct claim *claim)
{
    for (size_t i = 0; i < settle->count; i++)
        if (verdict_pass(claim, &settle->witnesses[i]).why.error != -ENOENT)
            return true;
    return false;
}

void settle_print(const struct settle *settle, FILE *out, enum language language, unsigned width)
{
    struct verdict_page page = {.out = out,
                                .language = language,
                                .width = width,
                                .witnesses = settle->witnesses,
                                .count = settle->count};
    const struct claim *claim;
    bool is_empty = true;
    for (size_t i = 0; (claim = next_claim(settle, &i));) {
        if (!was_played(settle, claim))
            continue;
        if (is_empty)
            verdict_print_head(&page);
        is_empty = false;
        verdict_print(&page, claim);
    }
    if (!is_empty)
        verdict_print_foot(&page);
}

/* Whether the first result that decides the claim is one of this scene. */
static bool begins_with(const struct claim *claim, const struct results *scene)
{
    const char *name = results_get(scene, "scene");
    size_t length = strlen(name);
    return strncmp(claim->holds, name, length) == 0 && claim->holds[length] == '.';
}

void settle_put(const struct settle *settle, const struct witness *witness, struct results *scene)
{
    const struct claim *claim;
    for (size_t i = 0; (claim = next_claim(settle, &i));) {
        const struct ruling ruling = verdict_pass(claim, witness);
        char key[RESULT_KEY_MAX];
        if (ruling.verdict == VERDICT_UNSETTLED || !begins_with(claim, scene))
            continue;
        snprintf(key, sizeof key, "claim_%s", claim->where);
        results_put_text(scene, key, verdict_name(ruling.verdict));
    }
}

int settle_judge(const struct settle *settle, struct fault *fault)
{
    const struct claim *claim;
    for (size_t i = 0; (claim = next_claim(settle, &i));)
        for (size_t w = 0; w < settle->count; w++) {
            const struct ruling ruling = verdict_pass(claim, &settle->witnesses[w]);
            if (ruling.failed)
                return fault_set(fault, -EPROTO, "%s makes claim %s of the text %s, not %s",
                                 pair_name(settle->witnesses[w].pair), claim->where,
                                 verdict_name(ruling.verdict), verdict_name(claim->expected));
        }
    return 0;
}
