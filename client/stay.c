/* Connect, beat, lose, wait, and again. */
#include "client/stay.h"

#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/thread.h"
#include "client/ask.h"
#include "net/backoff.h"
#include "net/heartbeat.h"
#include "net/io.h"

enum { LINE_MAX_BYTES = 32, CHUNK = 256 };

struct staying {
    struct net *net;
    const struct stay *stay;
    struct backoff backoff;
    uint64_t pings;
    bool answered; /* the server has said something in this connection */
    bool enough;
};

static void tell(struct staying *s, struct stay_news news)
{
    news.at = clock_now();
    s->enough = !s->stay->tell(&news, s->stay->arg);
}

/* ---- while connected ---- */

static int64_t ping(struct staying *s, int sock)
{
    char line[LINE_MAX_BYTES];
    int len = snprintf(line, sizeof line, "ping %llu\n", (unsigned long long)++s->pings);
    return net_write_full(s->net, sock, line, (size_t)len);
}

/* Takes what has come. Returns 0 when the stream has ended, or a negative errno. */
static int64_t hear(struct staying *s, int sock, struct heartbeat *heartbeat)
{
    char chunk[CHUNK];
    int64_t got = net_recv(s->net, sock, chunk, sizeof chunk, NET_DONTWAIT);
    if (got == -EAGAIN)
        return 1;
    if (got > 0) {
        heartbeat_on_word(heartbeat);
        s->answered = true;
    }
    for (int64_t i = 0; i < got && !s->enough; i++)
        if (chunk[i] == '\n')
            tell(s, (struct stay_news){.event = STAY_PONG});
    return got;
}

/* One step: pings when it is time, then waits until it is again, or the server has said something.
 * As hear. */
static int64_t beat(struct staying *s, int sock, struct heartbeat *heartbeat)
{
    struct net_pollfd word = {.sock = sock, .events = NET_IN};
    int64_t result = 1;
    enum heartbeat_action action = heartbeat_on_time(heartbeat, clock_now());
    if (action == HEARTBEAT_DEAD)
        return -ETIMEDOUT;
    if (action == HEARTBEAT_PING)
        result = ping(s, sock);
    if (result < 0)
        return result;
    usec_t wait = usec_max(heartbeat_deadline(heartbeat) - clock_now(), 0);
    int ready = net_poll(s->net, &word, 1, wait);
    return ready > 0 ? hear(s, sock, heartbeat) : ready < 0 ? ready : 1;
}

/* Until the connection is lost; returns why. Then it is aborted: what waits in its buffer is old,
 * and nobody will take it. */
static int hold(struct staying *s, int sock)
{
    struct heartbeat heartbeat;
    int64_t result = 1;
    heartbeat_init(&heartbeat, s->stay->interval_us, (uint32_t)s->stay->misses, clock_now());
    s->answered = false;
    tell(s, (struct stay_news){.event = STAY_CONNECTED});
    while (!s->enough && result > 0)
        result = beat(s, sock, &heartbeat);
    if (result < 0)
        net_setsockopt(s->net, sock, NET_SO_LINGER, 0);
    net_close(s->net, sock);
    if (result <= 0)
        tell(s, (struct stay_news){.event = STAY_LOST, .error = (int)result});
    return (int)result;
}

/* ---- while not ---- */

static void pause_after(struct staying *s, int error)
{
    usec_t pause_us = backoff_next(&s->backoff);
    tell(s, (struct stay_news){.event = STAY_RETRY, .error = error, .pause_us = pause_us});
    if (!s->enough)
        thread_sleep_until(usec_after(clock_now(), pause_us));
}

/* One connection, or none. A server that takes it and says nothing is no better than no server:
 * only a word of it begins the pauses anew. */
static void live_with(struct staying *s, int sock)
{
    int error = sock < 0 ? sock : hold(s, sock);
    if (sock >= 0 && s->answered)
        backoff_reset(&s->backoff);
    else if (!s->enough)
        pause_after(s, error);
}

/* These are not the server's doing, and will not pass. */
static bool is_hopeless(int error)
{
    return error == -EMFILE || error == -ENFILE || error == -ENOMEM || error == -ENOBUFS ||
           error == -EACCES || error == -EPERM || error == -EINVAL;
}

int stay_connected(struct net *net, const struct stay *stay, struct fault *fault)
{
    struct staying s = {.net = net, .stay = stay};
    struct net_addr_text text;
    backoff_init(&s.backoff, stay->retry_first_us, stay->retry_most_us, stay->seed);
    while (!s.enough) {
        int sock = ask_open(net, &stay->server, stay->connect_us);
        if (is_hopeless(sock))
            return fault_errno(fault, sock, "cannot connect to %s",
                               net_addr_format(&text, &stay->server));
        live_with(&s, sock);
    }
    return 0;
}
