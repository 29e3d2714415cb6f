/* The pulse of a connection. */
#include "net/heartbeat.h"

#include <assert.h>

void heartbeat_init(struct heartbeat *heartbeat, usec_t interval_us, uint32_t misses, usec_t now)
{
    assert(interval_us > 0 && misses > 0);
    *heartbeat = (struct heartbeat){interval_us, misses, 0, now};
}

/* The next ping follows this one, not the time when this one should have been: after a pause of the
 * whole program a burst of pings would not get its answers any sooner. */
enum heartbeat_action heartbeat_on_time(struct heartbeat *heartbeat, usec_t now)
{
    if (now < heartbeat->deadline)
        return HEARTBEAT_WAIT;
    if (heartbeat->unanswered == heartbeat->misses)
        return HEARTBEAT_DEAD;
    heartbeat->unanswered++;
    heartbeat->deadline = now + heartbeat->interval_us;
    return HEARTBEAT_PING;
}

void heartbeat_on_word(struct heartbeat *heartbeat)
{
    heartbeat->unanswered = 0;
}

usec_t heartbeat_deadline(const struct heartbeat *heartbeat)
{
    return heartbeat->deadline;
}
