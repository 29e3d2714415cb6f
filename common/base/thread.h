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
#include <stdbool.h>

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

/* Sleeps until the clock shows `when`; returns at once when it already does (under the simulation:
 * a microsecond later). */
void thread_sleep_until(usec_t when);

/* Names the call this thread is in, and its socket (-1: none), for the report of a deadlock; NULL
 * when it is in none. The text must stay. Costs nothing outside a simulation. */
void thread_waiting_in(const char *call, int sock);

struct monitor {
    pthread_mutex_t mutex; /* real threads use these two, */
    pthread_cond_t changed;
    struct sched_monitor simulated; /* those of a simulation this one */
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

/* A queue of its own beside the monitor's, for those who wait for one thing among many that the
 * same monitor guards: a thousand sockets of one host, of which one has become readable. */
struct waiters {
    pthread_cond_t changed; /* real threads use this, */
    struct list simulated;  /* those of a simulation this one */
};

/* Ready for use. Never fails in practice (asserts). */
void waiters_init(struct waiters *waiters);
void waiters_fini(struct waiters *waiters);

/* The same as monitor_wait and monitor_wake, inside `monitor`, for this queue alone. */
bool waiters_wait(struct waiters *waiters, struct monitor *monitor, usec_t deadline);
void waiters_wake(struct waiters *waiters, struct monitor *monitor);

#endif
