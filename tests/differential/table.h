/* The table of divergences that are known, understood and justified: divergences.txt. */
#ifndef TESTS_DIFFERENTIAL_TABLE_H
#define TESTS_DIFFERENTIAL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum { COLUMNS = 5, ROWS_MAX = 200 };

struct table {
    char *text;
    struct row {
        char *columns[COLUMNS]; /* state, stimulus, kernel, own: patterns; and why */
        unsigned met;
    } rows[ROWS_MAX];
    size_t count;
};

/* Reads a file. 0 or a negative errno. */
int table_read(struct table *table, const char *path);
void table_free(struct table *table);

/* The row that explains it, or NULL. `what` has a text for each column but the last. */
struct row *table_find(struct table *table, const char *const what[COLUMNS - 1]);

#endif
