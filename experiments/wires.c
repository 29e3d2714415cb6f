/* A line is words; from the third on they are options like any program's. */
#include "experiments/wires.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "testbed/options.h"

enum { WORDS_MOST = 24 };

/* Cuts the line at its blanks; returns how many words there are, the array ending with NULL. */
static int split(char *line, char *words[WORDS_MOST + 1])
{
    int count = 0;
    char *rest = line;
    line[strcspn(line, "#\n")] = '\0';
    for (char *word; count < WORDS_MOST && (word = strtok_r(rest, " \t", &rest));)
        words[count++] = word;
    words[count] = NULL;
    return count;
}

/* The words from the second on, with one blank between them. */
static void join(char *out, size_t size, char *const *words)
{
    size_t length = 0;
    *out = '\0';
    for (; *words && length < size; words++)
        length += (size_t)snprintf(out + length, size - length, "%s%s", length ? " " : "", *words);
}

/* `words` are the name, the octets and the options: as if a program were called by the octets. */
static int read_row(struct wire *wire, int count, char **words, struct fault *fault)
{
    struct testbed_config config = {0};
    char octets[] = "--octets", *argv[WORDS_MOST + 3] = {words[0], octets};
    const struct option_spec size = {"octets",  0,    OPTION_SIZE, &wire->bytes,
                                     "to send", NULL, 1,           INT64_MAX};
    const struct option_group groups[] = {{"Row", &size, 1}, testbed_option_group(&config)};
    struct program row = {.groups = groups, .group_count = ARRAY_LEN(groups)};

    if (count < 2 || strlen(words[0]) >= sizeof wire->name)
        return fault_set(fault, -EBADMSG, "give a name of less than %zu letters and octets",
                         sizeof wire->name);
    memcpy(argv + 2, words + 1, (size_t)count * sizeof *words); /* NULL included */
    strcpy(wire->name, words[0]);
    join(wire->options, sizeof wire->options, words + 2);
    if (options_parse(&row, count + 1, argv, fault) != OPTIONS_RUN)
        return -EBADMSG;
    if (config.medium.script || config.medium.seed || config.direct)
        return fault_set(fault, -EBADMSG, "a row has no script, no seed, and always a wire");
    wire->impairment = config.medium.both;
    return 0;
}

static int read_line(struct wires *wires, char *line, struct fault *fault)
{
    char *words[WORDS_MOST + 1];
    if (strlen(line) == WIRE_ROW_SIZE - 1)
        return fault_set(fault, -EBADMSG, "the line is too long");
    int count = split(line, words);
    if (count == 0)
        return 0;
    if (wires->count == WIRES_MOST)
        return fault_set(fault, -EBADMSG, "more than %d wires", WIRES_MOST);
    return read_row(&wires->each[wires->count++], count, words, fault);
}

int wires_read(struct wires *wires, const char *path, struct fault *fault)
{
    char line[WIRE_ROW_SIZE];
    struct fault why = {0};
    FILE *file = fopen(path, "r");
    if (!file)
        return fault_errno(fault, -errno, "cannot read %.200s", path);
    wires->count = 0;
    for (int number = 1; !fault->error && fgets(line, sizeof line, file); number++)
        if (read_line(wires, line, &why))
            fault_set(fault, -EBADMSG, "%.60s:%d: %.200s", path, number, why.text);
    if (ferror(file))
        fault_errno(fault, -EIO, "cannot read %.200s", path);
    fclose(file);
    return fault->error;
}

const struct wire *wires_find(const struct wires *wires, const char *name)
{
    for (size_t i = 0; i < wires->count; i++)
        if (strcmp(wires->each[i].name, name) == 0)
            return &wires->each[i];
    return NULL;
}
