/* One line, and the end of a connection in either order. */
#include "server/parting.h"

#include "base/clock.h"
#include "base/thread.h"
#include "net/io.h"
#include "server/until_interrupt.h"

/* Reads until the client has ended its direction. */
static int await_end(struct net *net, int sock)
{
    uint8_t chunk[256];
    int64_t got;
    while ((got = net_recv(net, sock, chunk, sizeof chunk, 0)) > 0)
        ;
    return (int)got;
}

/* After both FINs: the one that sent the second waits for its ACK. No call waits for that, so this
 * looks again and again. Returns what the end was. */
static int await_last_ack(struct net *net, int sock)
{
    struct net_info info;
    int64_t error = 0;
    int failed = net_info(net, sock, &info);
    while (!failed && info.state == STATE_LAST_ACK) {
        thread_sleep_until(usec_after(clock_now(), MS(5)));
        failed = net_info(net, sock, &info);
    }
    if (!failed)
        failed = net_getsockopt(net, sock, NET_SO_ERROR, &error);
    return failed ? failed : (int)error;
}

static int part(struct net *net, int sock, bool first)
{
    int error = first ? 0 : await_end(net, sock);
    if (!error)
        error = net_shutdown(net, sock, NET_SHUT_WR);
    if (!error)
        error = first ? await_end(net, sock) : await_last_ack(net, sock);
    return error;
}

void parting_handle(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    struct parting_service *service = arg;
    (void)peer;
    net_setsockopt(net, sock, NET_SO_RCVTIMEO, service->timeout_us);
    int64_t said = net_write_full(net, sock, PARTING_LINE, sizeof PARTING_LINE - 1);
    service->end = said < 0 ? (int)said : part(net, sock, service->first);
}

int parting_serve(struct net *net, const struct parting_options *options,
                  struct parting_service *service, struct fault *fault)
{
    struct serve_config config = serve_as_usual(&options->addr, parting_handle, service);
    config.reuse_addr = options->reuse_addr;
    return serve_until_interrupt(net, &config, options->say, fault);
}
