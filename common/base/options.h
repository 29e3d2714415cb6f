/* The option table: every program describes its options as data, and one parser reads, checks
 * and explains them all, so that a bad option gets the same clear line everywhere.
 *
 * A program's table is a list of groups, so that shared groups (wire, testbed, view) are written
 * once and appear in every program that has them. */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/fault.h"

enum option_kind {
    OPTION_FLAG,     /* bool *: --name; --no-name turns off */
    OPTION_INT,      /* int64_t *: whole number within [min, max]; both 0: any */
    OPTION_PORT,     /* uint16_t *: within [min, 65535] */
    OPTION_SEED,     /* uint64_t *: decimal or 0x hexadecimal */
    OPTION_DURATION, /* usec_t *: 250us, 10ms, 1.5s, 2min, 2h; within [min, max] when max > 0 */
    OPTION_PERCENT,  /* uint32_t *: 2, 0.1 or 2%; stored in parts per million */
    OPTION_RATE,   /* uint64_t *: 10mbit, 1gbit, 64kbit; stored in bits per second; bounded likewise
                    */
    OPTION_SIZE,   /* uint64_t *: 512, 64k, 8M (powers of 1024); bounded likewise */
    OPTION_STRING, /* const char **: points into argv */
    OPTION_CHOICE, /* int *: index into the words of `choices` ("kernel|own|sim") */
    OPTION_ADDRESS, /* uint32_t *: dotted IPv4, host byte order */
};

struct option_spec {
    const char *name; /* without the dashes */
    char letter;      /* short form, or 0 */
    enum option_kind kind;
    void *value;         /* where it goes, typed as above; holds the default beforehand */
    const char *help;    /* one line; "(default ...)" is added by the parser where it can */
    const char *choices; /* OPTION_CHOICE only */
    int64_t min, max;
};

struct option_group {
    const char *title; /* a heading in --help */
    const struct option_spec *specs;
    size_t count;
};

struct program {
    const char *name;     /* as typed */
    const char *summary;  /* one sentence */
    const char *operands; /* "HOST COMMAND...", or NULL when none are taken */
    const char *example;  /* lines shown under "Example" */
    const struct option_group *groups;
    size_t group_count;
    int operand_count; /* set by the parser: what is left of argv, */
    char **operand;    /* in order; NULL behind the last, so that exec can have them */
};

enum options_result { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_BAD };

/* Reads argv into the values. OPTIONS_BAD: `fault` says which option, what was wrong with it and
 * what is accepted; an unknown option names the nearest known one. Options may stand before or
 * after operands, as --name VALUE or --name=VALUE; "--" ends them, and so does the first operand
 * when `operands` begins with '+' (programs that run another command). */
enum options_result options_parse(struct program *program, int argc, char **argv,
                                  struct fault *fault);

/* Writes --help: summary, usage, each group with its options and defaults, the example. */
void options_help(const struct program *program, FILE *out);

/* What nearly every main begins with: parses; prints help to stdout (exit code 0) or the fault to
 * stderr (2) and returns that code, or -1 to go on. */
int options_begin(struct program *program, int argc, char **argv);

/* Prints "name: text" to stderr and returns the exit code of the fault. */
int options_fail(const struct program *program, const struct fault *fault);

#endif
