/* Who waits, who moves time, and how the two take turns.
 *
 * This is the one place above base/thread.h that uses pthreads: the threads here are the tool's, of
 * which the scheduler knows nothing. */
#include <errno.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"
#include "packetdrill/door.h"

/* A call that waits, of another thread than the driver. */
struct sleeper {
    struct list_link asleep;
    usec_t deadline;
};

/* Real time that the driver gives a woken thread to come back: it asks for the time at once when
 * its call is over, and only a tool that does not would be waited for in vain. */
enum { PATIENCE_MS = 200 };

/* This thread is one of those that door.stirring counts. */
static _Thread_local bool is_stirring;

void wait_init(struct door *door)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&door->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&door->lock, NULL);
    list_init(&door->asleep);
    door->driver = pthread_self();
}

void wait_fini(struct door *door)
{
    pthread_cond_destroy(&door->changed);
    pthread_mutex_destroy(&door->lock);
}

/* ---- all but the driver ---- */

void wait_welcome(struct door *door)
{
    if (is_stirring && door->stirring > 0 && --door->stirring == 0)
        pthread_cond_broadcast(&door->changed);
    is_stirring = false;
}

static void sleep_one_turn(struct door *door, usec_t deadline)
{
    struct sleeper sleeper = {.deadline = deadline};
    uint64_t turn = door->turn;
    list_append(&door->asleep, &sleeper.asleep);
    wait_welcome(door);
    while (door->turn == turn)
        pthread_cond_wait(&door->changed, &door->lock);
    is_stirring = true;
}

/* ---- the driver ---- */

static bool is_driver(const struct door *door)
{
    return pthread_equal(door->driver, pthread_self());
}

static struct timespec end_of_patience(void)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += PATIENCE_MS * 1000000L;
    end.tv_sec += end.tv_nsec / 1000000000L;
    end.tv_nsec %= 1000000000L;
    return end;
}

void wait_settle(struct door *door)
{
    if (!is_driver(door) || list_is_empty(&door->asleep))
        return;
    while (list_take_first(&door->asleep))
        door->stirring++;
    door->turn++;
    pthread_cond_broadcast(&door->changed);
    const struct timespec end = end_of_patience();
    int result = 0;
    while (door->stirring > 0 && result != ETIMEDOUT)
        result = pthread_cond_timedwait(&door->changed, &door->lock, &end);
    door->stirring = 0;
}

static usec_t next_event(const struct door *door)
{
    usec_t next = stack_deadline(door->stack);
    struct list_link *at = list_first(&door->asleep);
    for (; at; at = list_next(&door->asleep, at))
        next = usec_min(next, list_entry(at, struct sleeper, asleep)->deadline);
    return next;
}

bool wait_turn(struct door *door, usec_t deadline)
{
    if (clock_now() >= deadline)
        return false;
    if (!is_driver(door)) {
        sleep_one_turn(door, deadline);
        return true;
    }
    usec_t next = usec_min(next_event(door), deadline);
    if (next == NEVER)
        return false;
    thread_sleep_until(next);
    wait_settle(door);
    return true;
}
