/* A connection both of whose ends are this program's. */
#include "experiments/ends.h"

#include "client/ask.h"

#define PATIENCE SECONDS(5)

static int open_listener(struct net *net, const struct net_addr *addr)
{
    int sock = net_socket(net, NET_STREAM);
    if (sock < 0)
        return sock;
    int error = net_bind(net, sock, addr);
    if (!error)
        error = net_listen(net, sock, 1);
    if (!error)
        return sock;
    net_close(net, sock);
    return error;
}

int ends_open(struct ends *ends, struct stage *stage, uint16_t port, struct fault *fault)
{
    const struct net_addr addr = {testbed_ip(HOST_B), port};
    *ends = (struct ends){.stage = stage, .b = -1};
    int listener = open_listener(stage->b, &addr);
    if (listener < 0)
        return fault_errno(fault, listener, "cannot listen");
    ends->a = ask_open(stage->a, &addr, PATIENCE);
    if (ends->a >= 0)
        ends->b = net_accept(stage->b, listener, NULL);
    net_close(stage->b, listener);
    if (ends->b >= 0)
        return 0;
    if (ends->a >= 0)
        net_close(stage->a, ends->a);
    return fault_errno(fault, ends->a < 0 ? ends->a : ends->b, "cannot connect");
}

void ends_close(struct ends *ends)
{
    if (ends->a >= 0)
        net_close(ends->stage->a, ends->a);
    if (ends->b >= 0)
        net_close(ends->stage->b, ends->b);
}
