/* Looking until something has come true. */
#include "experiments/await.h"

#include "base/clock.h"
#include "base/thread.h"
#include "testbed/listing.h"

#define GLANCE MS(2)

static enum tcp_state state_of(struct net *net, int sock)
{
    struct net_info info;
    return net_info(net, sock, &info) ? STATE_CLOSED : info.state;
}

bool await_state(struct net *net, int sock, enum tcp_state state, usec_t patience_us)
{
    usec_t deadline = usec_after(clock_now(), patience_us);
    while (state_of(net, sock) != state) {
        if (clock_now() >= deadline)
            return false;
        thread_sleep_until(usec_after(clock_now(), GLANCE));
    }
    return true;
}

bool await_acked(struct net *net, int sock, usec_t patience_us)
{
    usec_t deadline = usec_after(clock_now(), patience_us);
    struct net_info info;
    while (net_info(net, sock, &info) == 0 && info.unacked + info.unsent > 0) {
        if (clock_now() >= deadline)
            return false;
        thread_sleep_until(usec_after(clock_now(), GLANCE));
    }
    return true;
}

static uint32_t unread_of(struct net *net, int sock)
{
    struct net_info info;
    return net_info(net, sock, &info) ? 0 : info.unread;
}

bool await_unread(struct net *net, int sock, uint32_t octets, usec_t patience_us)
{
    usec_t deadline = usec_after(clock_now(), patience_us);
    while (unread_of(net, sock) < octets) {
        if (clock_now() >= deadline)
            return false;
        thread_sleep_until(usec_after(clock_now(), GLANCE));
    }
    return true;
}

bool await_count(struct testbed *testbed, const struct await_crowd *crowd, usec_t patience_us)
{
    usec_t deadline = usec_after(clock_now(), patience_us);
    while (testbed_count(testbed, crowd->host, crowd->state, crowd->port) != crowd->count) {
        if (clock_now() >= deadline)
            return false;
        thread_sleep_until(usec_after(clock_now(), GLANCE));
    }
    return true;
}
