/* The statements of the source text, each with the assertion that settles it: claims.txt, which
 * explains at its top how it is written. */
#ifndef EXPERIMENTS_CLAIMS_H
#define EXPERIMENTS_CLAIMS_H

#include <stddef.h>

#include "base/fault.h"
#include "experiments/words.h"

enum claim_kind { KIND_CLAIM, KIND_DEFINITION, KIND_ANALOGY, KIND_ADVICE };

enum verdict {
    VERDICT_UNSETTLED, /* nothing measured decides it */
    VERDICT_TRUE,
    VERDICT_TRUE_IF,
    VERDICT_FALSE,
    VERDICT_NOT_YET, /* our own stack lacks what it would take */
};

/* One row. What a row does not have is NULL. */
struct claim {
    const char *where; /* in the text: "57", "57a" */
    enum claim_kind kind;
    const char *experiment; /* that settles it */
    struct words says, condition, fact, why;
    const char *holds, *without; /* assertions */
    const char *shows;           /* SCENE.KEY ... */
    const char *own;             /* as written */
    enum verdict expected;       /* of our own stack */
    int line;                    /* of claims.txt */
};

struct claims {
    struct claim *rows; /* in the text's order */
    size_t count;
    char *text; /* what the rows point into */
};

/* Reads rows. 0, or -EBADMSG with `fault` naming the line. On success the caller calls claims_fini.
 */
int claims_parse(struct claims *claims, const char *text, struct fault *fault);

/* The same of claims.txt, which is part of every program that asks. */
int claims_load(struct claims *claims, struct fault *fault);

void claims_fini(struct claims *claims);

const char *claim_kind_name(enum claim_kind kind);

/* As written in claims.txt: "true-if". */
const char *verdict_name(enum verdict verdict);

#endif
