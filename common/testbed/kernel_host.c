/* SOCK_DIAG's entries in the testbed's form. */
#include "testbed/kernel_host.h"

#include "sock/diag.h"

static const char *const timer_names[SOCK_TIMER_PROBE + 1] = {
    [SOCK_TIMER_RETRANSMIT] = "on",
    [SOCK_TIMER_KEEPALIVE] = "keepalive",
    [SOCK_TIMER_TIME_WAIT] = "timewait",
    [SOCK_TIMER_PROBE] = "persist",
};

static void tell_entry(const struct sock_diag_entry *entry, void *arg)
{
    const struct tcp_listing *listing = arg;
    const struct tcp_entry told = {
        .state = entry->state,
        .local = {entry->local_ip, entry->local_port},
        .peer = {entry->remote_ip, entry->remote_port},
        .recv_queue = entry->recv_queue,
        .send_queue = entry->send_queue,
        .timer = entry->timer <= SOCK_TIMER_PROBE ? timer_names[entry->timer] : NULL,
        .timer_us = entry->timer_us,
        .timer_count = entry->timer_count,
    };
    listing->each(&told, listing->arg);
}

int kernel_host_list(int netns_fd, const struct tcp_listing *listing)
{
    struct sock_diag *diag;
    int error = sock_diag_open(&diag, netns_fd);
    if (error)
        return error;
    error = sock_diag_list(diag, SOCK_DIAG_ALL, tell_entry, (void *)listing);
    sock_diag_close(diag);
    return error;
}
