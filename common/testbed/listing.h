/* Every TCP socket of a host of the testbed, whichever stack it runs on: what `ss -tano` lists. */
#ifndef TESTBED_LISTING_H
#define TESTBED_LISTING_H

#include "net/net.h"
#include "testbed/testbed.h"

struct tcp_entry {
    enum tcp_state state;
    struct net_addr local, peer;
    uint32_t recv_queue, send_queue; /* bytes unread, bytes unacknowledged; LISTEN: connections
                                        waiting to be accepted, and how many may */
    const char *timer;               /* as `ss` calls it: "on" (retransmission), "keepalive",
                                        "timewait", "persist"; NULL: none */
    usec_t timer_us;                 /* in how long it fires */
    uint32_t timer_count;            /* how often in a row it has */
};

/* Calls `each` for every one. Returns 0 or a negative errno. */
int testbed_list(struct testbed *testbed, enum host host,
                 void (*each)(const struct tcp_entry *entry, void *arg), void *arg);

/* How many sockets of a host are in `state`, with the local port `port` (0: any); or a negative
 * errno. */
int testbed_count(struct testbed *testbed, enum host host, enum tcp_state state, uint16_t port);

/* The first socket in `state` with the local port `port` (0: any). Returns 1, 0 when there is none,
 * or a negative errno. */
int testbed_find(struct testbed *testbed, enum host host, enum tcp_state state, uint16_t port,
                 struct tcp_entry *found);

/* The line that `ss -tano` prints of it, its columns one space apart; returns its text. */
struct tcp_entry_text {
    char text[120];
};

const char *tcp_entry_format(struct tcp_entry_text *out, const struct tcp_entry *entry);

#endif
