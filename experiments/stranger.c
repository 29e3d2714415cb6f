/* A shell hands it its files and becomes it. */
#include "experiments/stranger.h"

#include <assert.h>
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 24, PATH_SIZE = 32, NO_SUCH_COMMAND = 127 };

static int await_end(pid_t pid)
{
    int status;
    pid_t ended;
    do {
        ended = waitpid(pid, &status, 0);
    } while (ended < 0 && errno == EINTR);
    if (ended < 0)
        return -errno;
    if (!WIFEXITED(status))
        return -EINTR;
    return WEXITSTATUS(status) == NO_SUCH_COMMAND ? -ENOENT : WEXITSTATUS(status);
}

int stranger_run(struct testbed *testbed, enum host host, const char *const *command, FILE *in,
                 FILE *out)
{
    char from[PATH_SIZE] = "/dev/null", to[PATH_SIZE];
    const char *words[WORDS_MAX + 1] = {
        "sh", "-c", "from=$1 to=$2; shift 2; exec \"$@\" <\"$from\" >\"$to\" 2>&1", "sh", from, to};
    size_t count = 6;
    if (in)
        snprintf(from, sizeof from, "/dev/fd/%d", fileno(in));
    snprintf(to, sizeof to, "/dev/fd/%d", fileno(out));
    for (; *command; command++) {
        assert(count < WORDS_MAX);
        words[count++] = *command;
    }
    pid_t pid = testbed_spawn(testbed, host, (char *const *)words);
    return pid < 0 ? pid : await_end(pid);
}
