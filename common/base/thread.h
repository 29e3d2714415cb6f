/* Threads, locks, waiting and sleeping: the only way in which programs and shells do them.
 *
 * Two ways to run, chosen once per process before the first thread: real (pthreads and the
 * monotonic clock) and simulated (base/sched.h: one baton, virtual time). The same program runs
 * under both, because everything that can wait goes through here.
 *
 * A monitor is a lock and the condition that comes with it. Wait only as
 *     while (!predicate)
 *         monitor_wait(m, NEVER);
 * All waiters of a monitor are woken together; who guards what is written at each struct. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "base/sched_monitor.h"
#include "base/usec.h"

struct thread; /* owned by whoever started it, until joined */

/* Starts `run(arg)` in a thread of 64 KiB stack (512 in sanitizer builds) whose name (at most 15
 * characters) shows in debuggers. Returns 0 and the thread, or -EAGAIN / -ENOMEM. Every thread must
 * be joined. */
int thread_start(struct thread **out, const char *name, void (*run)(void *arg), void *arg);

/* Waits until the thread has returned and frees it. */
void thread_join(struct thread *thread);

/* Keeps a thread (NULL: the calling one), and those that it starts from then on, to one CPU: for
 * measurements. Returns 0, or -EINVAL when it may not run there. A simulation has its own CPU, and
 * nothing changes. */
int thread_pin(struct thread *thread, int cpu);

/* Sleeps until the clock shows `when`; returns at once when it already does (under the simulation:
 * a microsecond later). */
void thread_sleep_until(usec_t when);

/* Names the call this thread is in, and its socket (-1: none), for the report of a deadlock; NULL
 * when it is in none. The text must stay. Costs nothing outside a simulation. */
void thread_waiting_in(const char *call, int sock);

/* A queue of threads that wait for one thing. A monitor has one; more can stand beside it, for
 * those who wait for one among many things that the same monitor guards: a thousand sockets of one
 * host, of which one has become readable. */
struct waiters {
    _Atomic uint32_t turn; /* real threads sleep on this word (futex(2)) until it changes ... */
    uint32_t sleepers;     /* ... so many of them; */
    struct list simulated; /* those of a simulation are in here */
};

enum { MONITOR_WAKES = 8 };

struct monitor {
    pthread_mutex_t mutex;
    struct waiters waiters;
    struct waiters *woken[MONITOR_WAKES]; /* to be told when the monitor is left */
    int woken_count;
    struct sched_monitor simulated; /* instead of all this, in a simulation */
};

/* Ready for use, unlocked. Never fails in practice (asserts). */
void monitor_init(struct monitor *monitor);
void monitor_fini(struct monitor *monitor);

void monitor_enter(struct monitor *monitor);
void monitor_leave(struct monitor *monitor);

/* Inside the monitor: gives it up, waits for monitor_wake or until `deadline` (NEVER: without
 * end), and takes it again. True when woken (maybe for nothing), false when the deadline passed. */
bool monitor_wait(struct monitor *monitor, usec_t deadline);

/* Inside the monitor: wakes all who wait in it. */
void monitor_wake(struct monitor *monitor);

/* The same for a queue beside the monitor's, inside `monitor`; tells whether it woke anybody. */
void waiters_init(struct waiters *waiters);
void waiters_fini(struct waiters *waiters);
bool waiters_wait(struct waiters *waiters, struct monitor *monitor, usec_t deadline);
bool waiters_wake(struct waiters *waiters, struct monitor *monitor);

#endif
