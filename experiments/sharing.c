/* Two who accept on one listener. */
#include "experiments/sharing.h"

#include "base/clock.h"
#include "base/thread.h"
#include "client/knock.h"

enum { SHARERS = 2 };

struct sharer {
    struct sharing *of;
    struct thread *thread; /* NULL: it could not be started */
    int sock;              /* what accept returned; read after the thread's end */
};

struct sharing {
    struct stage *stage;
    int listener;
    struct sharer sharers[SHARERS];
    int clients[SHARERS];
};

static void accept_one(void *arg)
{
    struct sharer *sharer = arg;
    sharer->sock = net_accept(sharer->of->stage->b, sharer->of->listener, NULL);
}

static int begin(struct sharing *sharing, const struct net_addr *addr)
{
    struct net *net = sharing->stage->b;
    sharing->listener = net_socket(net, NET_STREAM);
    int error = sharing->listener < 0 ? sharing->listener : net_bind(net, sharing->listener, addr);
    if (!error)
        error = net_listen(net, sharing->listener, SHARERS);
    for (int i = 0; i < SHARERS; i++) {
        struct sharer *sharer = &sharing->sharers[i];
        *sharer = (struct sharer){.of = sharing, .sock = -1};
        sharing->clients[i] = -1;
        if (!error)
            error = thread_start(&sharer->thread, "sharer", accept_one, sharer);
    }
    return error;
}

/* Closing the listener wakes those who wait in vain. */
static void join(struct sharing *sharing)
{
    if (sharing->listener >= 0)
        net_close(sharing->stage->b, sharing->listener);
    for (int i = 0; i < SHARERS; i++)
        if (sharing->sharers[i].thread)
            thread_join(sharing->sharers[i].thread);
}

static uint16_t port_of(struct net *net, int sock)
{
    struct net_addr addr = {0};
    return sock >= 0 && net_getsockname(net, sock, &addr) == 0 ? addr.port : 0;
}

static void put_ports(const struct sharing *sharing)
{
    struct results *results = &sharing->stage->results;
    uint16_t at_a[SHARERS], at_b[SHARERS];
    int holders = 0;
    for (int i = 0; i < SHARERS; i++) {
        at_a[i] = port_of(sharing->stage->a, sharing->clients[i]);
        at_b[i] = port_of(sharing->stage->b, sharing->sharers[i].sock);
        holders += at_b[i] != 0;
    }
    results_put_number(results, "holders", holders);
    results_put_number(results, "server_port", at_b[0]);
    results_put_number(results, "server_ports", at_b[0] == at_b[1] ? 1 : 2);
    results_put_number(results, "client_ports", at_a[0] == at_a[1] ? 1 : 2);
}

static void end(struct sharing *sharing)
{
    for (int i = 0; i < SHARERS; i++) {
        if (sharing->clients[i] >= 0)
            net_close(sharing->stage->a, sharing->clients[i]);
        if (sharing->sharers[i].sock >= 0)
            net_close(sharing->stage->b, sharing->sharers[i].sock);
    }
}

int sharing_play(struct stage *stage, uint16_t port, struct fault *fault)
{
    const struct knock how = {.server = {testbed_ip(HOST_B), port}};
    struct sharing sharing = {.stage = stage};
    int error = begin(&sharing, &how.server);
    for (int i = 0; i < SHARERS && !error; i++) {
        sharing.clients[i] = knock(stage->a, &how, NULL);
        error = sharing.clients[i] < 0 ? sharing.clients[i] : 0;
    }
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    join(&sharing);
    put_ports(&sharing);
    end(&sharing);
    return error ? fault_errno(fault, error, "two connections to one port failed") : 0;
}
