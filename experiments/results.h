/* What an experiment measured: key=value pairs, for people, for bats, for jq, and for the sentences
 * that quote them. */
#ifndef EXPERIMENTS_RESULTS_H
#define EXPERIMENTS_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { RESULT_KEY_MAX = 40, RESULT_VALUE_MAX = 80, RESULTS_MAX = 128 };

struct result {
    char key[RESULT_KEY_MAX];
    char value[RESULT_VALUE_MAX];
    bool is_number;
};

/* In the order in which they were put; no key twice. */
struct results {
    struct result entries[RESULTS_MAX];
    size_t count;
};

/* Puts or replaces. Keys are made of letters, digits and '_'. */
void results_put_number(struct results *results, const char *key, int64_t value);
void results_put_bool(struct results *results, const char *key, bool value); /* yes, no */
void results_put_text(struct results *results, const char *key, const char *value);

/* The errno's name ("ECONNRESET") for a negative errno, "0" for success. */
void results_put_error(struct results *results, const char *key, int error);

/* The entry, or NULL. */
const struct result *results_find(const struct results *results, const char *key);

/* The value, or NULL. */
const char *results_get(const struct results *results, const char *key);

/* "key=value key=value ..." on one line. */
void results_print(const struct results *results, FILE *out);

/* A JSON object. */
void results_print_json(const struct results *results, FILE *out);

/* The inverse, for a line on which there is one such object; what stands around it is skipped. 1; 0
 * when there is none; -EINVAL when there is something else. */
int results_read_json(struct results *results, const char *line);

/* Writes `sentence` with each {key} replaced by its value ("?" where there is none). */
void results_quote(const struct results *results, const char *sentence, FILE *out);

#endif
