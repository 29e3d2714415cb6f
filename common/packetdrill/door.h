/* The inside of the door: one host of ours in virtual time, and the tool's threads coming in.
 *
 * The process is a simulation (base/sched.h) of a single thread, "main": whichever thread of the
 * tool holds the lock below plays it. The stack's sockets never block; a call that must wait does
 * so here (wait_turn). The thread that opened the door is its driver, who moves time: by sleeping,
 * by waiting for a packet, or in a call of its own that waits. All others truly sleep meanwhile,
 * since the tool looks whether they do, and whenever something has happened time stands still until
 * they have looked at it. */
#ifndef PACKETDRILL_DOOR_H
#define PACKETDRILL_DOOR_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "base/sched.h"
#include "packetdrill/flags.h"
#include "packetdrill/interface.h"
#include "stack/stack.h"

/* Virtual time that anything is waited for: no timer of TCP takes longer. */
#define DOOR_PATIENCE SECONDS(24 * 3600)

struct file;

/* A datagram that the stack sent and the tool has not seen yet. */
struct datagram {
    struct list_link queued;
    usec_t sent_at;
    size_t len;
    uint8_t octets[];
};

struct door {
    pthread_mutex_t lock;
    /* The rest is guarded by `lock`. */
    pthread_cond_t changed; /* `turn` or `stirring` has */
    pthread_t driver;
    uint64_t turn;      /* counts how often something happened */
    struct list asleep; /* calls that wait for the next turn: struct sleeper */
    int stirring;       /* calls that were woken, and neither wait again nor are over */

    int looks; /* at the clock, one after another and with nothing between */

    struct stack *stack;
    struct link *link;
    struct sched_handler clockwork;
    struct list sent;    /* datagrams, oldest first */
    struct file **files; /* by descriptor; NULL: none of ours */
    int files_cap;
};

/* Makes this process a simulation until it is closed. Returns 0 or -ENOMEM. */
int door_open(struct door **out, const struct door_flags *flags);
void door_close(struct door *door);

/* A call begins, and ends: a negative errno becomes -1 and errno. */
struct door *door_enter(void *userdata);
struct door *door_glance(void *userdata); /* the same, of a mere look at the clock */
int64_t door_leave(struct door *door, int64_t result);

/* Outside any call: the descriptor is one of ours. */
bool door_has(void *userdata, int fd);

/* ---- wait.c ---- */

void wait_init(struct door *door);
void wait_fini(struct door *door);

/* Waits until something has happened: look again. False when `deadline` has passed, or when nothing
 * can happen any more. */
bool wait_turn(struct door *door, usec_t deadline);

/* Something has happened: all who are asleep look at it before this returns. For the driver; does
 * nothing when another thread calls it. */
void wait_settle(struct door *door);

/* The caller, if it is awake from a wait that is over, has come back: time may go on. */
void wait_welcome(struct door *door);

#endif
