/* Rows of patterns as in a shell (fnmatch(3)), columns between bars. */
#include "tests/differential/table.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *trimmed(char *text)
{
    text += strspn(text, " ");
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == ' ')
        text[--len] = '\0';
    return text;
}

static bool read_row(struct row *row, char *line)
{
    for (int i = 0; i < COLUMNS; i++) {
        char *column = strsep(&line, "|");
        if (!column)
            return false;
        row->columns[i] = trimmed(column);
    }
    return true;
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t cap = 0;
    if (file && getdelim(&text, &cap, '\0', file) < 0) {
        free(text);
        text = NULL;
    }
    if (file)
        fclose(file);
    return text;
}

int table_read(struct table *table, const char *path)
{
    char *line, *rest;
    *table = (struct table){.text = read_file(path)};
    rest = table->text;
    if (!rest)
        return -EIO;
    while ((line = strsep(&rest, "\n")) != NULL) {
        if (line[0] == '#' || line[0] == '\0')
            continue;
        if (table->count == ROWS_MAX || !read_row(&table->rows[table->count++], line))
            return -EBADMSG;
    }
    return 0;
}

void table_free(struct table *table)
{
    free(table->text);
}

struct row *table_find(struct table *table, const char *const what[COLUMNS - 1])
{
    for (size_t r = 0; r < table->count; r++) {
        bool all = true;
        for (int i = 0; i < COLUMNS - 1; i++)
            all = all && fnmatch(table->rows[r].columns[i], what[i], 0) == 0;
        if (all)
            return &table->rows[r];
    }
    return NULL;
}
