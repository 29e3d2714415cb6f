/* The echo server (RFC 862's idea over TCP): every byte comes back, one thread per connection. */
#ifndef SERVER_ECHO_H
#define SERVER_ECHO_H

#include <stdatomic.h>
#include <stdio.h>

#include "base/fault.h"
#include "net/net.h"

#define ECHO_PORT 8080

struct echo_counts {
    atomic_uint_fast64_t connections, bytes; /* over, the broken among them; echoed */
    atomic_uint_fast64_t broken;             /* ended by a reset or a time-out */
};

struct echo_server_options {
    struct net_addr addr;
    int64_t backlog, max_connections;
    bool reuse_addr;   /* SO_REUSEADDR: listen although connections of a former life linger */
    usec_t timeout_us; /* a peer that neither reads nor writes for so long is let go; 0: never */
    FILE *say;         /* hears one line per start, broken connection and stop; or NULL */
};

/* What a handler needs to know; `say` may be NULL. */
struct echo_service {
    struct echo_counts counts;
    usec_t timeout_us;
    FILE *say;
};

/* Echoes one connection to the end of its stream: a serve handler whose `arg` is a struct
 * echo_service. Ends its own direction before it returns. */
void echo_handle(struct net *net, int sock, const struct net_addr *peer, void *arg);

/* Serves until Ctrl-C (the caller has called interrupt_block) and tells how many it served.
 * Returns 0, or a negative errno with `fault`. */
int echo_serve(struct net *net, const struct echo_server_options *options, struct fault *fault);

#endif
