/* A server at a terminal. */
#include "server/until_interrupt.h"

#include "base/interrupt.h"

struct serve_config serve_as_usual(const struct net_addr *addr, serve_handler *handle, void *arg)
{
    return (struct serve_config){
        .addr = *addr,
        .backlog = 128,
        .max_connections = 1000,
        .reuse_addr = true,
        .handle = handle,
        .arg = arg,
    };
}

static void stop(void *serve)
{
    serve_stop(serve);
}

int serve_until_interrupt(struct net *net, const struct serve_config *config, FILE *say,
                          struct fault *fault)
{
    struct serve *serve;
    int error = serve_open(&serve, net, config, fault);
    if (error)
        return error;
    error = interrupt_start(stop, serve);
    if (error) {
        fault_errno(fault, error, "cannot watch for Ctrl-C");
        goto close_serve;
    }
    if (say) {
        fprintf(say, "port=%u\n", (unsigned)serve_addr(serve).port);
        fflush(say);
    }
    error = serve_run(serve);
    if (error)
        fault_errno(fault, error, "cannot accept any more connections");
    interrupt_stop();
close_serve:
    serve_close(serve);
    return error;
}
