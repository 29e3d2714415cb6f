/* Assertions on what an experiment measured: "three.count = 3 and three.segments has A:SYN".
 *
 * The left operand is a result, SCENE.KEY; the right one as well, when it has a dot in it, else a
 * number or a word, in quotes where it has blanks or a dot. Operators: = != < <= > >= for numbers
 * (and = != for words), has and lacks for a piece of a text. Comparisons are joined by "and". */
#ifndef EXPERIMENTS_ASSERTION_H
#define EXPERIMENTS_ASSERTION_H

#include <stdbool.h>

#include "base/fault.h"
#include "experiments/results.h"

/* What was measured: the results of one experiment's scenes on one pair of stacks. */
struct evidence {
    const struct results *const *scenes; /* each has the key "scene" */
    size_t count;
};

/* Whether `text` is an assertion: 0, or -EINVAL with `fault`. */
int assertion_check(const char *text, struct fault *fault);

/* Whether it holds: 1 or 0; when that cannot be said a negative errno with `why`: -ENOENT for a
 * scene that was not played, -ENODATA for a key that it did not measure, or an order of words.
 * `text` has passed the check. */
int assertion_holds(const char *text, const struct evidence *evidence, struct fault *why);

/* Whether a scene that it names was disturbed by a busy machine ("noisy"). */
bool assertion_is_noisy(const char *text, const struct evidence *evidence);

/* The results that it names: which of those that were measured, in their order, at most `cap` of
 * them, none twice. `text` may also be a bare list of SCENE.KEY. Appends to `found`, in which there
 * are `count` already, and returns how many there are then. */
struct measured {
    const char *scene;
    const struct result *result;
};
size_t assertion_find(const char *text, const struct evidence *evidence, struct measured *found,
                      size_t count, size_t cap);

#endif
