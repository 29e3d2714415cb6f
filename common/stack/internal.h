/* The inside of a host, for the files of this folder only.
 *
 * One lock guards all of it. Between stack_enter and stack_leave a thread is inside: functions
 * named _locked are called only there, take `now` as stack_enter gave it, and never block. What
 * they send is gathered and leaves in one batch at the end (stack/outbox.h). */
#ifndef STACK_INTERNAL_H
#define STACK_INTERNAL_H

#include "base/prng.h"
#include "base/thread.h"
#include "stack/arp.h"
#include "stack/bell.h"
#include "stack/drive.h"
#include "stack/icmp.h"
#include "stack/outbox.h"
#include "stack/stack.h"
#include "stack/udp.h"

struct stack {
    /* Constant after stack_new. */
    struct stack_config config;
    struct link *link;

    struct monitor lock;
    /* The rest is guarded by `lock`. */
    usec_t latest; /* no `now` before it: time does not go back, whoever comes in */
    struct stack_counters counters;
    struct prng prng;
    struct outbox outbox;
    struct arp_cache arp;
    struct icmp_limit icmp_limit;
    struct udp_table udp;
    struct conns *conns;     /* TCP: conns.h */
    struct sockets *sockets; /* the handles given to programs: socket.h */
    struct waiters pollers;  /* threads that wait for any of several sockets: bell.h */
    struct drive *drive;     /* on a real link: who drives; else NULL */
};

/* Takes the lock; returns the time at which all this happens. */
usec_t stack_enter(struct stack *stack);

/* Finishes, and gives up the lock. */
void stack_leave(struct stack *stack);

/* Sends what was gathered, and sees to it that the driver wakes in time: before the lock is given
 * up, also by waiting. */
void stack_finish_locked(struct stack *stack);

/* The time, for one who is inside again after waiting. */
usec_t stack_now_locked(struct stack *stack);

/* Inside what stack_on_frames and stack_on_time do, for a driver that enters once for both. */
void stack_on_frames_locked(struct stack *stack, usec_t now, const struct link_frame *frames,
                            int count);
void stack_on_time_locked(struct stack *stack, usec_t now);

/* The earliest of all deadlines of this host. */
usec_t stack_deadline_locked(const struct stack *stack);

/* Counts something that came to nothing and tells it to the event log; `flow` may be NULL. */
void stack_drop_locked(struct stack *stack, usec_t now, enum stack_drop reason,
                       const struct event_flow *flow);

/* Tells an event that lacks only host and time. */
void stack_tell_locked(struct stack *stack, usec_t now, struct event *event);

#endif
