/* rtnetlink requests by libmnl: one message out, one acknowledgement back. */
#include "testbed/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/thread.h"
#include "testbed/netns.h"

enum { MESSAGE_BYTES = 1024 }; /* the largest request here takes some 250 */

struct request {
    _Alignas(struct nlmsghdr) char bytes[MESSAGE_BYTES];
};

static int open_here(void *arg)
{
    struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    if (!socket)
        return -errno;
    if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
        int error = -errno;
        mnl_socket_close(socket);
        return error;
    }
    *(struct netlink *)arg = (struct netlink){.socket = socket};
    return 0;
}

int netlink_open(struct netlink *netlink, int netns_fd)
{
    return netns_fd < 0 ? open_here(netlink) : netns_run(netns_fd, open_here, netlink);
}

void netlink_close(struct netlink *netlink)
{
    mnl_socket_close(netlink->socket);
}

static struct nlmsghdr *begin(struct request *request, uint16_t type, uint16_t flags)
{
    *request = (struct request){0}; /* the kernel ignores padding, memory checkers do not */
    struct nlmsghdr *message = mnl_nlmsg_put_header(request->bytes);
    message->nlmsg_type = type;
    message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    return message;
}

/* Sends the request and hands each part of the answer to `reader`, if there is one. */
static int ask(struct netlink *netlink, struct nlmsghdr *message, mnl_cb_t reader, void *arg)
{
    char answer[8192];
    message->nlmsg_seq = ++netlink->sequence;
    if (mnl_socket_sendto(netlink->socket, message, message->nlmsg_len) < 0)
        return -errno;
    ssize_t len = mnl_socket_recvfrom(netlink->socket, answer, sizeof(answer));
    if (len < 0)
        return -errno;
    unsigned port = mnl_socket_get_portid(netlink->socket);
    if (mnl_cb_run(answer, (size_t)len, netlink->sequence, port, reader, arg) < 0)
        return -errno;
    return 0;
}

static int command(struct netlink *netlink, struct nlmsghdr *message)
{
    message->nlmsg_flags |= NLM_F_ACK;
    return ask(netlink, message, NULL, NULL);
}

static int read_link(const struct nlmsghdr *message, void *arg)
{
    *(struct ifinfomsg *)arg = *(const struct ifinfomsg *)mnl_nlmsg_get_payload(message);
    return MNL_CB_OK;
}

/* The device's index and flags. */
static int find_device(struct netlink *netlink, const char *device, struct ifinfomsg *found)
{
    struct request request;
    struct nlmsghdr *message = begin(&request, RTM_GETLINK, 0);
    mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
    mnl_attr_put_strz(message, IFLA_IFNAME, device);
    *found = (struct ifinfomsg){0};
    int error = ask(netlink, message, read_link, found);
    if (!error && found->ifi_index == 0)
        return -ENODEV;
    return error;
}

static void put_end(struct nlmsghdr *message, const struct veth_end *end, uint32_t mtu)
{
    mnl_attr_put_strz(message, IFLA_IFNAME, end->name);
    mnl_attr_put(message, IFLA_ADDRESS, sizeof(end->mac.octets), end->mac.octets);
    if (mtu)
        mnl_attr_put_u32(message, IFLA_MTU, mtu);
    if (end->netns_fd >= 0)
        mnl_attr_put_u32(message, IFLA_NET_NS_FD, (uint32_t)end->netns_fd);
}

int netlink_add_veth(struct netlink *netlink, const struct veth_end ends[2], uint32_t mtu)
{
    struct request request;
    struct nlmsghdr *message = begin(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
    put_end(message, &ends[0], mtu);

    struct nlattr *info = mnl_attr_nest_start(message, IFLA_LINKINFO);
    mnl_attr_put_strz(message, IFLA_INFO_KIND, "veth");
    struct nlattr *data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
    struct nlattr *peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
    mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
    put_end(message, &ends[1], mtu);
    mnl_attr_nest_end(message, peer);
    mnl_attr_nest_end(message, data);
    mnl_attr_nest_end(message, info);
    return command(netlink, message);
}

int netlink_set_up(struct netlink *netlink, const char *device)
{
    struct request request;
    struct nlmsghdr *message = begin(&request, RTM_NEWLINK, 0);
    struct ifinfomsg *link = mnl_nlmsg_put_extra_header(message, sizeof(*link));
    link->ifi_flags = IFF_UP;
    link->ifi_change = IFF_UP;
    mnl_attr_put_strz(message, IFLA_IFNAME, device);
    return command(netlink, message);
}

int netlink_add_address(struct netlink *netlink, const char *device, uint32_t ip, uint8_t prefix)
{
    struct ifinfomsg link;
    int error = find_device(netlink, device, &link);
    if (error)
        return error;
    struct request request;
    struct nlmsghdr *message = begin(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
    struct ifaddrmsg *address = mnl_nlmsg_put_extra_header(message, sizeof(*address));
    address->ifa_family = AF_INET;
    address->ifa_prefixlen = prefix;
    address->ifa_index = (uint32_t)link.ifi_index;
    mnl_attr_put_u32(message, IFA_LOCAL, htonl(ip));
    mnl_attr_put_u32(message, IFA_ADDRESS, htonl(ip));
    return command(netlink, message);
}

int netlink_add_neighbour(struct netlink *netlink, const char *device, uint32_t ip,
                          const struct mac *mac)
{
    struct ifinfomsg link;
    int error = find_device(netlink, device, &link);
    if (error)
        return error;
    struct request request;
    struct nlmsghdr *message = begin(&request, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
    struct ndmsg *neighbour = mnl_nlmsg_put_extra_header(message, sizeof(*neighbour));
    neighbour->ndm_family = AF_INET;
    neighbour->ndm_state = NUD_PERMANENT;
    neighbour->ndm_ifindex = link.ifi_index;
    mnl_attr_put_u32(message, NDA_DST, htonl(ip));
    mnl_attr_put(message, NDA_LLADDR, sizeof(mac->octets), mac->octets);
    return command(netlink, message);
}

int netlink_await_carrier(struct netlink *netlink, const char *device, usec_t deadline)
{
    for (;;) {
        struct ifinfomsg link;
        int error = find_device(netlink, device, &link);
        if (error || (link.ifi_flags & IFF_RUNNING))
            return error;
        if (clock_now() >= deadline)
            return -ETIMEDOUT;
        thread_sleep_until(clock_now() + USEC_MS);
    }
}
