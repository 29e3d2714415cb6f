/* Putting stack, link and net together. */
#include "testbed/own_host.h"

#include "net/net_own.h"
#include "testbed/own_sysctl.h"

enum { PREFIX_LEN = 24 };

void own_host_configure(struct stack_config *config, enum host host,
                        const struct testbed_config *testbed)
{
    config->ip = testbed_ip(host);
    config->prefix_len = PREFIX_LEN;
    config->sink = testbed->sink;
    own_sysctl_apply(config, testbed->sysctls);
}

int own_host_open(struct own_host *own, enum host host, const struct stack_config *config,
                  struct link *link)
{
    *own = (struct own_host){.link = link};
    int error = stack_new(&own->stack, config, link);
    if (error)
        goto close_link;
    const struct net_own_config net = {
        .stack = own->stack, .host = host == HOST_A ? 'A' : 'B', .sink = config->sink};
    error = net_own_new(&own->net, &net);
    if (error)
        goto free_stack;
    return 0;

free_stack:
    stack_free(own->stack);
close_link:
    link_close(link);
    *own = (struct own_host){0};
    return error;
}

void own_host_close(struct own_host *own)
{
    net_free(own->net);
    stack_free(own->stack);
    link_close(own->link);
}

/* There is always room: the cache of a fresh host holds nobody. */
void own_host_introduce(struct own_host *own, enum host peer)
{
    struct mac mac = testbed_mac(peer);
    stack_add_neighbour(own->stack, testbed_ip(peer), &mac);
}
