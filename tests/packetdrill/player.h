/* Plays the tool's side: the peer, the program, and the judge of times and packets. */
#ifndef TESTS_PACKETDRILL_PLAYER_H
#define TESTS_PACKETDRILL_PLAYER_H

#include <pthread.h>

#include "packetdrill/interface.h"
#include "tests/packetdrill/script.h"

enum { FDS_MAX = 64 };

/* How far from its time something is still in time. */
struct tolerance {
    usec_t either_way;
    unsigned coarseness; /* a timer may also be late by this part of what it runs; 0: it is not */
};

/* A call that blocks, in its thread. */
struct background {
    pthread_t thread;
    struct script_event *event;
    struct player *player;
    bool running;
    /* Guarded by the player's lock: */
    int tid; /* 0 before it began */
    bool done;
    int64_t result;
    int error;
    usec_t ended_at;
};

struct player {
    const char *path;
    struct packetdrill_interface stack;
    struct fault *fault;
    struct script_event *event; /* the present one */
    usec_t started_at;          /* by the stack's clock */
    usec_t last_at;             /* when the event before the present one was over */
    struct tolerance tolerance;

    int fds[FDS_MAX]; /* the script's to the stack's; -1: not open */
    int subject;      /* the script's descriptor that TCP_INFO is asked about */

    uint32_t stack_ip, peer_ip;
    uint16_t stack_port, peer_port;
    uint32_t stack_first, peer_first; /* what a script's sequence number 0 is on the wire */
    bool has_clock;
    uint32_t clock_first; /* likewise of the stack's timestamps */

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct background background;
};

/* Records what is wrong with the present event. Returns false. */
__attribute__((format(printf, 2, 3))) bool player_fail(struct player *p, const char *format, ...);

/* The stack's time, since the script began. */
usec_t player_now(struct player *p);

/* How much later than `to` something that began at `from` is still in time. */
usec_t player_slack(const struct player *p, usec_t from, usec_t to);

/* False when `happened` is not when the present event expects it; the fault then is -ETIME. */
bool player_in_time(struct player *p, usec_t happened, const char *what);

/* packets.c */
bool play_in(struct player *p, const struct script_packet *packet);
bool play_out(struct player *p, const struct script_packet *packet);

/* syscalls.c: makes the call; its result, and errno. False when there is no such call. */
bool syscall_make(struct player *p, const struct script_call *call, int64_t *result, int *error);
bool syscall_judge(struct player *p, const struct script_event *event, int64_t result, int error);

/* check.c */
bool play_check(struct player *p, const char *text);

/* player.c: plays the script against the stack behind `init`. */
bool play(const struct script *script, const char *path, packetdrill_init_fn *init,
          struct tolerance tolerance, struct fault *fault);

#endif
