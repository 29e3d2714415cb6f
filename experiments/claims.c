/* Reading claims.txt: rows, their fields, and what is wrong with one. */
#include "experiments/claims.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "experiments/assertion.h"

/* The file travels inside the programs, which find it wherever they are run from. */
__asm__(".section .rodata\n"
        "claims_text: .incbin \"experiments/claims.txt\"\n"
        ".byte 0\n"
        ".previous\n");
extern const char claims_text[];

static const char blanks[] = " \t";
static const char *const kinds[] = {"claim", "definition", "analogy", "advice"};
static const char *const verdicts[] = {"unsettled", "true", "true-if", "false", "not-yet"};

struct reader {
    struct claims *claims;
    struct claim *row; /* being read; NULL before the first */
    int line;
    long place; /* of that row in the text */
    struct fault *fault;
};

/* Returns -EBADMSG, with the line in front of the words. */
__attribute__((format(printf, 2, 3))) static int refuse(const struct reader *reader,
                                                        const char *format, ...)
{
    char what[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return fault_set(reader->fault, -EBADMSG, "claims.txt:%d: %s", reader->line, what);
}

const char *claim_kind_name(enum claim_kind kind)
{
    return kinds[kind];
}

const char *verdict_name(enum verdict verdict)
{
    return verdicts[verdict];
}

/* The index of `word` in `list`, or -1. */
static int index_of(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (word && strcmp(word, list[i]) == 0)
            return (int)i;
    return -1;
}

/* ---- a row, when all of it is read ---- */

/* Both languages, or neither. */
static bool is_whole(struct words words)
{
    return !words.en == !words.zh;
}

static int check_words(const struct reader *reader)
{
    const struct claim *row = reader->row;
    if (!row->says.en || !row->says.zh)
        return refuse(reader, "the row above says nothing in \"en:\" or in \"zh:\"");
    if (!is_whole(row->condition) || !is_whole(row->fact) || !is_whole(row->why))
        return refuse(reader, "the row above has words in one language only");
    return 0;
}

static int check_logic(const struct reader *reader)
{
    const struct claim *row = reader->row;
    bool is_claim = row->kind == KIND_CLAIM;
    if (is_claim && !row->experiment == !row->why.en)
        return refuse(reader, "the claim above needs either an experiment or \"why-en:\"");
    if (!is_claim && (row->experiment || row->why.en))
        return refuse(reader, "the row above is no claim, and nothing settles it");
    if (row->holds && !row->experiment)
        return refuse(reader, "the row above has \"holds:\" and names no experiment");
    if (row->without && (!row->holds || !row->condition.en))
        return refuse(reader, "\"without:\" wants \"holds:\" and \"if-en:\"");
    return 0;
}

static int set_expected(const struct reader *reader)
{
    struct claim *row = reader->row;
    int own = index_of(row->own, verdicts, ARRAY_LEN(verdicts));
    if (row->own && own <= VERDICT_UNSETTLED)
        return refuse(reader, "own: '%.20s' is none of true, true-if, false, not-yet", row->own);
    row->expected = row->own            ? (enum verdict)own
                    : row->condition.en ? VERDICT_TRUE_IF
                                        : VERDICT_TRUE;
    return 0;
}

static int end_row(const struct reader *reader)
{
    if (!reader->row)
        return 0;
    int error = check_words(reader);
    if (!error)
        error = check_logic(reader);
    return error ? error : set_expected(reader);
}

/* ---- a row's first line ---- */

enum { LINES_MOST = 1000000 }; /* of any text */

/* "57a": rows stand in the text's order, and none has another one's place. */
static int read_place(struct reader *reader, const char *where)
{
    char *letter;
    long line = strtol(where, &letter, 10);
    bool fits = line > 0 && line <= LINES_MOST;
    long place = fits ? line * 32 : 0;
    if (islower((unsigned char)*letter))
        place += *letter++ - 'a' + 1;
    if (!fits || !isdigit((unsigned char)*where) || *letter)
        return refuse(reader, "'%.20s' is no line of the text: 57 or 57a", where);
    if (place <= reader->place)
        return refuse(reader, "%.20s does not come after the row above", where);
    reader->place = place;
    return 0;
}

static int begin_row(struct reader *reader, char *text)
{
    int error = end_row(reader);
    if (error)
        return error;
    char *rest;
    const char *where = strtok_r(text, blanks, &rest);
    const char *kind = strtok_r(NULL, blanks, &rest);
    const char *experiment = strtok_r(NULL, blanks, &rest);
    const char *more = strtok_r(NULL, blanks, &rest);
    int index = index_of(kind, kinds, ARRAY_LEN(kinds));
    if (read_place(reader, where))
        return -EBADMSG;
    if (index < 0)
        return refuse(reader, "'%.20s' is none of claim, definition, analogy, advice",
                      kind ? kind : "");
    if (more)
        return refuse(reader, "'%.20s' is one word too many", more);
    reader->row = &reader->claims->rows[reader->claims->count++];
    *reader->row = (struct claim){.where = where,
                                  .kind = (enum claim_kind)index,
                                  .experiment = experiment,
                                  .line = reader->line};
    return 0;
}

/* ---- its other lines ---- */

static const struct field {
    const char *name;
    size_t offset;
    bool is_assertion;
} fields[] = {
    {"en", offsetof(struct claim, says.en), false},
    {"zh", offsetof(struct claim, says.zh), false},
    {"holds", offsetof(struct claim, holds), true},
    {"without", offsetof(struct claim, without), true},
    {"if-en", offsetof(struct claim, condition.en), false},
    {"if-zh", offsetof(struct claim, condition.zh), false},
    {"fact-en", offsetof(struct claim, fact.en), false},
    {"fact-zh", offsetof(struct claim, fact.zh), false},
    {"why-en", offsetof(struct claim, why.en), false},
    {"why-zh", offsetof(struct claim, why.zh), false},
    {"shows", offsetof(struct claim, shows), false},
    {"own", offsetof(struct claim, own), false},
};

static const struct field *find_field(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

static int check_assertion(const struct reader *reader, const char *text)
{
    struct fault why = {0};
    return assertion_check(text, &why) ? refuse(reader, "%s", why.text) : 0;
}

static int read_field(struct reader *reader, char *text)
{
    char *colon = strchr(text, ':');
    if (!reader->row)
        return refuse(reader, "there is no row yet that this line could belong to");
    if (!colon)
        return refuse(reader, "a line of a row begins with a word and a colon: \"en: ...\"");
    *colon = '\0';
    const char *value = colon + 1 + strspn(colon + 1, blanks);
    const struct field *field = find_field(text);
    if (!field)
        return refuse(reader, "there is no \"%.20s:\" in a row", text);
    const char **slot = (const char **)((char *)reader->row + field->offset);
    if (*slot)
        return refuse(reader, "the row has two lines \"%s:\"", field->name);
    if (!*value)
        return refuse(reader, "nothing stands behind \"%s:\"", field->name);
    *slot = value;
    return field->is_assertion ? check_assertion(reader, value) : 0;
}

/* ---- the file ---- */

static void strip(char *line)
{
    size_t length = strlen(line);
    while (length > 0 && strchr(" \t\r", line[length - 1]))
        line[--length] = '\0';
}

static int read_line(struct reader *reader, char *line)
{
    size_t indent = strspn(line, blanks);
    reader->line++;
    strip(line);
    if (line[0] == '\0' || line[indent] == '#')
        return 0;
    return indent ? read_field(reader, line + indent) : begin_row(reader, line);
}

static int read_all(struct reader *reader)
{
    char *line, *rest = reader->claims->text;
    int error = 0;
    while (!error && (line = strsep(&rest, "\n")))
        error = read_line(reader, line);
    return error ? error : end_row(reader);
}

static size_t count_lines(const char *text)
{
    size_t lines = 1;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

int claims_parse(struct claims *claims, const char *text, struct fault *fault)
{
    struct reader reader = {.claims = claims, .fault = fault};
    *claims = (struct claims){.rows = calloc(count_lines(text), sizeof *claims->rows),
                              .text = strdup(text)};
    int error = claims->rows && claims->text
                    ? read_all(&reader)
                    : fault_errno(fault, -ENOMEM, "no room for the claims");
    if (error)
        claims_fini(claims);
    return error;
}

int claims_load(struct claims *claims, struct fault *fault)
{
    return claims_parse(claims, claims_text, fault);
}

void claims_fini(struct claims *claims)
{
    free(claims->rows);
    free(claims->text);
    *claims = (struct claims){0};
}
