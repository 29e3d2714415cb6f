/* One thread sits in sigwait; everybody else has the signals blocked. */
#include "base/interrupt.h"

#include <assert.h>
#include <signal.h>
#include <stdatomic.h>
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
    atomic_bool stopping;
} interrupt;

static sigset_t interrupt_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

void interrupt_block(void)
{
    sigset_t signals = interrupt_signals();
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

void interrupt_restore(void)
{
    sigset_t signals = interrupt_signals();
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_DFL);
}

/* Returns the signal, or 0 when it is interrupt_stop that wants something. */
static int next_signal(void)
{
    sigset_t signals = interrupt_signals();
    int number = 0;
    int failed = sigwait(&signals, &number);
    assert(!failed);
    (void)failed;
    return atomic_load(&interrupt.stopping) ? 0 : number;
}

static void wait_for_signals(void *arg)
{
    (void)arg;
    if (next_signal() == 0)
        return;
    interrupt.on_interrupt(interrupt.arg);
    int second = next_signal();
    if (second != 0)
        _exit(128 + second);
}

int interrupt_start(void (*on_interrupt)(void *arg), void *arg)
{
    assert(!interrupt.thread);
    if (sched_is_virtual()) {
        interrupt_restore();
        return 0;
    }
    interrupt.on_interrupt = on_interrupt;
    interrupt.arg = arg;
    atomic_store(&interrupt.stopping, false);
    return thread_start(&interrupt.thread, "interrupt", wait_for_signals, NULL);
}

void interrupt_stop(void)
{
    if (!interrupt.thread)
        return;
    atomic_store(&interrupt.stopping, true);
    kill(getpid(), SIGTERM); /* blocked everywhere, so only the sigwait sees it */
    thread_join(interrupt.thread);
    interrupt.thread = NULL;

    /* When a real signal came first, ours is still pending. */
    sigset_t signals = interrupt_signals();
    const struct timespec at_once = {0};
    while (sigtimedwait(&signals, NULL, &at_once) > 0)
        ;
}
