/* The baton, the clock it stops, and the handlers it carries along. */
#include "base/sched.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/sched_thread.h"

enum { ROUNDS_MOST = 1000000 }; /* of handlers at one instant, before time is said to stand still */

/* Guarded by the baton. */
static struct {
    bool is_virtual; /* changes only while there is one thread */
    uint64_t seed;
    usec_t now;
    struct sched_thread *running; /* who holds the baton */
    struct list ready;            /* who can run, in the order in which they became able to */
    struct list timed;            /* blocked threads with a deadline, earliest first */
    struct list known;            /* all threads, in the order of their start */
    struct list handlers;         /* in the order in which they were added */
    void (*on_deadlock)(const char *report);
    struct sched_thread main;
    struct sched_thread handler; /* runs in place of the thread whose stack the handlers borrow */
    cpu_set_t cpus;              /* where the process was allowed to run */
} sched;

/* ---- reports ---- */

static _Noreturn void give_up(const char *report)
{
    if (sched.on_deadlock)
        sched.on_deadlock(report);
    else
        fputs(report, stderr);
    fflush(NULL);
    _exit(EXIT_FAILURE);
}

static void describe(FILE *out, const struct sched_thread *thread)
{
    fprintf(out, "  %s: ", thread->name);
    if (thread->call && thread->call_sock >= 0)
        fprintf(out, "%s(%d), ", thread->call, thread->call_sock);
    else if (thread->call)
        fprintf(out, "%s, ", thread->call);
    const struct sched_thread *blocker = thread->blocker ? *thread->blocker : NULL;
    fprintf(out, "%s%s\n", thread->state, blocker ? blocker->name : "");
}

static void describe_all(FILE *out, const char *problem, const char *subject)
{
    fprintf(out, "simulation stopped at %" PRId64 " us: %s%s\n", sched.now, problem, subject);
    for (struct list_link *at = list_first(&sched.known); at; at = list_next(&sched.known, at))
        describe(out, list_entry(at, struct sched_thread, known));
}

/* Tells the problem and what every thread waits in, and ends the process. */
static _Noreturn void report(const char *problem, const char *subject)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out) {
        describe_all(out, problem, subject);
        fclose(out);
    }
    give_up(text ? text : problem);
}

/* ---- time ---- */

static struct sched_thread *earliest(void)
{
    struct list_link *first = list_first(&sched.timed);
    return first ? list_entry(first, struct sched_thread, timed) : NULL;
}

/* Handlers run on the stack of whoever holds the baton, but under a name of their own. */
static struct sched_thread *run_as(struct sched_thread *thread)
{
    struct sched_thread *before = sched.running;
    sched.running = thread;
    return before;
}

static struct sched_handler *handler_of(struct list_link *link)
{
    return list_entry(link, struct sched_handler, listed);
}

static usec_t next_deadline(void)
{
    usec_t next = earliest() ? earliest()->deadline : NEVER;
    struct sched_thread *thread = run_as(&sched.handler);
    struct list_link *at = list_first(&sched.handlers);
    for (; at; at = list_next(&sched.handlers, at))
        next = usec_min(next, handler_of(at)->deadline(handler_of(at)->arg));
    run_as(thread);
    return next;
}

/* Runs each handler that is due once; returns the last of them, or NULL. */
static const struct sched_handler *run_due(void)
{
    const struct sched_handler *ran = NULL;
    struct list_link *at = list_first(&sched.handlers);
    for (; at; at = list_next(&sched.handlers, at)) {
        const struct sched_handler *handler = handler_of(at);
        if (handler->deadline(handler->arg) > sched.now)
            continue;
        handler->run(handler->arg, sched.now);
        ran = handler;
    }
    return ran;
}

/* What one handler does may make another one due at once, hence the rounds. */
static void run_handlers(void)
{
    struct sched_thread *thread = run_as(&sched.handler);
    const struct sched_handler *ran;
    for (int rounds = 0; (ran = run_due()) != NULL; rounds++)
        if (rounds == ROUNDS_MOST)
            report("time stands still, because always due is ", ran->name);
    run_as(thread);
}

void sched_wake(struct sched_thread *thread)
{
    list_remove(&thread->queued);
    list_remove(&thread->timed);
    thread->timed_out = false;
    thread->state = "ready to run";
    thread->blocker = NULL;
    list_append(&sched.ready, &thread->queued);
}

/* Lets everything happen that is due now. */
static void happen(void)
{
    run_handlers();
    struct sched_thread *thread;
    while ((thread = earliest()) != NULL && thread->deadline <= sched.now) {
        sched_wake(thread);
        thread->timed_out = true;
    }
}

/* ---- the baton ---- */

static void take_baton(struct sched_thread *thread)
{
    while (sem_wait(&thread->baton) < 0)
        assert(errno == EINTR);
}

/* Whose turn it is; where nobody can run, time passes until somebody can. */
static struct sched_thread *choose(void)
{
    while (list_is_empty(&sched.ready)) {
        usec_t next = next_deadline();
        if (next == NEVER)
            report("every thread waits, and no deadline is left", "");
        sched.now = usec_max(sched.now, next);
        happen();
    }
    return list_entry(list_take_first(&sched.ready), struct sched_thread, queued);
}

/* Gives the baton to whose turn it is, and returns when it is back. */
static void hand_over(void)
{
    struct sched_thread *self = sched.running;
    struct sched_thread *next = choose();
    sched.running = next;
    if (next == self)
        return;
    sem_post(&next->baton);
    take_baton(self);
}

/* From the back, where most new deadlines belong; equal ones stay in order of arrival. */
static void add_timed(struct sched_thread *thread)
{
    struct list_link *at = list_last(&sched.timed);
    while (at && list_entry(at, struct sched_thread, timed)->deadline > thread->deadline)
        at = list_prev(&sched.timed, at);
    list_insert(&sched.timed, at, &thread->timed);
}

bool sched_block(struct list *queue, usec_t deadline, const char *state,
                 struct sched_thread *const *blocker)
{
    struct sched_thread *self = sched.running;
    assert(!self->is_handler && "a handler must not wait");
    self->state = state;
    self->blocker = blocker;
    self->deadline = usec_max(deadline, sched.now + 1);
    if (queue)
        list_append(queue, &self->queued);
    if (deadline != NEVER)
        add_timed(self);
    hand_over();
    return !self->timed_out;
}

void sched_point(void)
{
    if (!sched.is_virtual)
        return;
    assert(!sched.running->is_handler && "a handler must not call the socket API");
    sched.now++;
    happen();
    if (list_is_empty(&sched.ready))
        return;
    sched_wake(sched.running);
    hand_over();
}

struct sched_thread *sched_running(void)
{
    return sched.running;
}

usec_t sched_now(void)
{
    return sched.now;
}

void sched_sleep_until(usec_t when)
{
    sched_block(NULL, when, "sleeps", NULL);
}

void sched_waiting_in(const char *call, int sock)
{
    sched.running->call = call;
    sched.running->call_sock = sock;
}

/* ---- threads ---- */

void sched_thread_init(struct sched_thread *thread, const char *name)
{
    *thread = (struct sched_thread){.name = name, .state = "ready to run", .call_sock = -1};
    list_init(&thread->joiners);
    int failed = sem_init(&thread->baton, 0, 0);
    assert(!failed);
    (void)failed;
}

void sched_thread_add(struct sched_thread *thread)
{
    list_append(&sched.known, &thread->known);
    sched_wake(thread);
}

void sched_thread_fini(struct sched_thread *thread)
{
    sem_destroy(&thread->baton);
}

void sched_thread_enter(struct sched_thread *thread)
{
    take_baton(thread);
}

void sched_thread_leave(struct sched_thread *thread)
{
    thread->done = true;
    list_remove(&thread->known);
    struct list_link *first;
    while ((first = list_first(&thread->joiners)) != NULL)
        sched_wake(list_entry(first, struct sched_thread, queued));
    sched.running = choose();
    sem_post(&sched.running->baton);
}

void sched_thread_join(struct sched_thread *thread)
{
    if (!thread->done)
        sched_block(&thread->joiners, NEVER, "waits for the end of ", &thread);
}

/* ---- handlers ---- */

void sched_add_handler(struct sched_handler *handler)
{
    assert(sched.is_virtual && !sched.running->is_handler);
    list_append(&sched.handlers, &handler->listed);
}

void sched_remove_handler(struct sched_handler *handler)
{
    assert(sched.is_virtual && !sched.running->is_handler);
    list_remove(&handler->listed);
}

void sched_on_deadlock(void (*hook)(const char *report))
{
    sched.on_deadlock = hook;
}

/* ---- beginning and end ---- */

/* For speed alone, so a refusal changes nothing but that. */
static void stay_on_one_cpu(void)
{
    int cpu = sched_getcpu();
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET((size_t)(cpu < 0 ? 0 : cpu), &here);
    if (sched_getaffinity(0, sizeof(sched.cpus), &sched.cpus) == 0)
        sched_setaffinity(0, sizeof(here), &here);
}

void sched_begin(uint64_t seed)
{
    assert(!sched.is_virtual);
    sched.seed = seed;
    sched.now = SECONDS(1);
    list_init(&sched.ready);
    list_init(&sched.timed);
    list_init(&sched.known);
    list_init(&sched.handlers);
    sched.handler = (struct sched_thread){.name = "a handler", .is_handler = true};
    sched_thread_init(&sched.main, "main");
    list_append(&sched.known, &sched.main.known);
    sched.running = &sched.main;
    stay_on_one_cpu();
    sched.is_virtual = true;
}

void sched_end(void)
{
    assert(sched.is_virtual && sched.running == &sched.main);
    assert(list_first(&sched.known) == list_last(&sched.known) && "a thread was not joined");
    assert(list_is_empty(&sched.handlers) && "a handler was not removed");
    sched.is_virtual = false;
    sched_thread_fini(&sched.main);
    sched_setaffinity(0, sizeof(sched.cpus), &sched.cpus);
}

bool sched_is_virtual(void)
{
    return sched.is_virtual;
}

uint64_t sched_seed(void)
{
    return sched.seed;
}
