/* The problem: a peer that lost its power says no goodbye, and an idle connection never notices.
 * The rule: after a long silence ask for a sign of life, several times, then call the peer dead.
 * RFC 9293 section 3.8.4 (MAY-5, MUST-24 to MUST-29).
 * Seen in: tests/unit/tcp/test_keepalive.c; experiment exp-keepalive. */
#include "tcp/keepalive.h"

#include "tcp/params.h"

void keepalive_init(struct keepalive *k, usec_t now)
{
    *k = (struct keepalive){
        .deadline = NEVER,
        .heard = now,
        .idle_s = KEEPALIVE_IDLE_DEFAULT,
        .interval_s = KEEPALIVE_INTERVAL_DEFAULT,
        .probes = KEEPALIVE_PROBES_DEFAULT,
    };
}

/* While probes go unanswered the interval counts, before that the idle time. */
static void schedule(struct keepalive *k, usec_t now)
{
    if (!k->on)
        k->deadline = NEVER;
    else if (k->sent > 0)
        k->deadline = usec_after(now, SECONDS(k->interval_s));
    else
        k->deadline = usec_max(now, usec_after(k->heard, SECONDS(k->idle_s)));
}

void keepalive_set(struct keepalive *k, bool on, usec_t now)
{
    k->on = on;
    k->sent = 0;
    schedule(k, now);
}

void keepalive_on_config(struct keepalive *k, usec_t now)
{
    schedule(k, now);
}

void keepalive_on_heard(struct keepalive *k, usec_t now)
{
    k->heard = now;
    k->sent = 0;
    schedule(k, now);
}

bool keepalive_due(const struct keepalive *k, usec_t now)
{
    return now >= k->deadline;
}

enum keepalive_verdict keepalive_on_timeout(struct keepalive *k, usec_t now)
{
    if (k->sent >= k->probes) {
        k->deadline = NEVER;
        return KEEPALIVE_GIVE_UP;
    }
    k->sent++;
    schedule(k, now);
    return KEEPALIVE_PROBE;
}

void keepalive_postpone(struct keepalive *k, usec_t now)
{
    k->sent = 0;
    k->deadline = usec_after(now, SECONDS(k->idle_s));
}
