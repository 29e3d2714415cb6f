/* A connection both of whose ends are this program's. */
#include "experiments/ends.h"

#include "net/io.h"

#define PATIENCE SECONDS(5)

static int open_listener(struct net *net, const struct net_addr *addr, uint32_t rcvbuf)
{
    int sock = net_socket(net, NET_STREAM);
    if (sock < 0)
        return sock;
    int error = rcvbuf ? net_setsockopt(net, sock, NET_SO_RCVBUF, rcvbuf) : 0;
    if (!error)
        error = net_bind(net, sock, addr);
    if (!error)
        error = net_listen(net, sock, 1);
    if (!error)
        return sock;
    net_close(net, sock);
    return error;
}

static void set_patience(struct net *net, int sock)
{
    net_setsockopt(net, sock, NET_SO_RCVTIMEO, PATIENCE);
    net_setsockopt(net, sock, NET_SO_SNDTIMEO, PATIENCE);
}

static int connect_both(struct ends *ends, const struct knock *how, int listener)
{
    struct stage *stage = ends->stage;
    ends->a = knock(stage->a, how, NULL);
    if (ends->a < 0)
        return ends->a;
    ends->b = net_accept(stage->b, listener, NULL);
    if (ends->b < 0) {
        net_close(stage->a, ends->a);
        return ends->b;
    }
    set_patience(stage->a, ends->a);
    set_patience(stage->b, ends->b);
    return 0;
}

static int meet(struct ends *ends, const struct knock *how, uint32_t rcvbuf, struct fault *fault)
{
    struct net *b = ends->stage->b;
    int listener = open_listener(b, &how->server, rcvbuf);
    if (listener < 0)
        return fault_errno(fault, listener, "cannot listen");
    set_patience(b, listener);
    int error = connect_both(ends, how, listener);
    net_close(b, listener);
    return error ? fault_errno(fault, error, "cannot connect") : 0;
}

int ends_knock(struct ends *ends, struct stage *stage, const struct knock *how, struct fault *fault)
{
    *ends = (struct ends){.stage = stage, .a = -1, .b = -1};
    return meet(ends, how, 0, fault);
}

int ends_open_narrow(struct ends *ends, struct stage *stage, uint16_t port, uint32_t rcvbuf,
                     struct fault *fault)
{
    const struct knock how = {.server = {testbed_ip(HOST_B), port}};
    *ends = (struct ends){.stage = stage, .a = -1, .b = -1};
    return meet(ends, &how, rcvbuf, fault);
}

int ends_open(struct ends *ends, struct stage *stage, uint16_t port, struct fault *fault)
{
    return ends_open_narrow(ends, stage, port, 0, fault);
}

/* Returns the socket or a negative errno. */
static int open_datagrams(struct net *net, const struct net_addr *addr,
                          int (*name)(struct net *net, int sock, const struct net_addr *addr))
{
    int sock = net_socket(net, NET_DGRAM);
    if (sock < 0)
        return sock;
    int error = name(net, sock, addr);
    if (!error)
        error = net_setsockopt(net, sock, NET_SO_RCVTIMEO, PATIENCE);
    if (!error)
        return sock;
    net_close(net, sock);
    return error;
}

int ends_open_udp(struct ends *ends, struct stage *stage, uint16_t port, struct fault *fault)
{
    const struct net_addr addr = {testbed_ip(HOST_B), port};
    *ends = (struct ends){.stage = stage, .a = -1};
    ends->b = open_datagrams(stage->b, &addr, net_bind);
    if (ends->b < 0)
        return fault_errno(fault, ends->b, "cannot make B's datagram socket");
    ends->a = open_datagrams(stage->a, &addr, net_connect);
    if (ends->a >= 0)
        return 0;
    net_close(stage->b, ends->b);
    return fault_errno(fault, ends->a, "cannot make A's datagram socket");
}

static int64_t ask_and_answer(const struct ends *ends)
{
    char byte;
    int64_t done = net_setsockopt(ends->stage->b, ends->b, NET_TCP_QUICKACK, 0);
    if (done >= 0)
        done = net_write_full(ends->stage->a, ends->a, "?", 1);
    if (done >= 0)
        done = net_read_full(ends->stage->b, ends->b, &byte, 1);
    if (done >= 0)
        done = net_write_full(ends->stage->b, ends->b, "!", 1);
    return done < 0 ? done : net_read_full(ends->stage->a, ends->a, &byte, 1);
}

int ends_warm_up(struct ends *ends, struct fault *fault)
{
    int64_t done = ask_and_answer(ends);
    if (done < 0)
        return fault_errno(fault, (int)done, "cannot warm up");
    stage_note(ends->stage, "warm: here it begins");
    return 0;
}

void ends_close(struct ends *ends)
{
    if (ends->a >= 0)
        net_close(ends->stage->a, ends->a);
    if (ends->b >= 0)
        net_close(ends->stage->b, ends->b);
}
