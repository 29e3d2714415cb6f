/* Threads that go into a network namespace so that nobody else has to. */
#include "testbed/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#include "base/thread.h"

struct errand {
    int netns_fd;
    int (*job)(void *arg);
    void *arg;
    int result;
};

static void run_errand(void *arg)
{
    struct errand *errand = arg;
    if (setns(errand->netns_fd, CLONE_NEWNET) < 0)
        errand->result = -errno;
    else
        errand->result = errand->job(errand->arg);
}

/* The thread ends here, and with it its stay in the new namespace; the descriptor remains. */
static void make_namespace(void *arg)
{
    int *result = arg;
    if (unshare(CLONE_NEWNET) == 0)
        *result = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (*result < 0)
        *result = -errno;
}

static int send_out(void (*run)(void *arg), void *arg)
{
    struct thread *thread;
    int error = thread_start(&thread, "netns", run, arg);
    if (error)
        return error;
    thread_join(thread);
    return 0;
}

int netns_new(void)
{
    int result = -1;
    int error = send_out(make_namespace, &result);
    return error ? error : result;
}

int netns_run(int netns_fd, int (*job)(void *arg), void *arg)
{
    struct errand errand = {.netns_fd = netns_fd, .job = job, .arg = arg};
    int error = send_out(run_errand, &errand);
    return error ? error : errand.result;
}
