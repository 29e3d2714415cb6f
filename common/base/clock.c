/* The one place that asks the system for the time. */
#include "base/clock.h"

#include <assert.h>
#include <time.h>

#include "base/sched.h"
#include "base/sched_thread.h"

usec_t clock_now(void)
{
    if (sched_is_virtual())
        return sched_now();
    struct timespec now;
    int failed = clock_gettime(CLOCK_MONOTONIC, &now);
    assert(!failed);
    (void)failed;
    return SECONDS(now.tv_sec) + now.tv_nsec / 1000;
}
