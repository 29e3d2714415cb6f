/* Through /proc into the holder's namespaces, then a child there and a watch over both. */
#include "testbed/visit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testbed/spawn.h"

/* ---- the way in ---- */

static int open_of_holder(const struct registration *registration, const char *what)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)registration->holder, what);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* Descriptors of the holder; -1 where there is none. */
struct doors {
    int user, host; /* namespaces */
    int holder;     /* its pidfd */
};

static void close_doors(struct doors *doors)
{
    const int fds[] = {doors->user, doors->host, doors->holder};
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        if (fds[i] >= 0)
            close(fds[i]);
    }
}

static int open_doors(struct doors *doors, const struct registration *registration, enum host host)
{
    char descriptor[32];
    snprintf(descriptor, sizeof(descriptor), "fd/%d", registration->netns[host]);
    *doors = (struct doors){-1, -1, -1};
    doors->user = open_of_holder(registration, "ns/user");
    doors->host = doors->user < 0 ? doors->user : open_of_holder(registration, descriptor);
    /* Last: it makes sure that what was opened is the holder's and not of a later process. */
    doors->holder = doors->host < 0 ? doors->host : registry_watch(registration);
    int error = doors->holder < 0 ? doors->holder : 0;
    if (error)
        close_doors(doors);
    return error;
}

static bool is_own_user_namespace(int fd)
{
    struct stat theirs, own;
    return fstat(fd, &theirs) == 0 && stat("/proc/self/ns/user", &own) == 0 &&
           theirs.st_dev == own.st_dev && theirs.st_ino == own.st_ino;
}

/* Makes this process root in the holder's user namespace, as the holder is. A holder that is the
 * real root has none of its own. */
static int join_user_namespace(int fd)
{
    if (is_own_user_namespace(fd))
        return 0;
    return setns(fd, CLONE_NEWUSER) < 0 ? -errno : 0;
}

/* ---- the stay ---- */

struct stay {
    pid_t child;
    int child_fd, holder_fd, signal_fd;
};

/* A signal somebody sent to this process alone is meant for the command. One from the terminal
 * (Ctrl-C) has reached the command already. */
static void pass_on_signal(const struct stay *stay)
{
    struct signalfd_siginfo info;
    if (read(stay->signal_fd, &info, sizeof(info)) == sizeof(info) && info.ssi_code != SI_KERNEL)
        kill(stay->child, (int)info.ssi_signo);
}

/* Whether it was the command that ended; else the testbed did. */
static bool watch(const struct stay *stay)
{
    struct pollfd fds[] = {
        {.fd = stay->child_fd, .events = POLLIN},
        {.fd = stay->holder_fd, .events = POLLIN},
        {.fd = stay->signal_fd, .events = POLLIN},
    };
    for (;;) {
        if (poll(fds, ARRAY_LEN(fds), -1) < 0)
            continue;
        if (fds[0].revents || fds[1].revents)
            return fds[0].revents != 0;
        if (fds[2].revents)
            pass_on_signal(stay);
    }
}

static int await_exit(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void kill_children(void)
{
    FILE *children = fopen("/proc/thread-self/children", "re");
    int pid;
    if (!children)
        return;
    while (fscanf(children, "%d", &pid) == 1)
        kill(pid, SIGKILL);
    fclose(children);
}

/* Kills the command and what it has started: as each parent dies its children become ours. */
static void kill_family(void)
{
    do
        kill_children();
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
}

/* From here on these signals are read, not suffered. */
static int open_signals(void)
{
    static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
    sigset_t signals;
    sigemptyset(&signals);
    for (size_t i = 0; i < ARRAY_LEN(passed_on); i++)
        sigaddset(&signals, passed_on[i]);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    int fd = signalfd(-1, &signals, SFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int stay_with(struct stay *stay, struct fault *fault)
{
    const int exit_code_killed = 128 + SIGKILL;
    stay->child_fd = pidfd_open(stay->child, 0);
    if (stay->child_fd < 0) {
        int error = -errno;
        kill_family();
        return fault_errno(fault, error, "cannot watch the command");
    }
    bool ended = watch(stay);
    close(stay->child_fd);
    if (ended)
        return await_exit(stay->child);
    kill_family();
    return exit_code_killed;
}

/* Signals are caught before there is a command: it may be sent one by whoever sees its first word.
 */
static int enter_and_stay(const struct doors *doors, char *const *command, struct fault *fault)
{
    int error = join_user_namespace(doors->user);
    if (error)
        return fault_errno(fault, error, "cannot enter the testbed's user namespace");
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* for kill_family */
    struct stay stay = {.holder_fd = doors->holder, .signal_fd = open_signals()};
    if (stay.signal_fd < 0)
        return fault_errno(fault, stay.signal_fd, "cannot watch for signals");
    stay.child = spawn_inside(doors->host, command);
    int result = stay.child < 0 ? fault_errno(fault, stay.child, "cannot run %s", command[0])
                                : stay_with(&stay, fault);
    close(stay.signal_fd);
    return result;
}

int visit_run(const struct registration *registration, enum host host, char *const *command,
              struct fault *fault)
{
    struct doors doors;
    int error = open_doors(&doors, registration, host);
    if (error)
        return fault_errno(fault, error, "cannot enter testbed '%s'", registration->name);
    int result = enter_and_stay(&doors, command, fault);
    close_doors(&doors);
    return result;
}
