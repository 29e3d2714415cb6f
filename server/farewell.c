/* Waiting a while for the other side's end. */
#include "server/farewell.h"

#include "base/clock.h"

#define PATIENCE SECONDS(2)

void farewell(struct net *net, int sock)
{
    uint8_t rest[4096];
    struct net_pollfd arrived = {.sock = sock, .events = NET_IN};
    usec_t deadline = usec_after(clock_now(), PATIENCE);
    if (net_shutdown(net, sock, NET_SHUT_WR))
        return;
    while (net_poll(net, &arrived, 1, usec_max(deadline - clock_now(), 0)) == 1 &&
           net_recv(net, sock, rest, sizeof rest, NET_DONTWAIT) > 0)
        ;
}
