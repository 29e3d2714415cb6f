/* A child that sleeps until its parent is dead. */
#include "testbed/guard.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void await_end_of(pid_t holder)
{
    struct pollfd ended = {.fd = pidfd_open(holder, 0), .events = POLLIN};
    if (ended.fd < 0 || getppid() != holder) /* dead already */
        return;
    while (poll(&ended, 1, -1) < 0 && errno == EINTR)
        ;
}

/* A registration whose holder is dead is removed by looking for it, the folder by closing it. */
static void forget(struct registry *registry, const char *name)
{
    struct registration found;
    struct fault ignored = {0};
    (void)registry_find(registry, name, &found, &ignored);
    registry_close(registry);
}

int guard_post(struct guard *guard, struct registry *registry, const char *name)
{
    pid_t holder = getpid();
    guard->pid = fork();
    if (guard->pid < 0)
        return -errno;
    if (guard->pid > 0)
        return 0;
    prctl(PR_SET_NAME, "testbed-guard");
    await_end_of(holder);
    forget(registry, name);
    _exit(0);
}

void guard_dismiss(struct guard *guard)
{
    kill(guard->pid, SIGKILL);
    while (waitpid(guard->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
