/* Monitors for threads of which only one runs at a time: queues, and fairness among them. */
#include "base/sched_monitor.h"

#include <assert.h>

#include "base/sched_thread.h"

static const char entering[] = "waits to enter a monitor held by ";

static struct sched_thread *first_of(const struct list *queue)
{
    struct list_link *first = list_first(queue);
    return first ? list_entry(first, struct sched_thread, queued) : NULL;
}

void sched_monitor_init(struct sched_monitor *monitor)
{
    *monitor = (struct sched_monitor){0};
    list_init(&monitor->entering);
}

static void inherit(struct sched_monitor *monitor)
{
    assert(monitor->heir == sched_running() && !monitor->owner);
    monitor->owner = monitor->heir;
    monitor->heir = NULL;
}

/* A handler slips in before the heir, and out again before the heir runs. */
void sched_monitor_enter(struct sched_monitor *monitor)
{
    struct sched_thread *self = sched_running();
    assert(monitor->owner != self && "entered twice");
    if (monitor->owner || (monitor->heir && !self->is_handler)) {
        sched_block(&monitor->entering, NEVER, entering, &monitor->owner);
        inherit(monitor);
    }
    monitor->owner = self;
}

/* The monitor is promised to who waited longest: one who leaves and enters again in a loop must
 * not starve the others. */
void sched_monitor_leave(struct sched_monitor *monitor)
{
    assert(monitor->owner == sched_running() && "left by one who is not inside");
    monitor->owner = NULL;
    if (monitor->heir)
        return;
    monitor->heir = first_of(&monitor->entering);
    if (monitor->heir)
        sched_wake(monitor->heir);
}

bool sched_monitor_wait(struct sched_monitor *monitor, struct list *queue, usec_t deadline)
{
    sched_monitor_leave(monitor);
    bool woken = sched_block(queue, deadline, "waits to be woken", NULL);
    if (woken)
        inherit(monitor);
    else
        sched_monitor_enter(monitor);
    return woken;
}

/* The woken need the monitor before they can go on, so they line up for it at once: making them
 * ready only to find it taken would cost each a useless turn. */
bool sched_monitor_wake(struct sched_monitor *monitor, const struct list *queue)
{
    assert(monitor->owner == sched_running() && "woken from outside");
    struct sched_thread *thread;
    bool woken = !list_is_empty(queue);
    while ((thread = first_of(queue)) != NULL) {
        list_remove(&thread->queued);
        list_remove(&thread->timed);
        thread->state = entering;
        thread->blocker = &monitor->owner;
        list_append(&monitor->entering, &thread->queued);
    }
    return woken;
}
