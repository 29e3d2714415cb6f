/* Plays scripts in packetdrill's language against a shared object made for that tool, and reports
 * in TAP. usage: play STACK.so SCRIPT.pkt... */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/packetdrill/player.h"

static packetdrill_init_fn *load(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    packetdrill_init_fn *init = NULL;
    if (library)
        *(void **)&init = dlsym(library, "packetdrill_interface_init");
    if (!init)
        fprintf(stderr, "play: %s\n", dlerror());
    return init;
}

/* One script, in a process of its own: 0 when all was as it says. */
static int play_one(const char *library, const char *path)
{
    struct fault fault = {0};
    struct script script;
    packetdrill_init_fn *init = load(library);
    bool ok = init && script_read(&script, path, &fault) == 0 && play(&script, path, init, &fault);
    if (fault.error)
        printf("# %s\n", fault.text);
    fflush(stdout);
    if (!ok)
        _exit(EXIT_FAILURE); /* a blocked thread may still be inside the stack */
    script_free(&script);
    return EXIT_SUCCESS;
}

static bool plays_well(const char *library, const char *path)
{
    int status = -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        exit(play_one(library, path));
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        printf("# %s: killed by signal %d\n", path, WTERMSIG(status));
    return status == 0;
}

int main(int argc, char **argv)
{
    int failed = 0;
    if (argc < 3) {
        fprintf(stderr, "usage: play STACK.so SCRIPT.pkt...\n");
        return 2;
    }
    printf("1..%d\n", argc - 2);
    for (int i = 2; i < argc; i++) {
        const char *slash = strrchr(argv[i], '/');
        bool ok = plays_well(argv[1], argv[i]);
        printf("%sok %d - %s\n", ok ? "" : "not ", i - 1, slash ? slash + 1 : argv[i]);
        failed += !ok;
    }
    return failed > 0;
}
