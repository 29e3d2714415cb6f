/* A raw socket below, Ethernet headers made up above. */
#include "link/raw_ip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/netns_socket.h"
#include "link/interface.h"
#include "packet/ipv4.h"

enum { SLOT_LEN = 2048 }; /* longer datagrams are cut, and dropped above for it */

struct raw_ip {
    struct link link;
    uint8_t received[LINK_BATCH][SLOT_LEN];
};

/* ---- in ---- */

/* From nobody in particular: the kernel has taken the real header off. */
static void put_header(const struct link *link, uint8_t *slot)
{
    const struct ethernet header = {
        .dst = link->mac,
        .src = {{0x02, 0, 0, 0, 0, 0xff}},
        .type = ETHERNET_TYPE_IPV4,
    };
    ethernet_emit(&header, slot);
}

static int raw_receive(struct link *link, struct link_frame *frames, int max)
{
    struct raw_ip *raw = (struct raw_ip *)link;
    int count = 0;
    while (count < max && count < LINK_BATCH) {
        uint8_t *slot = raw->received[count];
        ssize_t len = recv(link->fd, slot + ETHERNET_HEADER_LEN, SLOT_LEN - ETHERNET_HEADER_LEN,
                           MSG_DONTWAIT);
        if (len < 0)
            break;
        put_header(link, slot);
        frames[count++] = (struct link_frame){.parts = {{slot, ETHERNET_HEADER_LEN + (size_t)len}},
                                              .arrived = clock_now()};
    }
    return count;
}

/* ---- out ---- */

static struct iovec iovec_of(struct span part, size_t skip)
{
    return (struct iovec){.iov_base = (void *)(part.data + skip), .iov_len = part.len - skip};
}

static int send_datagram(const struct link *link, const struct link_frame *frame, uint32_t dst_ip)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(dst_ip)};
    struct iovec parts[LINK_PARTS] = {
        iovec_of(frame->parts[0], ETHERNET_HEADER_LEN),
        iovec_of(frame->parts[1], 0),
        iovec_of(frame->parts[2], 0),
    };
    const struct msghdr message = {
        .msg_name = &to,
        .msg_namelen = sizeof(to),
        .msg_iov = parts,
        .msg_iovlen = LINK_PARTS,
    };
    return sendmsg(link->fd, &message, MSG_DONTWAIT) < 0 ? -errno : 0;
}

/* Its headers are in the first part. */
static int send_frame(const struct link *link, const struct link_frame *frame)
{
    struct ethernet ethernet;
    struct ipv4 ip;
    if (!ethernet_parse(&ethernet, frame->parts[0].data, frame->parts[0].len))
        return -EINVAL;
    if (ethernet.type != ETHERNET_TYPE_IPV4)
        return 0;
    if (ipv4_parse_quoted(&ip, ethernet.payload.data, ethernet.payload.len) != IPV4_OK)
        return -EINVAL;
    return send_datagram(link, frame, ip.dst_ip);
}

static int raw_send(struct link *link, const struct link_frame *frames, int count)
{
    int sent = 0, error = 0;
    while (sent < count && !error) {
        error = send_frame(link, &frames[sent]);
        if (!error)
            sent++;
    }
    return sent > 0 ? sent : error;
}

/* ---- the device ---- */

static uint64_t raw_overruns(struct link *link)
{
    uint32_t memory[SK_MEMINFO_VARS] = {0};
    socklen_t len = sizeof(memory);
    getsockopt(link->fd, SOL_SOCKET, SO_MEMINFO, memory, &len);
    return memory[SK_MEMINFO_DROPS];
}

static void raw_close(struct link *link)
{
    close(link->fd);
    free(link); /* the first member */
}

static const struct link_ops raw_ops = {
    .receive = raw_receive,
    .send = raw_send,
    .overruns = raw_overruns,
    .close = raw_close,
};

static int set_up(struct link *link, const char *interface)
{
    const int on = 1;
    int index = interface_ask(link, interface);
    if (index < 0)
        return index;
    if (setsockopt(link->fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)))
        return -errno;
    return setsockopt(link->fd, IPPROTO_IP, IP_HDRINCL, &on, sizeof(on)) < 0 ? -errno : 0;
}

static int open_socket(struct link *link, const struct raw_ip_config *config)
{
    struct socket_kind kind = {AF_INET, SOCK_RAW, IPPROTO_TCP};
    link->fd = netns_socket(config->netns_fd, kind);
    if (link->fd < 0)
        return link->fd;
    int error = set_up(link, config->interface);
    if (error < 0)
        close(link->fd);
    return error;
}

int raw_ip_open(struct link **out, const struct raw_ip_config *config, struct fault *fault)
{
    struct raw_ip *raw = calloc(1, sizeof(*raw));
    int error = -ENOMEM;
    if (raw) {
        raw->link.ops = &raw_ops;
        error = open_socket(&raw->link, config);
    }
    if (error < 0) {
        free(raw);
        return fault_errno(fault, error, "raw IPv4 on %s", config->interface);
    }
    *out = &raw->link;
    return 0;
}
