/* The client of the server of messages (server/framed.h). */
#ifndef CLIENT_FRAMED_H
#define CLIENT_FRAMED_H

#include "base/fault.h"
#include "net/framing.h"
#include "net/net.h"

enum { FRAMED_ANSWER_MAX = 512 };

struct framed_question {
    struct net_addr server;
    enum framing framing;
    const char *const *texts; /* each one message */
    size_t count;
    size_t piece;      /* octets per send, whatever the messages; 0: each message by itself */
    usec_t timeout_us; /* bounds each wait; 0: none */
};

/* Sends the messages and reads an answer to each; `hear` gets each answer as it comes. Returns how
 * many came before the stream ended, or a negative errno with `fault`. */
int framed_ask(struct net *net, const struct framed_question *question,
               void (*hear)(struct span answer, void *arg), void *arg, struct fault *fault);

#endif
