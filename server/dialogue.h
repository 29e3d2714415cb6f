/* A server that holds a dialogue in lines, as a table tells it: what it is waiting for, what it
 * hears, what it says, and what it waits for then. Enough for the older half of the Internet's
 * protocols, which were made to be typed by a person at a terminal: here a mail server (RFC 5321)
 * and a login by Telnet. It knows nobody and keeps nothing. */
#ifndef SERVER_DIALOGUE_H
#define SERVER_DIALOGUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/fault.h"
#include "net/net.h"

enum { DIALOGUE_LINE_MAX = 1000 }; /* RFC 5321 section 4.5.3.1.6, the line's end included */

/* One row; of those that fit the first counts. */
struct dialogue_row {
    const char *state; /* NULL: whatever it waits for */
    const char *hears; /* how the line begins, in either case; "" is any line, and one that ends in
                          '$' must be all of it */
    const char *says;  /* NULL: nothing */
    const char *then;  /* NULL: as before; "" : the end */
};

struct dialogue {
    const char *name, *greeting, *begins; /* the first state */
    const char *too_long;                 /* its last words to a line that does not end */
    bool telnet;                          /* with commands between the text (server/telnet.h) */
    const struct dialogue_row *rows;
    size_t count;
};

/* "smtp" and "telnet"; NULL for any other name. */
const struct dialogue *dialogue_find(const char *name);

/* The row that answers `line` (without its end) in `state`; NULL when none does. Pure. */
const struct dialogue_row *dialogue_answer(const struct dialogue *dialogue, const char *state,
                                           const char *line);

struct dialogue_service {
    const struct dialogue *dialogue;
    usec_t timeout_us; /* a client that says nothing for so long is let go; 0: never */
    FILE *say;         /* hears a line of every dialogue; or NULL */
    atomic_uint_fast64_t held, lines, refusals; /* dialogues that came to their end, lines heard,
                                                   Telnet requests refused */
};

/* Holds one dialogue: a serve handler whose `arg` is a struct dialogue_service. */
void dialogue_handle(struct net *net, int sock, const struct net_addr *peer, void *arg);

/* Serves until Ctrl-C (after interrupt_block). Returns 0, or a negative errno with `fault`. */
int dialogue_serve(struct net *net, const struct net_addr *addr, struct dialogue_service *service,
                   struct fault *fault);

#endif
