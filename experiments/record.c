/* One object a line. */
#include "experiments/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int add(struct record *record, const char *line, struct fault *fault)
{
    size_t room = (record->count + 1) * sizeof *record->runs;
    struct results *runs = realloc(record->runs, room);
    if (!runs)
        return fault_errno(fault, -ENOMEM, "no room for results");
    record->runs = runs;
    int read = results_read_json(&runs[record->count], line);
    if (read < 0)
        return fault_set(fault, -EPROTO, "these are no results: %.60s", line);
    record->count += (size_t)read;
    return 0;
}

static const char *stack_of(const struct results *run)
{
    const char *stack = results_get(run, "stack");
    return stack ? stack : "";
}

/* By the pair's name, and where that is the same, as they were played. */
static int compare(const void *a, const void *b)
{
    const struct results *left = *(const struct results *const *)a;
    const struct results *right = *(const struct results *const *)b;
    int order = strcmp(stack_of(left), stack_of(right));
    return order ? order : (left > right) - (left < right);
}

int record_read(struct record *record, FILE *json, struct fault *fault)
{
    char *line = NULL;
    size_t room = 0;
    int error = 0;
    *record = (struct record){0};
    while (!error && getline(&line, &room, json) >= 0)
        error = add(record, line, fault);
    free(line);
    record->order = calloc(record->count + 1, sizeof(void *));
    if (!error && !record->order)
        error = fault_errno(fault, -ENOMEM, "no room for results");
    for (size_t i = 0; i < record->count && record->order; i++)
        record->order[i] = &record->runs[i];
    if (record->order)
        qsort(record->order, record->count, sizeof(void *), compare);
    return error;
}

struct evidence record_evidence(const struct record *record, struct pair pair)
{
    struct evidence evidence = {record->order, 0};
    size_t i = 0;
    while (i < record->count && strcmp(stack_of(record->order[i]), pair_name(pair)) != 0)
        i++;
    evidence.scenes += i;
    while (i + evidence.count < record->count &&
           strcmp(stack_of(evidence.scenes[evidence.count]), pair_name(pair)) == 0)
        evidence.count++;
    return evidence;
}

void record_fini(struct record *record)
{
    free(record->runs);
    free(record->order);
    *record = (struct record){0};
}
