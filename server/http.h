/* An HTTP/1.1 server of files (RFC 9110, 9112): GET and HEAD, many requests on one connection, a
 * thread for each connection.
 *
 * What HTTP has to add to TCP can be seen in it: a request is a piece of the stream whose end its
 * empty line tells, an answer one whose end Content-Length tells, and when neither can be trusted
 * any more the connection is closed, with care, lest a reset destroy the answer on its way. */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include <stdatomic.h>
#include <stdio.h>

#include "base/fault.h"
#include "net/net.h"
#include "server/http_site.h"

#define HTTP_PORT 8088

struct http_service {
    struct http_site site;
    usec_t timeout_us; /* a request must be complete so long after the one before it, and each part
                          of an answer be taken; 0: no limit */
    FILE *say;         /* hears a line of every request; or NULL */
    atomic_uint_fast64_t connections, requests, refused;
};

/* Serves one connection: a serve handler whose `arg` is a struct http_service. */
void http_handle(struct net *net, int sock, const struct net_addr *peer, void *arg);

struct http_options {
    struct net_addr addr;
    int64_t max_connections; /* at once; the rest wait in the listen queue */
};

/* Serves until Ctrl-C (after interrupt_block). Returns 0, or a negative errno with `fault`. */
int http_serve(struct net *net, const struct http_options *options, struct http_service *service,
               struct fault *fault);

#endif
