/* A host of our own: an address on a link, and above it ARP, IPv4, ICMP, UDP and TCP.
 *
 * It is no thread but a handler of events. Somebody drives it: frames come in by stack_on_frames,
 * time by stack_on_time, and stack_deadline tells when that is next. In a simulation the scheduler
 * does that, on a real link whoever waits there (stack/drive.h). Programs come in by the socket
 * calls of stack/socket.h, from any thread, and what they send leaves at once, under the stack's
 * one lock. */
#ifndef STACK_STACK_H
#define STACK_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/event.h"
#include "base/siphash.h"
#include "base/usec.h"
#include "link/link.h"
#include "stack/counters.h"
#include "tcp/config.h"

struct stack;

/* An IPv4 address and a port, host byte order. */
struct stack_addr {
    uint32_t ip; /* 0: any */
    uint16_t port;
};

/* When a SYN is answered without a place in the SYN queue (tcp_syncookies). */
enum syn_cookies { SYN_COOKIES_OFF, SYN_COOKIES_WHEN_FULL, SYN_COOKIES_ALWAYS };

struct stack_config {
    char host;               /* 'A' or 'B' in the event log, '-' for none */
    struct event_sink *sink; /* hears states, timers, samples and drops; or NULL */

    uint32_t ip;        /* host byte order */
    uint8_t prefix_len; /* who shares its first bits with us is on the link; there is no router */

    uint64_t seed;                  /* everything left to chance but the two keys ... */
    struct siphash_key key;         /* ... of the table of connections ... */
    struct tcp_config tcp;          /* ... and of sequence numbers; `mtu` is taken from the link */
    uint32_t socket_limit;          /* sockets open at once, and connections alive at once */
    uint32_t syn_queue_limit;       /* handshakes under way at each listener */
    enum syn_cookies syn_cookies;   /* beyond them */
    uint16_t port_first, port_last; /* given to those who do not care which they get */
    bool reset_when_queue_full; /* refuse what a full accept queue has no place for, not drop it */
};

/* The defaults, with all chance drawn from `seed` and `host`: equal ones give equal runs. The
 * address is the caller's to fill in. */
void stack_config_seeded(struct stack_config *config, uint64_t seed, char host);

/* The same with chance from the system. Returns 0 or the negative errno of getrandom(2). */
int stack_config_random(struct stack_config *config, char host);

/* A host on `link`, which stays the caller's and must outlive it; its MAC address and MTU are the
 * link's. Returns 0 or -ENOMEM. */
int stack_new(struct stack **out, const struct stack_config *config, struct link *link);

/* Ends the host as if its power failed: connections that still exist say no goodbye. No thread may
 * be inside, no driver at work. */
void stack_free(struct stack *stack);

/* Frames arrived: takes the lock once for all of them. `now` may lie a little behind the last call
 * of another thread. */
void stack_on_frames(struct stack *stack, usec_t now, const struct link_frame *frames, int count);

/* When stack_on_time must run next; NEVER while nothing is due. */
usec_t stack_deadline(struct stack *stack);
void stack_on_time(struct stack *stack, usec_t now);

/* `mac` has the address `ip`, for ever: neither asked for by ARP nor overwritten by it. Returns 0,
 * or -ENOSPC when the cache is full of such. */
int stack_add_neighbour(struct stack *stack, uint32_t ip, const struct mac *mac);

void stack_get_counters(struct stack *stack, struct stack_counters *counters);

#endif
