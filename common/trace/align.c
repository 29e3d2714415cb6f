/* The longest common subsequence of two ladders' rows, by the textbook's table. */
#include "trace/align.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "trace/label.h"

/* The table: best(i, j) is how many rows are equal among left's from i on and right's from j on. */
struct table {
    char (*left_keys)[LABEL_MAX], (*right_keys)[LABEL_MAX];
    size_t left_count, right_count;
    uint32_t *best;
};

static uint32_t *cell(const struct table *table, size_t i, size_t j)
{
    return &table->best[i * (table->right_count + 1) + j];
}

static bool equal(const struct table *table, size_t i, size_t j)
{
    return strcmp(table->left_keys[i], table->right_keys[j]) == 0;
}

static void fill(struct table *table)
{
    for (size_t i = table->left_count; i-- > 0;) {
        for (size_t j = table->right_count; j-- > 0;) {
            uint32_t down = *cell(table, i + 1, j), across = *cell(table, i, j + 1);
            *cell(table, i, j) = equal(table, i, j) ? *cell(table, i + 1, j + 1) + 1
                                 : down > across    ? down
                                                    : across;
        }
    }
}

static char (*keys_of(const struct rows *rows))[LABEL_MAX]
{
    char(*keys)[LABEL_MAX] = calloc(rows->count + 1, sizeof(*keys));
    for (size_t i = 0; keys && i < rows->count; i++)
        label_key(&rows->row[i], keys[i]);
    return keys;
}

static void table_fini(struct table *table)
{
    free(table->left_keys);
    free(table->right_keys);
    free(table->best);
}

static int table_init(struct table *table, const struct rows *left, const struct rows *right)
{
    *table = (struct table){.left_keys = keys_of(left),
                            .right_keys = keys_of(right),
                            .left_count = left->count,
                            .right_count = right->count};
    table->best = calloc((left->count + 1) * (right->count + 1), sizeof(*table->best));
    if (!table->left_keys || !table->right_keys || !table->best) {
        table_fini(table);
        return -ENOMEM;
    }
    fill(table);
    return 0;
}

/* What one side shows and the other does not is a difference if it is about a segment: remarks,
 * silences and states follow from those. */
static bool matters(const struct rows *rows, size_t index)
{
    if (index == ALIGN_NONE)
        return false;
    return row_is_arrow(&rows->row[index]) || rows->row[index].kind == ROW_DROP;
}

/* The rows up to the next equal pair at (i, j) stand opposite each other, as they come. */
static size_t pair_unequal(struct aligned *out, size_t from[2], const size_t to[2],
                           const struct rows *const rows[2])
{
    size_t count = 0;
    while (from[0] < to[0] || from[1] < to[1]) {
        struct aligned *pair = &out[count++];
        pair->left = from[0] < to[0] ? from[0]++ : ALIGN_NONE;
        pair->right = from[1] < to[1] ? from[1]++ : ALIGN_NONE;
        pair->differs = matters(rows[0], pair->left) || matters(rows[1], pair->right);
    }
    return count;
}

int align_rows(const struct rows *left, const struct rows *right, struct aligned **out,
               size_t *count)
{
    const struct rows *const rows[2] = {left, right};
    struct table table;
    size_t done[2] = {0, 0}, here[2] = {0, 0};
    if (table_init(&table, left, right) < 0)
        return -ENOMEM;
    struct aligned *pairs = calloc(left->count + right->count + 1, sizeof(*pairs));
    if (!pairs) {
        table_fini(&table);
        return -ENOMEM;
    }
    *count = 0;
    while (here[0] < left->count && here[1] < right->count) {
        if (equal(&table, here[0], here[1])) {
            *count += pair_unequal(pairs + *count, done, here, rows);
            pairs[(*count)++] = (struct aligned){here[0]++, here[1]++, false};
            done[0] = here[0];
            done[1] = here[1];
        } else if (*cell(&table, here[0] + 1, here[1]) >= *cell(&table, here[0], here[1] + 1)) {
            here[0]++;
        } else {
            here[1]++;
        }
    }
    here[0] = left->count;
    here[1] = right->count;
    *count += pair_unequal(pairs + *count, done, here, rows);
    table_fini(&table);
    *out = pairs;
    return 0;
}
