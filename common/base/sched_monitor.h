/* Monitors under the simulation. The baton already keeps threads apart; a monitor only has to
 * know who is inside, because its owner may block there (asleep, or in another monitor) or come to
 * a sched_point. For base/thread.c, which holds the contract; misuse asserts. */
#ifndef BASE_SCHED_MONITOR_H
#define BASE_SCHED_MONITOR_H

#include <stdbool.h>

#include "base/list.h"
#include "base/usec.h"

struct sched_thread;

struct sched_monitor {
    struct sched_thread *owner; /* who is inside, or NULL */
    struct sched_thread *heir;  /* who enters next, before anybody new, or NULL; is ready to run */
    struct list entering;       /* who come after the heir, first come first served */
};

void sched_monitor_init(struct sched_monitor *monitor);
void sched_monitor_enter(struct sched_monitor *monitor);
void sched_monitor_leave(struct sched_monitor *monitor);

/* `queue` is where to wait: struct waiters. */
bool sched_monitor_wait(struct sched_monitor *monitor, struct list *queue, usec_t deadline);
bool sched_monitor_wake(struct sched_monitor *monitor, const struct list *queue);

#endif
