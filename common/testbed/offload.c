/* The ethtool ioctl, once per offload. */
#include "testbed/offload.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "testbed/netns.h"

static int ask(int sock, const char *device, struct ethtool_value *value)
{
    struct ifreq request = {.ifr_data = (void *)value};
    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
    return ioctl(sock, SIOCETHTOOL, &request) < 0 ? -errno : 0;
}

static int turn_off(int sock, const char *device, uint32_t offload)
{
    struct ethtool_value off = {.cmd = offload, .data = 0};
    return ask(sock, device, &off);
}

static int disable_inside(void *arg)
{
    const char *device = arg;
    /* What needs another one comes before it. */
    static const uint32_t offloads[] = {ETHTOOL_SGRO, ETHTOOL_SGSO, ETHTOOL_STSO, ETHTOOL_SSG,
                                        ETHTOOL_STXCSUM};
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sock < 0)
        return -errno;
    int error = 0;
    for (size_t i = 0; i < ARRAY_LEN(offloads) && !error; i++)
        error = turn_off(sock, device, offloads[i]);
    close(sock);
    return error;
}

int offload_disable(int netns_fd, const char *device)
{
    return netns_run(netns_fd, disable_inside, (void *)device);
}

bool offload_is_on(const char *device)
{
    struct ethtool_value value = {.cmd = ETHTOOL_GTSO};
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sock < 0)
        return false;
    int error = ask(sock, device, &value);
    close(sock);
    return !error && value.data;
}
