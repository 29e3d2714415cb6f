/* The echo client: what is typed goes to the server, what the server sends is shown.
 *
 * Sending and showing run in threads of their own, so that a server which answers late, in pieces,
 * more than was asked or not at all (a person at `nc -l`, say) is shown as it is. */
#ifndef CLIENT_ECHO_H
#define CLIENT_ECHO_H

#include <stdio.h>

#include "base/fault.h"
#include "net/net.h"

struct echo_client_options {
    struct net_addr server;
    usec_t timeout_us;  /* give up when the server takes nothing for so long; 0: never */
    usec_t patience_us; /* with a prompt: wait so long for an answer before prompting again */
    FILE *input, *output;
    FILE *prompt; /* where to prompt, or NULL when nobody sits there */
};

struct echo_client_result {
    uint64_t sent, received;
};

/* Connects and holds the dialogue: ends its direction at the end of input and returns when the
 * server has ended its own. Returns 0, or a negative errno and `fault`. */
int echo_dialogue(struct net *net, const struct echo_client_options *options,
                  struct echo_client_result *result, struct fault *fault);

#endif
