/* `ip link set DEVICE gso_max_segs 1` and `ip route add default dev DEVICE initcwnd N`, without
 * ip(8). */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "testbed/netlink.h"
#include "tests/packetdrill/kernel/parts.h"

enum { MESSAGE_BYTES = 256 };

struct request {
    _Alignas(struct nlmsghdr) char bytes[MESSAGE_BYTES];
};

static struct nlmsghdr *begin(struct request *request, uint16_t type, uint16_t flags)
{
    *request = (struct request){0};
    struct nlmsghdr *message = mnl_nlmsg_put_header(request->bytes);
    message->nlmsg_type = type;
    message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
    return message;
}

static int ask(struct request *request, struct nlmsghdr *message)
{
    struct netlink netlink;
    int error = netlink_open(&netlink, -1);
    if (error)
        return error;
    if (mnl_socket_sendto(netlink.socket, message, message->nlmsg_len) < 0)
        error = -errno;
    ssize_t len = error ? 0 : mnl_socket_recvfrom(netlink.socket, request, sizeof(*request));
    if (len < 0 || (len > 0 && mnl_cb_run(request, (size_t)len, 0, 0, NULL, NULL) < 0))
        error = -errno;
    netlink_close(&netlink);
    return error;
}

int kernel_route_single_segments(const char *device)
{
    struct request request;
    struct nlmsghdr *message = begin(&request, RTM_NEWLINK, 0);
    struct ifinfomsg *link = mnl_nlmsg_put_extra_header(message, sizeof(*link));
    link->ifi_index = (int)if_nametoindex(device);
    mnl_attr_put_u32(message, IFLA_GSO_MAX_SEGS, 1);
    return ask(&request, message);
}

static void put_route(struct nlmsghdr *message, const char *device, uint32_t initial_window)
{
    struct rtmsg *route = mnl_nlmsg_put_extra_header(message, sizeof(*route));
    *route = (struct rtmsg){.rtm_family = AF_INET,
                            .rtm_table = RT_TABLE_MAIN,
                            .rtm_protocol = RTPROT_STATIC,
                            .rtm_scope = RT_SCOPE_LINK,
                            .rtm_type = RTN_UNICAST};
    mnl_attr_put_u32(message, RTA_OIF, if_nametoindex(device));
    if (initial_window == 0)
        return;
    struct nlattr *metrics = mnl_attr_nest_start(message, RTA_METRICS);
    mnl_attr_put_u32(message, RTAX_INITCWND, initial_window);
    mnl_attr_nest_end(message, metrics);
}

int kernel_route_add(const char *device, uint32_t initial_window)
{
    struct request request;
    struct nlmsghdr *message = begin(&request, RTM_NEWROUTE, NLM_F_CREATE);
    put_route(message, device, initial_window);
    return ask(&request, message);
}
