/* netdevice(7). */
#include "link/interface.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>

int interface_ask(struct link *link, const char *name)
{
    struct ifreq request = {0};
    if (strlen(name) >= sizeof(request.ifr_name))
        return -ENODEV;
    memcpy(request.ifr_name, name, strlen(name));
    if (ioctl(link->fd, SIOCGIFHWADDR, &request) < 0)
        return -errno;
    memcpy(link->mac.octets, request.ifr_hwaddr.sa_data, sizeof(link->mac.octets));
    if (ioctl(link->fd, SIOCGIFMTU, &request) < 0)
        return -errno;
    link->mtu = (uint32_t)request.ifr_mtu;
    if (ioctl(link->fd, SIOCGIFINDEX, &request) < 0)
        return -errno;
    return request.ifr_ifindex;
}
