/* A raw socket as the link of a host of our own. */
#include "testbed/intruder.h"

#include <errno.h>

#include "link/raw_ip.h"
#include "stack/io.h"

static int open_on(struct own_host *own, enum host host, struct link *link)
{
    struct stack_config settings;
    int error = stack_config_random(&settings, host == HOST_A ? 'A' : 'B');
    if (error) {
        link_close(link);
        return error;
    }
    own_host_configure(&settings, host, &(struct testbed_config){0});
    return own_host_open(own, host, &settings, link);
}

int intruder_open(struct own_host *own, struct testbed *testbed, enum host host,
                  struct fault *fault)
{
    const struct testbed_device card = testbed_host_device(testbed, host);
    const struct raw_ip_config raw = {.netns_fd = card.netns_fd, .interface = card.name};
    struct link *link;
    if (card.netns_fd < 0)
        return fault_set(fault, -EOPNOTSUPP, "a simulated host has no kernel to share with");
    int error = raw_ip_open(&link, &raw, fault);
    if (error)
        return error;
    error = open_on(own, host, link);
    if (error)
        return fault_errno(fault, error, "no stack of our own");
    own_host_introduce(own, host == HOST_A ? HOST_B : HOST_A);
    error = stack_io_start(&own->io, own->stack, "intruder");
    if (!error)
        return 0;
    own_host_close(own);
    return fault_errno(fault, error, "nothing drives our own stack");
}
