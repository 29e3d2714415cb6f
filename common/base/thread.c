/* Threads and monitors: on pthreads and the monotonic clock, or handed to the simulation. */
#include "base/thread.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/sched.h"
#include "base/sched_thread.h"

struct thread {
    pthread_t id;
    char name[16]; /* as long as the kernel takes */
    void (*run)(void *arg);
    void *arg;
    struct sched_thread simulated;
};

/* The sanitizers lay red zones around local variables and keep records on the stack, so their
 * builds need more of it. Under valgrind a program needs no more than alone. */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                               \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { STACK_BYTES = 512 * 1024 };
#else
enum { STACK_BYTES = 64 * 1024 };
#endif

/* For calls that fail only when the program itself is wrong. */
static void must(int error)
{
    assert(error == 0);
    (void)error;
}

static struct timespec timespec_of(usec_t when)
{
    return (struct timespec){.tv_sec = when / USEC_S, .tv_nsec = when % USEC_S * 1000};
}

/* ---- threads ---- */

static void *begin(void *arg)
{
    struct thread *thread = arg;
    pthread_setname_np(pthread_self(), thread->name);
    if (!sched_is_virtual()) {
        thread->run(thread->arg);
        return NULL;
    }
    sched_thread_enter(&thread->simulated);
    thread->run(thread->arg);
    sched_thread_leave(&thread->simulated);
    return NULL;
}

static int spawn(struct thread *thread)
{
    pthread_attr_t attributes;
    must(pthread_attr_init(&attributes));
    must(pthread_attr_setstacksize(&attributes, STACK_BYTES));
    int error = pthread_create(&thread->id, &attributes, begin, thread);
    must(pthread_attr_destroy(&attributes));
    return -error;
}

int thread_start(struct thread **out, const char *name, void (*run)(void *arg), void *arg)
{
    struct thread *thread = calloc(1, sizeof(*thread));
    if (!thread)
        return -ENOMEM;
    snprintf(thread->name, sizeof(thread->name), "%s", name);
    thread->run = run;
    thread->arg = arg;
    sched_thread_init(&thread->simulated, thread->name);
    int error = spawn(thread);
    if (error) {
        sched_thread_fini(&thread->simulated);
        free(thread);
        return error;
    }
    if (sched_is_virtual())
        sched_thread_add(&thread->simulated);
    *out = thread;
    return 0;
}

void thread_join(struct thread *thread)
{
    if (sched_is_virtual())
        sched_thread_join(&thread->simulated);
    must(pthread_join(thread->id, NULL));
    sched_thread_fini(&thread->simulated);
    free(thread);
}

void thread_sleep_until(usec_t when)
{
    if (sched_is_virtual()) {
        sched_sleep_until(when);
        return;
    }
    struct timespec end = timespec_of(when);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR)
        ;
}

void thread_waiting_in(const char *call, int sock)
{
    if (sched_is_virtual())
        sched_waiting_in(call, sock);
}

/* ---- monitors ---- */

/* Counts the time by the clock of clock_now. */
static void condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    must(pthread_condattr_init(&attributes));
    must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
    must(pthread_cond_init(condition, &attributes));
    must(pthread_condattr_destroy(&attributes));
}

static bool condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, usec_t deadline)
{
    if (deadline == NEVER) {
        must(pthread_cond_wait(condition, mutex));
        return true;
    }
    struct timespec end = timespec_of(deadline);
    int error = pthread_cond_timedwait(condition, mutex, &end);
    assert(error == 0 || error == ETIMEDOUT);
    return error == 0;
}

void monitor_init(struct monitor *monitor)
{
    condition_init(&monitor->changed);
    must(pthread_mutex_init(&monitor->mutex, NULL));
    sched_monitor_init(&monitor->simulated);
}

void monitor_fini(struct monitor *monitor)
{
    must(pthread_cond_destroy(&monitor->changed));
    must(pthread_mutex_destroy(&monitor->mutex));
}

void monitor_enter(struct monitor *monitor)
{
    if (sched_is_virtual())
        sched_monitor_enter(&monitor->simulated);
    else
        must(pthread_mutex_lock(&monitor->mutex));
}

void monitor_leave(struct monitor *monitor)
{
    if (sched_is_virtual())
        sched_monitor_leave(&monitor->simulated);
    else
        must(pthread_mutex_unlock(&monitor->mutex));
}

bool monitor_wait(struct monitor *monitor, usec_t deadline)
{
    struct sched_monitor *simulated = &monitor->simulated;
    if (sched_is_virtual())
        return sched_monitor_wait(simulated, &simulated->waiting, deadline);
    return condition_wait(&monitor->changed, &monitor->mutex, deadline);
}

void monitor_wake(struct monitor *monitor)
{
    if (sched_is_virtual())
        sched_monitor_wake(&monitor->simulated, &monitor->simulated.waiting);
    else
        must(pthread_cond_broadcast(&monitor->changed));
}

void waiters_init(struct waiters *waiters)
{
    condition_init(&waiters->changed);
    list_init(&waiters->simulated);
}

void waiters_fini(struct waiters *waiters)
{
    assert(list_is_empty(&waiters->simulated));
    must(pthread_cond_destroy(&waiters->changed));
}

bool waiters_wait(struct waiters *waiters, struct monitor *monitor, usec_t deadline)
{
    if (sched_is_virtual())
        return sched_monitor_wait(&monitor->simulated, &waiters->simulated, deadline);
    return condition_wait(&waiters->changed, &monitor->mutex, deadline);
}

void waiters_wake(struct waiters *waiters, struct monitor *monitor)
{
    if (sched_is_virtual())
        sched_monitor_wake(&monitor->simulated, &waiters->simulated);
    else
        must(pthread_cond_broadcast(&waiters->changed));
}
