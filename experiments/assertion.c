/* Assertions are read anew each time they are judged: they are short, and so is the grammar. */
#include "experiments/assertion.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

/* One word of an assertion, without its quotes. */
struct word {
    char text[RESULT_VALUE_MAX];
    bool quoted;
};

/* Reads the next word, and moves the cursor behind it. False at the end. */
static bool next_word(const char **cursor, struct word *word)
{
    const char *start = *cursor + strspn(*cursor, " ");
    word->quoted = *start == '"';
    start += word->quoted;
    size_t length = strcspn(start, word->quoted ? "\"" : " ");
    snprintf(word->text, sizeof word->text, "%.*s", (int)length, start);
    *cursor = start + length;
    if (word->quoted && **cursor == '"')
        ++*cursor;
    return length > 0 || word->quoted;
}

/* True for SCENE.KEY. */
static bool is_reference(const struct word *word)
{
    return !word->quoted && strchr(word->text, '.');
}

static bool is_word(const struct word *word, const char *text)
{
    return !word->quoted && strcmp(word->text, text) == 0;
}

/* ---- looking things up ---- */

static const struct results *find_scene(const struct evidence *evidence, const char *name,
                                        size_t length)
{
    for (size_t i = 0; i < evidence->count; i++) {
        const char *scene = results_get(evidence->scenes[i], "scene");
        if (scene && strlen(scene) == length && memcmp(scene, name, length) == 0)
            return evidence->scenes[i];
    }
    return NULL;
}

static const struct results *scene_of(const struct word *reference, const struct evidence *evidence)
{
    return find_scene(evidence, reference->text, strcspn(reference->text, "."));
}

/* The value that an operand stands for, or NULL with `why`. */
static const char *value_of(const struct word *operand, const struct evidence *evidence,
                            struct fault *why)
{
    if (!is_reference(operand))
        return operand->text;
    const char *key = strchr(operand->text, '.') + 1;
    const struct results *scene = scene_of(operand, evidence);
    const char *value = scene ? results_get(scene, key) : NULL;
    if (!scene)
        fault_set(why, -ENOENT, "the scene of %s was not played", operand->text);
    else if (!value)
        fault_set(why, -ENODATA, "nothing measured %s", operand->text);
    return value;
}

static bool is_number(const char *text, long long *number)
{
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    return *text && !*end && !errno;
}

/* ---- operators ---- */

enum operation { EQUAL, NOT_EQUAL, LESS, AT_MOST, GREATER, AT_LEAST, HAS, LACKS, OPERATIONS };

static const char *const operators[OPERATIONS] = {"=", "!=", "<", "<=", ">", ">=", "has", "lacks"};

static bool is_ordering(enum operation operation)
{
    return operation >= LESS && operation <= AT_LEAST;
}

/* The sign of left - right, of numbers, or 1 for words that differ. */
static int order_of(const char *left, const char *right, bool *are_numbers)
{
    long long a, b;
    *are_numbers = is_number(left, &a) && is_number(right, &b);
    if (*are_numbers)
        return (a > b) - (a < b);
    return strcmp(left, right) != 0;
}

static int apply(enum operation operation, const char *left, const char *right, struct fault *why)
{
    bool are_numbers;
    int order = order_of(left, right, &are_numbers);
    if (is_ordering(operation) && !are_numbers)
        return fault_set(why, -ENODATA, "'%s' and '%s' are not both numbers", left, right);
    const bool holds[OPERATIONS] = {
        [EQUAL] = order == 0,
        [NOT_EQUAL] = order != 0,
        [LESS] = order<0, [AT_MOST] = order <= 0, [GREATER] = order> 0,
        [AT_LEAST] = order >= 0,
        [HAS] = strstr(left, right) != NULL,
        [LACKS] = strstr(left, right) == NULL,
    };
    return holds[operation];
}

/* ---- comparisons ---- */

struct comparison {
    struct word left, right;
    enum operation operation;
};

static int read_operation(const struct word *word, enum operation *operation, struct fault *fault)
{
    for (int i = 0; i < OPERATIONS; i++)
        if (is_word(word, operators[i])) {
            *operation = (enum operation)i;
            return 0;
        }
    return fault_set(fault, -EINVAL, "'%s' is none of = != < <= > >= has lacks", word->text);
}

/* Reads one comparison and the "and" behind it. Returns 1, 0 when it was the last one, or -EINVAL
 * with `fault`. */
static int next_comparison(const char **cursor, struct comparison *comparison, struct fault *fault)
{
    struct word operator, conjunction;
    if (!next_word(cursor, &comparison->left))
        return fault_set(fault, -EINVAL, "a comparison is missing");
    if (!is_reference(&comparison->left))
        return fault_set(fault, -EINVAL, "'%s' is not SCENE.KEY", comparison->left.text);
    if (!next_word(cursor, &operator))
        return fault_set(fault, -EINVAL, "'%s' is compared with nothing", comparison->left.text);
    if (read_operation(&operator, & comparison->operation, fault))
        return -EINVAL;
    if (!next_word(cursor, &comparison->right))
        return fault_set(fault, -EINVAL, "nothing stands behind '%s'", operator.text);
    if (!next_word(cursor, &conjunction))
        return 0;
    return is_word(&conjunction, "and")
               ? 1
               : fault_set(fault, -EINVAL, "'%s' where \"and\" was expected", conjunction.text);
}

static int compare(const struct comparison *comparison, const struct evidence *evidence,
                   struct fault *why)
{
    const char *left = value_of(&comparison->left, evidence, why);
    const char *right = value_of(&comparison->right, evidence, why);
    return left && right ? apply(comparison->operation, left, right, why) : why->error;
}

/* ---- what others call ---- */

int assertion_check(const char *text, struct fault *fault)
{
    struct comparison comparison;
    int more;
    do
        more = next_comparison(&text, &comparison, fault);
    while (more > 0);
    return more;
}

int assertion_holds(const char *text, const struct evidence *evidence, struct fault *why)
{
    struct comparison comparison;
    int more, all = 1;
    do {
        more = next_comparison(&text, &comparison, why);
        int holds = more < 0 ? more : compare(&comparison, evidence, why);
        if (holds < 0)
            return holds;
        all &= holds;
    } while (more > 0);
    return all;
}

bool assertion_is_noisy(const char *text, const struct evidence *evidence)
{
    struct word word;
    while (next_word(&text, &word)) {
        const struct results *scene = is_reference(&word) ? scene_of(&word, evidence) : NULL;
        const char *noisy = scene ? results_get(scene, "noisy") : NULL;
        if (noisy && strcmp(noisy, "yes") == 0)
            return true;
    }
    return false;
}

static bool is_found(const struct measured *found, size_t count, const struct result *result)
{
    for (size_t i = 0; i < count; i++)
        if (found[i].result == result)
            return true;
    return false;
}

size_t assertion_find(const char *text, const struct evidence *evidence, struct measured *found,
                      size_t count, size_t cap)
{
    struct word word;
    while (count < cap && next_word(&text, &word)) {
        const struct results *scene = is_reference(&word) ? scene_of(&word, evidence) : NULL;
        const struct result *result =
            scene ? results_find(scene, strchr(word.text, '.') + 1) : NULL;
        if (result && !is_found(found, count, result))
            found[count++] = (struct measured){results_get(scene, "scene"), result};
    }
    return count;
}
