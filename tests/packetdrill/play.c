/* Plays scripts in packetdrill's language against a shared object made for that tool, and reports
 * in TAP. usage: play [--kernel] STACK.so SCRIPT.pkt...
 *
 * With --kernel the stack is the kernel's, in real time: scripts are played side by side, its
 * timers are as coarse as they are, and where a busy machine was late it is tried again. */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/packetdrill/player.h"

enum { EXIT_LATE = 75, EXIT_SKIP = 77 };

struct manner {
    struct tolerance tolerance;
    int at_once; /* scripts under way, at most */
    int tries;
    bool kernel;
    const char *library;
};

/* The kernel's wheel of timers rounds up by as much as an eighth. */
static const struct manner virtual_time = {.tolerance = {MS(4), 0}, .at_once = 1, .tries = 1};
static const struct manner real_time = {
    .tolerance = {MS(12), 8}, .at_once = 8, .tries = 3, .kernel = true};

/* A script being played, in a process of its own. What it has to say waits until it is over. */
struct run {
    const char *path;
    FILE *said;
    pid_t child;
};

/* ---- inside the process ---- */

static packetdrill_init_fn *load(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    packetdrill_init_fn *init = NULL;
    if (library)
        *(void **)&init = dlsym(library, "packetdrill_interface_init");
    if (!init)
        printf("# %s\n", dlerror());
    return init;
}

/* Its exit code: 0 when all was as the script says. */
static int play_one(const struct manner *manner, const char *path)
{
    struct fault fault = {0};
    struct script script;
    packetdrill_init_fn *init = load(manner->library);
    if (!init || script_read(&script, path, manner->kernel, &fault) < 0) {
        printf("# %s\n", fault.text);
        return EXIT_FAILURE;
    }
    if (script.skip[0]) {
        printf("# %s\n", script.skip);
        return EXIT_SKIP;
    }
    if (script.differences)
        printf("# known to differ, and marked there: %d\n", script.differences);
    bool ok = play(&script, path, init, manner->tolerance, &fault);
    if (!ok) {
        printf("# %s\n", fault.text);
        fflush(stdout);
        _exit(fault.error == -ETIME
                  ? EXIT_LATE
                  : EXIT_FAILURE); /* a blocked thread may still be inside the stack */
    }
    script_free(&script);
    return EXIT_SUCCESS;
}

/* ---- all of them ---- */

static void start(const struct manner *manner, struct run *run)
{
    fflush(stdout);
    run->said = tmpfile();
    run->child = run->said ? fork() : -1;
    if (run->child != 0)
        return;
    dup2(fileno(run->said), STDOUT_FILENO);
    exit(play_one(manner, run->path));
}

/* The exit code; tells what was said. */
static int finish(struct run *run)
{
    int status = 0, octet;
    if (run->child < 0 || waitpid(run->child, &status, 0) < 0) {
        printf("# no process\n");
        return EXIT_FAILURE;
    }
    rewind(run->said);
    while ((octet = getc(run->said)) != EOF)
        putchar(octet);
    fclose(run->said);
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    printf("# %s: killed by signal %d\n", run->path, WTERMSIG(status));
    return EXIT_FAILURE;
}

/* The exit code of the last try. */
static int finish_somehow(const struct manner *manner, struct run *run)
{
    int code = finish(run);
    for (int i = 1; i < manner->tries && code == EXIT_LATE; i++) {
        start(manner, run);
        code = finish(run);
    }
    return code;
}

static bool report(int number, const char *path, int code)
{
    const char *slash = strrchr(path, '/');
    bool ok = code == EXIT_SUCCESS || code == EXIT_SKIP;
    printf("%sok %d - %s%s\n", ok ? "" : "not ", number, slash ? slash + 1 : path,
           code == EXIT_SKIP ? " # SKIP" : "");
    return ok;
}

static int play_all(const struct manner *manner, char **paths, int count)
{
    int started = 0, failed = 0;
    struct run *runs = calloc((size_t)count, sizeof(*runs));
    if (!runs)
        return EXIT_FAILURE;
    printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        for (; started < count && started < i + manner->at_once; started++) {
            runs[started].path = paths[started];
            start(manner, &runs[started]);
        }
        failed += !report(i + 1, paths[i], finish_somehow(manner, &runs[i]));
    }
    free(runs);
    return failed > 0;
}

int main(int argc, char **argv)
{
    bool kernel = argc > 1 && strcmp(argv[1], "--kernel") == 0;
    struct manner manner = kernel ? real_time : virtual_time;
    char **rest = argv + 1 + kernel;
    int count = argc - 2 - kernel;
    if (count < 1) {
        fprintf(stderr, "usage: play [--kernel] STACK.so SCRIPT.pkt...\n");
        return 2;
    }
    manner.library = rest[0];
    return play_all(&manner, rest + 1, count);
}
