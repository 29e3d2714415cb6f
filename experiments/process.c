/* Starting, watching and interrupting a child. */
#include "experiments/process.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"
#include "testbed/listing.h"

enum { WORDS_MAX = 16 };

/* The path of `program` beside the running one. */
static int path_beside(char *path, size_t size, const char *program)
{
    ssize_t length = readlink("/proc/self/exe", path, size - 1);
    if (length < 0)
        return -errno;
    path[length] = '\0';
    char *name = strrchr(path, '/') + 1;
    size_t room = size - (size_t)(name - path);
    return (size_t)snprintf(name, room, "%s", program) < room ? 0 : -ENAMETOOLONG;
}

int process_start(struct process *process, struct testbed *testbed, enum host host,
                  const char *const *command, struct fault *fault)
{
    char path[PATH_MAX];
    const char *words[WORDS_MAX] = {"sh", "-c", "exec \"$@\" >/dev/null 2>&1", "sh", path};
    int error = path_beside(path, sizeof path, command[0]);
    if (!error && access(path, X_OK) != 0)
        error = -errno;
    if (error)
        return fault_errno(fault, error, "%s is needed (`make` builds it)", command[0]);
    for (int i = 1; command[i] && i + 5 < WORDS_MAX; i++)
        words[i + 4] = command[i];
    process->pid = testbed_spawn(testbed, host, (char *const *)words);
    return process->pid < 0 ? fault_errno(fault, process->pid, "cannot start %s", command[0]) : 0;
}

static bool reap(struct process *process, int options)
{
    pid_t ended;
    do
        ended = waitpid(process->pid, NULL, options);
    while (ended < 0 && errno == EINTR);
    if (ended == process->pid)
        process->pid = 0;
    return process->pid == 0;
}

bool process_has_ended(struct process *process)
{
    return process->pid == 0 || reap(process, WNOHANG);
}

int process_await_listening(struct process *process, struct testbed *testbed, enum host host,
                            uint16_t port)
{
    usec_t deadline = usec_after(clock_now(), SECONDS(10));
    while (clock_now() < deadline) {
        if (testbed_count(testbed, host, STATE_LISTEN, port) > 0)
            return 0;
        if (process_has_ended(process))
            return -EADDRINUSE;
        thread_sleep_until(usec_after(clock_now(), MS(5)));
    }
    return -ETIMEDOUT;
}

void process_suspend(struct process *process)
{
    kill(process->pid, SIGSTOP);
    while (waitpid(process->pid, NULL, WUNTRACED) < 0 && errno == EINTR)
        ;
}

void process_end(struct process *process, int signal)
{
    if (process->pid == 0)
        return;
    kill(process->pid, signal);
    reap(process, 0);
}
