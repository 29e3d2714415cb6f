/* A small HTTP/1.1 client (RFC 9112): asks one thing after the other on one connection, and knows
 * the three ways in which an answer's content may end: after so many octets, after the last of its
 * chunks, and with the stream. */
#ifndef CLIENT_HTTP_H
#define CLIENT_HTTP_H

#include <stdbool.h>
#include <stdio.h>

#include "base/fault.h"
#include "net/io.h"

enum { HTTP_LINE_MAX = 4096, HTTP_SHA256_BYTES = 32 };

/* Belongs to one thread. */
struct http_client {
    struct net *net;
    int sock;
    struct net_lines lines;
    uint8_t room[HTTP_LINE_MAX];
};

struct http_answer {
    int status;
    uint64_t length;  /* octets of content that came */
    uint64_t allowed; /* octets that Content-Length announces; UINT64_MAX: it is not there */
    bool chunked;
    bool keeps_alive; /* another request may follow */
    char type[64];
    uint8_t sha256[HTTP_SHA256_BYTES]; /* of the content */
};

/* Connects. `timeout_us` bounds each wait; 0: none. Returns 0, or a negative errno with `fault`. */
int http_client_open(struct http_client *client, struct net *net, const struct net_addr *server,
                     usec_t timeout_us, struct fault *fault);

/* Sends a request. `method` is GET or HEAD, and `path` as it is to be sent. Returns 0 or a negative
 * errno. */
int http_client_ask(struct http_client *client, const char *method, const char *path);

/* Receives an answer; `content`, unless it is NULL, gets what came with it. Behind a HEAD nothing
 * does, whatever the answer says. Returns 0, or a negative errno with `fault`: -EPROTO for what is
 * no HTTP/1, -EAGAIN when nothing came in time. */
int http_client_hear(struct http_client *client, bool head_only, FILE *content,
                     struct http_answer *answer, struct fault *fault);

/* Closes, without waiting for the server to do so. */
void http_client_close(struct http_client *client);

#endif
