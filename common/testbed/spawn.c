/* fork and exec by hand: posix_spawn can neither change the namespace nor bind a child's life to
 * its parent's. Between the two only async-signal-safe calls: other threads may hold any lock. */
#include "testbed/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void restore_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    for (int signal = 1; signal < NSIG; signal++)
        (void)sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Does not return. What went wrong goes to `report`; a successful exec closes it unwritten. */
static void become(int netns_fd, char *const *command, pid_t parent, int report)
{
    restore_signals();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && setns(netns_fd, CLONE_NEWNET) == 0) {
        if (getppid() != parent) /* it died before the line above */
            _exit(1);
        execvp(command[0], command);
    }
    int error = errno;
    ssize_t told = write(report, &error, sizeof(error));
    _exit(told == sizeof(error) ? 127 : 126);
}

/* 0 when the child runs its command, else why not. */
static int await_exec(int report)
{
    int error = 0;
    ssize_t len;
    do
        len = read(report, &error, sizeof(error));
    while (len < 0 && errno == EINTR);
    return len == sizeof(error) ? -error : 0;
}

static void reap(pid_t pid)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

int spawn_inside(int netns_fd, char *const *command)
{
    int report[2];
    if (pipe2(report, O_CLOEXEC) < 0)
        return -errno;
    pid_t parent = getpid();
    pid_t pid = fork();
    int error = pid < 0 ? -errno : 0;
    if (pid == 0)
        become(netns_fd, command, parent, report[1]);
    close(report[1]);
    if (!error) {
        error = await_exec(report[0]);
        if (error)
            reap(pid);
    }
    close(report[0]);
    return error ? error : pid;
}
