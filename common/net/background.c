/* A server in a thread of its own. */
#include "net/background.h"

#include "base/thread.h"

static void run(void *arg)
{
    struct background *background = arg;

    background->error = serve_run(background->serve);
}

int background_start(struct background *background, struct net *net,
                     const struct serve_config *config, struct fault *fault)
{
    int error = serve_open(&background->serve, net, config, fault);
    if (error)
        return error;
    background->error = 0;
    error = thread_start(&background->thread, "server", run, background);
    if (error) {
        serve_close(background->serve);
        return fault_errno(fault, error, "cannot start a thread for the server");
    }
    return 0;
}

int background_stop(struct background *background, struct serve_stats *stats)
{
    serve_stop(background->serve);
    thread_join(background->thread);
    if (stats)
        serve_get_stats(background->serve, stats);
    serve_close(background->serve);
    return background->error;
}
