/* A child that sleeps in a read until its parent's end of the pipe is closed, by whatever death. */
#include "testbed/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdnoreturn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static noreturn void stand(int rope, struct registry *registry, const char *name, pid_t holder)
{
    char nothing;
    prctl(PR_SET_NAME, "testbed-guard");
    while (read(rope, &nothing, 1) < 0 && errno == EINTR)
        ;
    registry_forget(registry, name, holder);
    registry_close(registry);
    _exit(0);
}

int guard_post(struct guard *guard, struct registry *registry, const char *name)
{
    pid_t holder = getpid();
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    guard->rope = ends[1];
    guard->pid = fork();
    if (guard->pid == 0) {
        close(ends[1]);
        stand(ends[0], registry, name, holder);
    }
    int error = guard->pid < 0 ? -errno : 0;
    close(ends[0]);
    if (error)
        close(ends[1]);
    return error;
}

void guard_dismiss(struct guard *guard)
{
    kill(guard->pid, SIGKILL);
    while (waitpid(guard->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    close(guard->rope);
}
