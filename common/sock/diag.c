/* SOCK_DIAG over netlink. */
#include "sock/diag.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "sock/sock.h"

enum { KERNEL_STATES = 13 }; /* numbered from 1; the last is "bound, nothing more" */

struct sock_diag {
    struct mnl_socket *netlink;
    uint32_t seq;
    alignas(struct nlmsghdr) char buf[32768]; /* as much as the kernel sends at once */
};

int sock_diag_open(struct sock_diag **out, int netns_fd)
{
    struct sock_diag *diag = calloc(1, sizeof(*diag));
    if (!diag)
        return -ENOMEM;
    struct socket_kind kind = {AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG};
    int fd = netns_socket(netns_fd, kind);
    int error = fd;
    if (fd < 0)
        goto free_diag;
    error = -ENOMEM;
    diag->netlink = mnl_socket_fdopen(fd);
    if (!diag->netlink)
        goto close_fd;
    *out = diag;
    return 0;

close_fd:
    sock_close(fd);
free_diag:
    free(diag);
    return error;
}

void sock_diag_close(struct sock_diag *diag)
{
    mnl_socket_close(diag->netlink);
    free(diag);
}

/* The kernel's numbers for our states: several of its may be one of ours. */
static uint32_t kernel_states(uint32_t states)
{
    uint32_t result = 0;
    for (int i = 1; i <= KERNEL_STATES; i++)
        if (states & (1U << sock_tcp_state(i)))
            result |= 1U << i;
    return result;
}

static int ask(struct sock_diag *diag, uint32_t states)
{
    struct nlmsghdr *header = mnl_nlmsg_put_header(diag->buf);
    header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    header->nlmsg_seq = ++diag->seq;
    struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header(header, sizeof(*request));
    request->sdiag_family = AF_INET;
    request->sdiag_protocol = IPPROTO_TCP;
    request->idiag_ext = 1 << (INET_DIAG_INFO - 1);
    request->idiag_states = kernel_states(states);
    return mnl_socket_sendto(diag->netlink, header, header->nlmsg_len) < 0 ? -errno : 0;
}

struct listing {
    void (*each)(const struct sock_diag_entry *entry, void *arg);
    void *arg;
};

static int take_info(const struct nlattr *attribute, void *arg)
{
    struct sock_diag_entry *entry = arg;
    if (mnl_attr_get_type(attribute) != INET_DIAG_INFO)
        return MNL_CB_OK;
    sock_tcp_info_copy(&entry->info, mnl_attr_get_payload(attribute),
                       mnl_attr_get_payload_len(attribute));
    entry->has_info = true;
    return MNL_CB_OK;
}

static int take_entry(const struct nlmsghdr *header, void *arg)
{
    const struct listing *listing = arg;
    const struct inet_diag_msg *message = mnl_nlmsg_get_payload(header);
    struct sock_diag_entry entry = {
        .state = sock_tcp_state(message->idiag_state),
        .local_ip = ntohl(message->id.idiag_src[0]),
        .remote_ip = ntohl(message->id.idiag_dst[0]),
        .local_port = ntohs(message->id.idiag_sport),
        .remote_port = ntohs(message->id.idiag_dport),
        .recv_queue = message->idiag_rqueue,
        .send_queue = message->idiag_wqueue,
        .timer = message->idiag_timer,
        .timer_us = MS(message->idiag_expires),
        .timer_count = message->idiag_retrans,
        .inode = message->idiag_inode,
    };
    int next = mnl_attr_parse(header, sizeof(*message), take_info, &entry);
    listing->each(&entry, listing->arg);
    return next;
}

static int64_t receive(struct sock_diag *diag)
{
    int64_t len;
    do {
        len = mnl_socket_recvfrom(diag->netlink, diag->buf, sizeof(diag->buf));
    } while (len < 0 && errno == EINTR);
    return len < 0 ? -errno : len;
}

int sock_diag_list(struct sock_diag *diag, uint32_t states,
                   void (*each)(const struct sock_diag_entry *entry, void *arg), void *arg)
{
    struct listing listing = {each, arg};
    int error = ask(diag, states);
    if (error)
        return error;
    int next;
    do {
        int64_t len = receive(diag);
        if (len < 0)
            return (int)len;
        /* No port id to compare: the kernel is the only one that writes to this socket. */
        next = mnl_cb_run(diag->buf, (size_t)len, diag->seq, 0, take_entry, &listing);
    } while (next > MNL_CB_STOP);
    return next < 0 ? -errno : 0;
}
