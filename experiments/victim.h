/* A program on host B that will not live to its end, and a client of it on host A. On the kernel it
 * is a process, an echo server, and dies of a signal; on our own stack, where killing it would end
 * the experiment, a socket whose system closes it as it would a dead process's. */
#ifndef EXPERIMENTS_VICTIM_H
#define EXPERIMENTS_VICTIM_H

#include "experiments/ends.h"
#include "experiments/process.h"

struct victim {
    struct stage *stage;
    struct process process; /* on the kernel, */
    struct ends ends;       /* or on our own stack: `b` */
    int client;             /* the client's socket */
};

/* It lives, the client has connected, and a line went there and back. Puts "lived_as" (process,
 * socket). Returns 0, or a negative errno with `fault`. */
int victim_begin(struct victim *victim, struct stage *stage, uint16_t port, struct fault *fault);

/* From now on it does not read. */
void victim_suspend(struct victim *victim);

/* It dies: of this signal, if it is a process. */
void victim_die(struct victim *victim, int signal);

/* The client closes. */
void victim_end(struct victim *victim);

#endif
