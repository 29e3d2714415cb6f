/* Two ends of a TCP connection across a testbed, in one thread: the kernel shakes hands and
 * acknowledges by itself, so nothing blocks for good. */
#ifndef TESTS_UNIT_TESTBED_TALK_H
#define TESTS_UNIT_TESTBED_TALK_H

#include "testbed/testbed.h"

struct talk {
    struct net *net[2]; /* by enum host */
    int listener;       /* in B */
    int sock[2];        /* by enum host; A connected to B */
};

enum { TALK_PORT = 7000 };

static inline int talk_open(struct talk *talk, struct testbed *testbed)
{
    const struct net_addr server = {TESTBED_IP_B, TALK_PORT};
    *talk = (struct talk){.net = {testbed_net(testbed, HOST_A), testbed_net(testbed, HOST_B)}};
    talk->listener = net_socket(talk->net[HOST_B], NET_STREAM);
    int error = net_bind(talk->net[HOST_B], talk->listener, &server);
    if (!error)
        error = net_listen(talk->net[HOST_B], talk->listener, 1);
    talk->sock[HOST_A] = net_socket(talk->net[HOST_A], NET_STREAM);
    if (!error)
        error = net_connect(talk->net[HOST_A], talk->sock[HOST_A], &server);
    if (!error)
        talk->sock[HOST_B] = net_accept(talk->net[HOST_B], talk->listener, NULL);
    return error;
}

/* Sends `text` from A to B; true when it arrives whole. */
static inline bool talk_say(struct talk *talk, const char *text)
{
    char heard[64];
    size_t len = strlen(text), have = 0;
    if (net_send(talk->net[HOST_A], talk->sock[HOST_A], text, len, 0) != (int64_t)len)
        return false;
    while (have < len) {
        int64_t got =
            net_recv(talk->net[HOST_B], talk->sock[HOST_B], heard + have, sizeof(heard) - have, 0);
        if (got <= 0)
            return false;
        have += (size_t)got;
    }
    return have == len && memcmp(heard, text, len) == 0;
}

/* A closes first. */
static inline void talk_close(struct talk *talk)
{
    net_close(talk->net[HOST_A], talk->sock[HOST_A]);
    net_close(talk->net[HOST_B], talk->sock[HOST_B]);
    net_close(talk->net[HOST_B], talk->listener);
}

/* Reads until the peer's end; 0, or a negative errno. */
static inline int64_t talk_hear_end(const struct talk *talk, enum host host)
{
    char heard[64];
    int64_t got;
    do
        got = net_recv(talk->net[host], talk->sock[host], heard, sizeof heard, 0);
    while (got > 0);
    return got;
}

/* A closes first, and each hears the other's end before the next step. B's FIN acknowledges A's, so
 * whoever has heard it is in TIME_WAIT: A is when this returns 0. */
static inline int64_t talk_part(struct talk *talk)
{
    net_shutdown(talk->net[HOST_A], talk->sock[HOST_A], NET_SHUT_WR);
    int64_t error = talk_hear_end(talk, HOST_B);
    net_close(talk->net[HOST_B], talk->sock[HOST_B]);
    net_close(talk->net[HOST_B], talk->listener);
    if (!error)
        error = talk_hear_end(talk, HOST_A);
    net_close(talk->net[HOST_A], talk->sock[HOST_A]);
    return error;
}

#endif
