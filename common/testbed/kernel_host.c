/* SOCK_DIAG's entries in the testbed's form, and the kernel's counters. */
#include "testbed/kernel_host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sock/diag.h"
#include "testbed/netns.h"

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

/* ---- counters ---- */

enum { LINE_MAX_LENGTH = 1024 };

struct counter {
    const char *name;
    int64_t value;
};

/* The file has a line of names, and below it one of values: "Tcp: InSegs ...", "Tcp: 17 ...". */
static int64_t pick(char *names, char *values, const char *name)
{
    char *in_names, *in_values;
    char *at = strtok_r(names, " \n", &in_names), *value = strtok_r(values, " \n", &in_values);
    while (at && value && strcmp(at, name) != 0) {
        at = strtok_r(NULL, " \n", &in_names);
        value = strtok_r(NULL, " \n", &in_values);
    }
    return at && value ? strtoll(value, NULL, 10) : -ENOENT;
}

static bool next_tcp_line(FILE *file, char line[static LINE_MAX_LENGTH])
{
    while (fgets(line, LINE_MAX_LENGTH, file))
        if (strncmp(line, "Tcp:", 4) == 0)
            return true;
    return false;
}

static int read_counter(void *arg)
{
    struct counter *counter = arg;
    char names[LINE_MAX_LENGTH], values[LINE_MAX_LENGTH];
    FILE *file = fopen("/proc/thread-self/net/snmp", "re");
    if (!file)
        return -errno;
    bool found = next_tcp_line(file, names) && next_tcp_line(file, values);
    fclose(file);
    counter->value = found ? pick(names, values, counter->name) : -ENOENT;
    return 0;
}

int64_t kernel_host_count(int netns_fd, const char *name)
{
    struct counter counter = {.name = name};
    int error = netns_run(netns_fd, read_counter, &counter);
    return error ? error : counter.value;
}
