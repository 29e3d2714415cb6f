/* Many echo clients at once. */
#include "client/many.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/thread.h"
#include "client/ask.h"

struct crowd {
    struct net *net;
    const struct many_options *options;
    struct monitor monitor;
    struct many_result *result; /* guarded by monitor, as is: */
    int awaited;                /* clients that have neither connected nor failed to */
};

struct member {
    struct crowd *crowd;
    struct thread *thread;
    int number;
};

/* This client has come so far; waits for the others where all are to be there together. */
static void gather_round(struct crowd *crowd)
{
    monitor_enter(&crowd->monitor);
    if (--crowd->awaited == 0)
        monitor_wake(&crowd->monitor);
    while (crowd->options->together && crowd->awaited > 0)
        monitor_wait(&crowd->monitor, NEVER);
    monitor_leave(&crowd->monitor);
}

static int live(struct crowd *crowd, int number)
{
    const struct many_options *options = crowd->options;
    char line[32];
    int len = snprintf(line, sizeof line, "client %d\n", number);

    int sock = ask_open(crowd->net, &options->server, options->timeout_us);
    gather_round(crowd);
    if (sock < 0)
        return sock;
    return ask_and_close(crowd->net, sock, (struct span){(uint8_t *)line, (size_t)len});
}

static void run_member(void *arg)
{
    struct member *member = arg;
    struct many_result *result = member->crowd->result;
    int outcome = live(member->crowd, member->number);

    monitor_enter(&member->crowd->monitor);
    if (outcome == 1) {
        result->answered++;
    } else {
        if (result->failed++ == 0)
            result->first_error = outcome;
    }
    monitor_leave(&member->crowd->monitor);
}

/* One descriptor per client: asks for as many as the system lets this process have. */
static void raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Those that could not be started will never come. */
static void expect_fewer(struct crowd *crowd, int missing)
{
    monitor_enter(&crowd->monitor);
    crowd->awaited -= missing;
    monitor_wake(&crowd->monitor);
    monitor_leave(&crowd->monitor);
}

/* Starts them all, then joins those that started. */
static int run_all(struct crowd *crowd, struct member *members)
{
    int count = crowd->options->clients, started = 0, error = 0;

    for (; started < count && !error; started++) {
        members[started] = (struct member){.crowd = crowd, .number = started};
        error =
            thread_start(&members[started].thread, "echo-client", run_member, &members[started]);
    }
    if (error)
        expect_fewer(crowd, count - --started);
    for (int i = 0; i < started; i++)
        thread_join(members[i].thread);
    return error;
}

static int verdict(const struct many_result *result, struct fault *fault)
{
    if (!result->failed)
        return 0;
    if (!result->first_error)
        return fault_set(fault, -EIO, "%d clients got a wrong answer", result->failed);
    return fault_errno(fault, result->first_error, "%d clients of %d failed, the first with",
                       result->failed, result->failed + result->answered);
}

int many_run(struct net *net, const struct many_options *options, struct many_result *result,
             struct fault *fault)
{
    struct crowd crowd = {
        .net = net, .options = options, .result = result, .awaited = options->clients};
    struct member *members = calloc((size_t)options->clients, sizeof *members);
    usec_t start = clock_now();

    if (!members)
        return fault_errno(fault, -ENOMEM, "cannot have %d clients", options->clients);
    raise_descriptors();
    *result = (struct many_result){0};
    monitor_init(&crowd.monitor);
    int error = run_all(&crowd, members);
    monitor_fini(&crowd.monitor);
    free(members);
    result->took_us = clock_now() - start;
    if (error)
        return fault_errno(fault, error, "cannot start a thread per client");
    return verdict(result, fault);
}
