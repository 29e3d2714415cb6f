/* Threads and monitors: on pthreads, futexes and the monotonic clock, or handed to the simulation.
 */
#include "base/thread.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
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

int thread_pin(struct thread *thread, int cpu)
{
    cpu_set_t only;
    if (sched_is_virtual())
        return 0;
    CPU_ZERO(&only);
    CPU_SET((size_t)cpu, &only);
    return -pthread_setaffinity_np(thread ? thread->id : pthread_self(), sizeof(only), &only);
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

/* Threads are woken when the monitor is left: woken inside, on the same CPU, they would run only to
 * find it taken. By then `waiters` may be gone; the kernel looks at its address alone, and whoever
 * sleeps there now is woken for nothing, which every wait allows. */
static void tell(const struct waiters *waiters)
{
    syscall(SYS_futex, &waiters->turn, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static void leave(struct monitor *monitor)
{
    struct waiters *woken[MONITOR_WAKES];
    int count = monitor->woken_count;
    memcpy(woken, monitor->woken, sizeof(woken));
    monitor->woken_count = 0;
    must(pthread_mutex_unlock(&monitor->mutex));
    for (int i = 0; i < count; i++)
        tell(woken[i]);
}

/* Sleeps while `turn` is the one given, until told, or until the deadline. */
static void sleep_through(const struct waiters *waiters, uint32_t turn, usec_t deadline)
{
    const struct timespec end = timespec_of(deadline);
    syscall(SYS_futex, &waiters->turn, FUTEX_WAIT_BITSET_PRIVATE, turn,
            deadline == NEVER ? NULL : &end, NULL, FUTEX_BITSET_MATCH_ANY);
}

void waiters_init(struct waiters *waiters)
{
    *waiters = (struct waiters){0};
    list_init(&waiters->simulated);
}

void waiters_fini(struct waiters *waiters)
{
    assert(list_is_empty(&waiters->simulated) && waiters->sleepers == 0);
    (void)waiters;
}

bool waiters_wait(struct waiters *waiters, struct monitor *monitor, usec_t deadline)
{
    if (sched_is_virtual())
        return sched_monitor_wait(&monitor->simulated, &waiters->simulated, deadline);
    uint32_t turn = atomic_load_explicit(&waiters->turn, memory_order_relaxed);
    waiters->sleepers++;
    leave(monitor);
    sleep_through(waiters, turn, deadline);
    must(pthread_mutex_lock(&monitor->mutex));
    if (atomic_load_explicit(&waiters->turn, memory_order_relaxed) != turn)
        return true; /* who woke us has taken us off the count */
    waiters->sleepers--;
    return deadline == NEVER || clock_now() < deadline;
}

bool waiters_wake(struct waiters *waiters, struct monitor *monitor)
{
    if (sched_is_virtual())
        return sched_monitor_wake(&monitor->simulated, &waiters->simulated);
    if (waiters->sleepers == 0)
        return false;
    waiters->sleepers = 0;
    atomic_fetch_add_explicit(&waiters->turn, 1, memory_order_relaxed);
    if (monitor->woken_count < MONITOR_WAKES)
        monitor->woken[monitor->woken_count++] = waiters;
    else
        tell(waiters);
    return true;
}

void monitor_init(struct monitor *monitor)
{
    must(pthread_mutex_init(&monitor->mutex, NULL));
    waiters_init(&monitor->waiters);
    sched_monitor_init(&monitor->simulated);
    monitor->woken_count = 0;
}

void monitor_fini(struct monitor *monitor)
{
    waiters_fini(&monitor->waiters);
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
        leave(monitor);
}

bool monitor_wait(struct monitor *monitor, usec_t deadline)
{
    return waiters_wait(&monitor->waiters, monitor, deadline);
}

void monitor_wake(struct monitor *monitor)
{
    waiters_wake(&monitor->waiters, monitor);
}
