/* What the function of a scene gets: two hosts, a wire, and room for what it measures. */
#ifndef EXPERIMENTS_STAGE_H
#define EXPERIMENTS_STAGE_H

#include "experiments/results.h"
#include "experiments/words.h"
#include "testbed/pairs.h"
#include "testbed/testbed.h"

struct stage {
    struct net *a, *b; /* the hosts; the client is A, the server B */
    struct testbed *testbed;
    struct pair pair;
    uint64_t seed;
    const char *scene;
    enum language language;  /* stage_words */
    struct results results;  /* to be filled */
    struct event_sink *sink; /* for remarks: stage_note */
};

/* In the user's language. */
const char *stage_words(const struct stage *stage, struct words words);

/* A remark across the ladder at this moment. */
void stage_note(struct stage *stage, const char *text);

/* Holds our own stack to what it is documented to do: the result `key` must have this value. The
 * kernel, when it is the one that runs on `host`, may differ. Returns 0, or -EPROTO with `fault`.
 */
int stage_expect(const struct stage *stage, enum host host, const char *key, const char *value,
                 struct fault *fault);

#endif
