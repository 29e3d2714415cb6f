/* The client of the server of uploads (server/upload.h): sends a file, ends its direction, which is
 * how the server learns that this was all, and reads the answer from the other direction. */
#ifndef CLIENT_UPLOAD_H
#define CLIENT_UPLOAD_H

#include <stdbool.h>
#include <stdio.h>

#include "base/fault.h"
#include "net/net.h"
#include "server/upload.h"

struct upload {
    struct net_addr server;
    FILE *source;      /* read to its end */
    usec_t timeout_us; /* bounds each wait; 0: none */
    bool keeps_open;   /* the bug to be seen: does not end its direction */
};

struct upload_client {
    struct net *net;
    int sock;
    struct sink_receipt sent; /* what the server's answer must say */
};

/* Connects, sends everything, ends its direction. Returns 0, or a negative errno with `fault` and
 * nothing left open. */
int upload_begin(struct upload_client *client, struct net *net, const struct upload *upload,
                 struct fault *fault);

/* Waits for the answer. Returns 0 when it names the octets that were sent, -EAGAIN when none came
 * in time, -EIO when it names others, or another negative errno; with `fault`. */
int upload_check(const struct upload_client *client, struct fault *fault);

/* Closes, without waiting for the server to do so. */
void upload_end(struct upload_client *client);

#endif
