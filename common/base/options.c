/* The option parser: one walk over argv, and the words that explain what was wrong in it. */
#include "base/options.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/option_value.h"

enum {
    NAME_MOST = 40,      /* characters of a name that are compared when looking for the nearest */
    TYPOS_MOST = 3,      /* further away, a suggestion would only confuse */
    ACCEPTS_BYTES = 160, /* room for what an option accepts, in words */
    LEFT_WIDTH = 30      /* columns of --help that hold options, before their explanations */
};

/* One option as it stands in argv: "--name", "--name=value", "-n" or "-nvalue". */
struct token {
    const char *text; /* as typed, for messages */
    const char *name;
    size_t length;
    const char *attached; /* the value in the same word, or NULL */
    bool is_short;
};

static struct token split(const char *argument)
{
    struct token token = {.text = argument};
    token.is_short = argument[1] != '-';
    if (token.is_short) {
        token.name = argument + 1;
        token.length = 1;
        token.attached = argument[2] ? argument + 2 : NULL;
        return token;
    }
    token.name = argument + 2;
    token.length = strcspn(token.name, "=");
    token.attached = token.name[token.length] == '=' ? token.name + token.length + 1 : NULL;
    return token;
}

/* ---- finding ---- */

static const struct option_spec *spec_at(const struct program *program, size_t index)
{
    for (size_t g = 0; g < program->group_count; g++) {
        if (index < program->groups[g].count)
            return &program->groups[g].specs[index];
        index -= program->groups[g].count;
    }
    return NULL;
}

static bool is_named(const struct option_spec *spec, const char *name, size_t length)
{
    return strlen(spec->name) == length && memcmp(spec->name, name, length) == 0;
}

static bool is_negated(const struct token *token)
{
    return !token->is_short && token->length > 3 && memcmp(token->name, "no-", 3) == 0;
}

/* The option a token means, or NULL; *negated for the --no- form of a flag. */
static const struct option_spec *find(const struct program *program, const struct token *token,
                                      bool *negated)
{
    bool no = is_negated(token);
    const struct option_spec *spec;
    for (size_t i = 0; (spec = spec_at(program, i)) != NULL; i++) {
        *negated = false;
        if (token->is_short ? spec->letter == token->name[0]
                            : is_named(spec, token->name, token->length))
            return spec;
        *negated = true;
        if (no && spec->kind == OPTION_FLAG && is_named(spec, token->name + 3, token->length - 3))
            return spec;
    }
    return NULL;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must be put in, left out or changed to make one name of the other
 * (Levenshtein), with one row of the table kept. */
static size_t distance(const char *a, size_t a_length, const char *b)
{
    size_t row[NAME_MOST + 1];
    size_t b_length = least(strlen(b), NAME_MOST);
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= least(a_length, NAME_MOST); i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(changed, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_length];
}

/* The option whose name is nearest to `name`, or NULL when none is near. */
static const struct option_spec *nearest(const struct program *program, const char *name,
                                         size_t length)
{
    const struct option_spec *spec, *found = NULL;
    size_t fewest = least(TYPOS_MOST, length / 2) + 1;
    for (size_t i = 0; (spec = spec_at(program, i)) != NULL; i++) {
        size_t typos = distance(name, length, spec->name);
        if (typos < fewest) {
            fewest = typos;
            found = spec;
        }
    }
    return found;
}

static int unknown(const struct program *program, const struct token *token, struct fault *fault)
{
    int typed = (int)(token->name + token->length - token->text); /* without a value */
    size_t skipped = is_negated(token) ? strlen("no-") : 0;
    const struct option_spec *spec =
        nearest(program, token->name + skipped, token->length - skipped);
    if (!spec)
        return fault_set(fault, -EINVAL, "unknown option %.*s: see --help", typed, token->text);
    const char *no = skipped && spec->kind == OPTION_FLAG ? "no-" : "";
    return fault_set(fault, -EINVAL, "unknown option %.*s: did you mean --%s%s?", typed,
                     token->text, no, spec->name);
}

/* ---- taking ---- */

static int refuse(const struct option_spec *spec, const char *value, enum option_verdict verdict,
                  struct fault *fault)
{
    const char *reason = verdict == VALUE_OUT_OF_RANGE ? "is out of range"
                         : verdict == VALUE_TOO_FINE   ? "is finer than can be kept"
                                                       : "is not understood";
    char accepts[ACCEPTS_BYTES];
    option_value_accepts(spec, accepts, sizeof(accepts));
    return fault_set(fault, -EINVAL, "--%s %.60s %s: give %s", spec->name, *value ? value : "''",
                     reason, accepts);
}

static int missing(const struct option_spec *spec, struct fault *fault)
{
    char accepts[ACCEPTS_BYTES];
    option_value_accepts(spec, accepts, sizeof(accepts));
    return fault_set(fault, -EINVAL, "--%s lacks its value: give %s", spec->name, accepts);
}

/* Takes the option at argv[0], with its value from argv[1] when it is not attached. Returns how
 * many words that were, or -EINVAL. */
static int take(const struct program *program, char **argv, struct fault *fault)
{
    struct token token = split(argv[0]);
    bool negated;
    const struct option_spec *spec = find(program, &token, &negated);
    if (!spec)
        return unknown(program, &token, fault);
    if (spec->kind == OPTION_FLAG) {
        if (token.attached)
            return fault_set(fault, -EINVAL, "--%s takes no value: write --%s or --no-%s",
                             spec->name, spec->name, spec->name);
        *(bool *)spec->value = !negated;
        return 1;
    }
    const char *value = token.attached ? token.attached : argv[1];
    if (!value)
        return missing(spec, fault);
    enum option_verdict verdict = option_value_parse(spec, value);
    if (verdict != VALUE_TAKEN)
        return refuse(spec, value, verdict, fault);
    return token.attached ? 1 : 2;
}

static bool is_option(const char *argument)
{
    return argument[0] == '-' && argument[1] != '\0';
}

static bool asks_for_help(const struct program *program, const char *argument)
{
    struct token h = split("-h");
    bool negated;
    return strcmp(argument, "--help") == 0 ||
           (strcmp(argument, "-h") == 0 && !find(program, &h, &negated));
}

/* Operands are moved to the front of argv, over words already read. */
static int add_operand(struct program *program, char *operand, struct fault *fault)
{
    if (!program->operands)
        return fault_set(fault, -EINVAL, "'%.60s' is not expected here: see --help", operand);
    program->operand[program->operand_count++] = operand;
    return 1;
}

static enum options_result take_rest(struct program *program, char **argv, struct fault *fault)
{
    for (; *argv; argv++)
        if (add_operand(program, *argv, fault) < 0)
            return OPTIONS_BAD;
    return OPTIONS_RUN;
}

static enum options_result read_words(struct program *program, int argc, char **argv,
                                      struct fault *fault)
{
    bool ends_at_operand = program->operands && program->operands[0] == '+';
    for (int i = 1; i < argc;) {
        if (strcmp(argv[i], "--") == 0)
            return take_rest(program, argv + i + 1, fault);
        if (!is_option(argv[i]) && ends_at_operand)
            return take_rest(program, argv + i, fault);
        if (is_option(argv[i]) && asks_for_help(program, argv[i]))
            return OPTIONS_HELP;
        int used = is_option(argv[i]) ? take(program, argv + i, fault)
                                      : add_operand(program, argv[i], fault);
        if (used < 0)
            return OPTIONS_BAD;
        i += used;
    }
    return OPTIONS_RUN;
}

enum options_result options_parse(struct program *program, int argc, char **argv,
                                  struct fault *fault)
{
    program->operand = argv + (argc > 0);
    program->operand_count = 0;
    enum options_result result = read_words(program, argc, argv, fault);
    program->operand[program->operand_count] = NULL;
    return result;
}

/* ---- explaining ---- */

/* Left column: "  -p, --port PORT"; the explanation beside it, or below what is too wide. */
static void help_option(const struct option_spec *spec, FILE *out)
{
    char left[80], value[80];
    const char *placeholder = option_value_placeholder(spec);
    char letter[] = {'-', spec->letter, ',', '\0'};
    snprintf(left, sizeof(left), "%3s --%s%s%s", spec->letter ? letter : "", spec->name,
             *placeholder ? " " : "", placeholder);
    option_value_print(spec, value, sizeof(value));
    fprintf(out, "  %-*s", LEFT_WIDTH, left);
    if (strlen(left) > LEFT_WIDTH)
        fprintf(out, "\n  %*s", LEFT_WIDTH, "");
    fprintf(out, " %s", spec->help);
    if (*value)
        fprintf(out, " (default %s)", value);
    fputc('\n', out);
}

/* Each of its lines indented, as the options are. */
static void help_example(const char *line, FILE *out)
{
    fputs("\nExample:\n", out);
    while (*line) {
        int length = (int)strcspn(line, "\n");
        fprintf(out, "  %.*s\n", length, line);
        line += length + (line[length] == '\n');
    }
}

void options_help(const struct program *program, FILE *out)
{
    const char *operands = program->operands ? program->operands : "";
    fprintf(out, "%s: %s\n\nUsage: %s [OPTION]...%s%s\n", program->name, program->summary,
            program->name, *operands ? " " : "", operands + (*operands == '+'));
    for (size_t g = 0; g < program->group_count; g++) {
        const struct option_group *group = &program->groups[g];
        fprintf(out, "\n%s:\n", group->title);
        for (size_t i = 0; i < group->count; i++)
            help_option(&group->specs[i], out);
    }
    if (program->example)
        help_example(program->example, out);
}

int options_fail(const struct program *program, const struct fault *fault)
{
    fprintf(stderr, "%s: %s\n", program->name, fault->text);
    return fault_exit_code(fault);
}

int options_begin(struct program *program, int argc, char **argv)
{
    struct fault fault = {0};
    switch (options_parse(program, argc, argv, &fault)) {
    case OPTIONS_HELP:
        options_help(program, stdout);
        return 0;
    case OPTIONS_BAD:
        return options_fail(program, &fault);
    case OPTIONS_RUN:
        break;
    }
    return -1;
}
