/* What a seed stands for in an ordeal (experiments/ordeal.h): the wire and its faults, the hosts'
 * settings, and who says what to whom. Nothing in it makes a connection give up: what is sent must
 * arrive. */
#ifndef EXPERIMENTS_ORDEAL_PLAN_H
#define EXPERIMENTS_ORDEAL_PLAN_H

#include <stdio.h>

#include "experiments/conversation.h"

enum {
    ORDEAL_CONVERSATIONS_MAX = 3,
    ORDEAL_SYSCTLS_MAX = 8,
    ORDEAL_SYSCTL_MAX = 40,
    ORDEAL_SCRIPT_MAX = 400,
};

struct ordeal_plan {
    uint64_t seed;
    struct impairment wire;
    uint32_t mtu;
    bool arp;
    char script[ORDEAL_SCRIPT_MAX]; /* empty: none */
    char settings[ORDEAL_SYSCTLS_MAX][ORDEAL_SYSCTL_MAX];
    const char *sysctls[ORDEAL_SYSCTLS_MAX + 1]; /* the same, up to a NULL */

    usec_t timeout_us; /* an end that waits so long is stuck */
    int conversation_count;
    struct conversation_plan conversations[ORDEAL_CONVERSATIONS_MAX];
    int crowd; /* echo clients beside them, all at once */
    int crowd_backlog;
};

/* Equal seeds give equal plans. */
void ordeal_plan_draw(struct ordeal_plan *plan, uint64_t seed);

/* The plan in words, a line for the wire, the hosts and each conversation. */
void ordeal_plan_print(const struct ordeal_plan *plan, FILE *out);

#endif
