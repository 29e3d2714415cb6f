/* One thread sits in sigwait; everybody else has the signals blocked. */
#include "base/interrupt.h"

#include <assert.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "base/sched.h"
#include "base/thread.h"

static struct {
    struct thread *thread; /* NULL: not started */
    void (*on_interrupt)(void *arg);
    void *arg;
    struct monitor monitor;
    bool seen;     /* a signal came; guarded by the monitor */
    bool stopping; /* interrupt_stop was called; likewise */
} interrupt;

/* Who starts a program under nohup wants it to outlive its terminal. */
static bool is_hangup_ignored(void)
{
    struct sigaction action;
    return sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static sigset_t interrupt_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    if (!is_hangup_ignored())
        sigaddset(&signals, SIGHUP);
    return signals;
}

/* For the calling thread: `how` is SIG_BLOCK or SIG_UNBLOCK. */
static void mask(int how)
{
    sigset_t signals = interrupt_signals();
    pthread_sigmask(how, &signals, NULL);
}

void interrupt_block(void)
{
    mask(SIG_BLOCK);
    signal(SIGINT, SIG_DFL); /* a shell starts what runs in the background with it ignored */
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
}

void interrupt_restore(void)
{
    mask(SIG_UNBLOCK);
    signal(SIGPIPE, SIG_DFL);
}

/* Waits for a signal; false when it was interrupt_stop that sent it. */
static bool wait_for_signal(void)
{
    sigset_t signals = interrupt_signals();
    int number;
    sigwait(&signals, &number);
    monitor_enter(&interrupt.monitor);
    interrupt.seen = !interrupt.stopping;
    bool seen = interrupt.seen;
    monitor_leave(&interrupt.monitor);
    return seen;
}

static void wait_for_stop(void)
{
    monitor_enter(&interrupt.monitor);
    while (!interrupt.stopping)
        monitor_wait(&interrupt.monitor, NEVER);
    monitor_leave(&interrupt.monitor);
}

/* The second signal must end the process even while `on_interrupt` hangs, so this thread opens
 * itself to it: nothing catches it, and it does what signals do. */
static void watch(void *arg)
{
    (void)arg;
    if (!wait_for_signal())
        return;
    mask(SIG_UNBLOCK);
    interrupt.on_interrupt(interrupt.arg);
    wait_for_stop();
    mask(SIG_BLOCK);
}

int interrupt_start(void (*on_interrupt)(void *arg), void *arg)
{
    assert(!interrupt.thread);
    if (sched_is_virtual()) {
        mask(SIG_UNBLOCK);
        return 0;
    }
    interrupt.on_interrupt = on_interrupt;
    interrupt.arg = arg;
    interrupt.seen = interrupt.stopping = false;
    monitor_init(&interrupt.monitor);
    int error = thread_start(&interrupt.thread, "interrupt", watch, NULL);
    if (error)
        monitor_fini(&interrupt.monitor);
    return error;
}

/* Ours may be left over when a real signal came just before it. */
static void drop_pending(void)
{
    sigset_t signals = interrupt_signals();
    const struct timespec at_once = {0};
    while (sigtimedwait(&signals, NULL, &at_once) > 0)
        ;
}

void interrupt_stop(void)
{
    if (!interrupt.thread)
        return;
    monitor_enter(&interrupt.monitor);
    interrupt.stopping = true;
    if (interrupt.seen)
        monitor_wake(&interrupt.monitor);
    else
        kill(getpid(), SIGTERM); /* blocked everywhere: only the sigwait sees it */
    monitor_leave(&interrupt.monitor);
    thread_join(interrupt.thread);
    interrupt.thread = NULL;
    monitor_fini(&interrupt.monitor);
    drop_pending();
}
