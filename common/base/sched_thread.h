/* What a thread is to the scheduler, and the few moves that threads and monitors are made of.
 *
 * Only for base/thread.c and base/sched_monitor.c. Except where stated, called by the thread that
 * holds the baton, which is what guards all of this. */
#ifndef BASE_SCHED_THREAD_H
#define BASE_SCHED_THREAD_H

#include <semaphore.h>
#include <stdbool.h>

#include "base/list.h"
#include "base/usec.h"

struct sched_thread {
    const char *name;
    sem_t baton;     /* posted to hand it over */
    bool is_handler; /* the handlers' stand-in: can own a monitor, but not wait for it */
    bool done;
    bool timed_out;          /* how the last wait ended */
    usec_t deadline;         /* of the present wait */
    struct list joiners;     /* threads that wait for its end */
    struct list_link queued; /* among the ready, or those who wait for the same */
    struct list_link timed;  /* among those with a deadline */
    struct list_link known;  /* among all */

    /* For the report of a deadlock. */
    const char *state;                   /* what it does while it does not run, in words */
    struct sched_thread *const *blocker; /* whom it does that to, or NULL */
    const char *call;                    /* the API call it is in, or NULL */
    int call_sock;                       /* and on which socket, or -1 */
};

/* By the starter: before the pthread exists; once it does; after it was joined. */
void sched_thread_init(struct sched_thread *thread, const char *name);
void sched_thread_add(struct sched_thread *thread);
void sched_thread_fini(struct sched_thread *thread);

/* By the new thread, first and last: waits for its first turn (without the baton, therefore);
 * passes the baton on for good. */
void sched_thread_enter(struct sched_thread *thread);
void sched_thread_leave(struct sched_thread *thread);

/* Waits until `thread` has left. */
void sched_thread_join(struct sched_thread *thread);

usec_t sched_now(void);
void sched_sleep_until(usec_t when);
void sched_waiting_in(const char *call, int sock);

/* The thread that holds the baton. */
struct sched_thread *sched_running(void);

/* Passes the baton on and waits in `queue` (NULL: in none) until made ready or until `deadline`.
 * Takes at least a microsecond, so that a loop around a wait whose deadline has passed cannot stop
 * the clock. False when the deadline ended it. `state` and `blocker` are for reports. */
bool sched_block(struct list *queue, usec_t deadline, const char *state,
                 struct sched_thread *const *blocker);

/* Ends the wait of `thread`: it runs after all who are ready now. */
void sched_wake(struct sched_thread *thread);

#endif
