/* Every TCP socket of a network namespace, as the kernel sees them (SOCK_DIAG, what `ss` asks):
 * also those that no descriptor leads to any more or yet, in TIME_WAIT and SYN_RECEIVED. */
#ifndef SOCK_DIAG_H
#define SOCK_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/tcp_state.h"
#include "base/usec.h"
#include "sock/tcp_info.h"

enum sock_timer { /* the kernel's numbers */
                  SOCK_TIMER_NONE,
                  SOCK_TIMER_RETRANSMIT, /* also tail-loss probe, reordering, SYN-ACK */
                  SOCK_TIMER_KEEPALIVE,  /* also FIN_WAIT_2's end */
                  SOCK_TIMER_TIME_WAIT,
                  SOCK_TIMER_PROBE, /* zero window */
};

struct sock_diag_entry {
    enum tcp_state state;
    uint32_t local_ip, remote_ip; /* host byte order */
    uint16_t local_port, remote_port;
    uint32_t recv_queue, send_queue; /* bytes unread, bytes unacknowledged; LISTEN: connections
                                        waiting to be accepted, and how many may */
    enum sock_timer timer;           /* the one that fires next */
    usec_t timer_us;                 /* in how long, in steps of milliseconds */
    uint32_t timer_count;            /* how often in a row it has fired */
    uint32_t inode;                  /* of the descriptor; 0 when there is none */
    bool has_info;                   /* not in TIME_WAIT, nor before the handshake's end */
    union sock_tcp_info info;
};

struct sock_diag; /* one thread at a time */

/* A conversation with the kernel about the sockets of `netns_fd` (-1: the caller's namespace).
 * Needs no privilege. */
int sock_diag_open(struct sock_diag **out, int netns_fd);
void sock_diag_close(struct sock_diag *diag);

/* Which states to list: bits 1 << enum tcp_state. */
#define SOCK_DIAG_ALL ((1U << STATE_COUNT) - 1)

/* Calls `each` for every IPv4 TCP socket in one of `states`. The list is no snapshot: sockets that
 * change meanwhile may show either way. After an error other than -ENOMEM open a new one. */
int sock_diag_list(struct sock_diag *diag, uint32_t states,
                   void (*each)(const struct sock_diag_entry *entry, void *arg), void *arg);

#endif
