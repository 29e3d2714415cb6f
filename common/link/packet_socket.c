/* A network interface as a frame device: one packet socket to receive, one to send. */
#include "link/packet_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/netns_socket.h"
#include "link/interface.h"
#include "link/packet_ring.h"

enum {
    SUPER_SEGMENT_MAX = 65535,   /* an IPv4 datagram */
    SEND_PARTS = LINK_PARTS + 1, /* and the header that says what is left to the kernel */
};

struct packet_socket {
    struct link link; /* its fd receives */
    struct packet_ring ring;
    int send_fd;
    bool offload;
    uint64_t overruns; /* the kernel forgets its count when it is read */
};

static int packet_receive(struct link *link, struct link_frame *frames, int max)
{
    return packet_ring_receive(&((struct packet_socket *)link)->ring, frames, max);
}

static struct virtio_net_hdr offload_header(const struct link_offload *offload)
{
    struct virtio_net_hdr header = {0};
    if (offload->csum_start != 0) {
        header.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
        header.csum_start = offload->csum_start;
        header.csum_offset = offload->csum_offset;
    }
    if (offload->gso_size != 0) {
        header.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
        header.gso_size = offload->gso_size;
        header.hdr_len = offload->header_len;
    }
    return header;
}

static struct iovec iovec_of(const void *data, size_t len)
{
    return (struct iovec){.iov_base = (void *)data, .iov_len = len};
}

static int packet_send(struct link *link, const struct link_frame *frames, int count)
{
    const struct packet_socket *socket = (struct packet_socket *)link;
    struct mmsghdr messages[LINK_BATCH] = {0};
    struct iovec parts[LINK_BATCH][SEND_PARTS];
    struct virtio_net_hdr headers[LINK_BATCH];
    int n = 0;
    for (; n < count && n < LINK_BATCH; n++) {
        headers[n] = offload_header(&frames[n].offload);
        parts[n][0] = iovec_of(&headers[n], socket->offload ? sizeof(headers[n]) : 0);
        for (int i = 0; i < LINK_PARTS; i++)
            parts[n][1 + i] = iovec_of(frames[n].parts[i].data, frames[n].parts[i].len);
        messages[n].msg_hdr.msg_iov = parts[n];
        messages[n].msg_hdr.msg_iovlen = SEND_PARTS;
    }
    int sent = sendmmsg(socket->send_fd, messages, (unsigned)n, MSG_DONTWAIT);
    return sent < 0 ? -errno : sent;
}

static uint64_t packet_overruns(struct link *link)
{
    struct packet_socket *socket = (struct packet_socket *)link;
    struct tpacket_stats stats;
    socklen_t len = sizeof(stats);
    if (getsockopt(link->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0)
        socket->overruns += stats.tp_drops;
    return socket->overruns;
}

static void packet_close(struct link *link)
{
    struct packet_socket *socket = (struct packet_socket *)link;
    packet_ring_fini(&socket->ring);
    close(socket->send_fd);
    close(link->fd);
    free(socket);
}

static const struct link_ops packet_ops = {
    .receive = packet_receive,
    .send = packet_send,
    .overruns = packet_overruns,
    .close = packet_close,
};

/* ---- opening ---- */

static int answer(int result)
{
    return result < 0 ? -errno : 0;
}

static int turn_on(int fd, int option)
{
    const int on = 1;
    return answer(setsockopt(fd, SOL_PACKET, option, &on, sizeof(on)));
}

/* Opened for no protocol, a packet socket hears nothing, until bound to one. */
static int open_socket(const struct packet_socket_config *config)
{
    struct socket_kind kind = {AF_PACKET, SOCK_RAW, 0};
    int fd = netns_socket(config->netns_fd, kind);
    int error = fd >= 0 && config->offload ? turn_on(fd, PACKET_VNET_HDR) : 0;
    if (error == 0)
        return fd;
    close(fd);
    return error;
}

static int bind_to(int fd, int index, uint16_t protocol)
{
    const struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(protocol),
        .sll_ifindex = index,
    };
    return answer(bind(fd, (const struct sockaddr *)&address, sizeof(address)));
}

/* The ring must stand before the first frame comes, so binding is last. */
static int set_up(struct packet_socket *socket, const struct packet_socket_config *config)
{
    int index = interface_ask(&socket->link, config->interface);
    if (index < 0)
        return index;
    int error = turn_on(socket->link.fd, PACKET_IGNORE_OUTGOING);
    if (error == 0)
        error = bind_to(socket->send_fd, index, 0);
    if (error < 0)
        return error;
    uint32_t longest = config->offload ? SUPER_SEGMENT_MAX : socket->link.mtu;
    socket->ring.offload = config->offload;
    error = packet_ring_init(&socket->ring, socket->link.fd, ETHERNET_HEADER_LEN + longest,
                             config->slots);
    if (error < 0)
        return error;
    error = bind_to(socket->link.fd, index, ETH_P_ALL);
    if (error < 0)
        packet_ring_fini(&socket->ring);
    return error;
}

static int open_both(struct packet_socket *socket, const struct packet_socket_config *config)
{
    int error = socket->link.fd = open_socket(config);
    if (error < 0)
        return error;
    error = socket->send_fd = open_socket(config);
    if (error < 0)
        goto close_receiving;
    error = set_up(socket, config);
    if (error == 0)
        return 0;
    close(socket->send_fd);
close_receiving:
    close(socket->link.fd);
    return error;
}

int packet_socket_open(struct link **out, const struct packet_socket_config *config,
                       struct fault *fault)
{
    struct packet_socket *socket = calloc(1, sizeof(*socket));
    int error = -ENOMEM;
    if (socket) {
        socket->link.ops = &packet_ops;
        socket->offload = config->offload;
        error = open_both(socket, config);
    }
    if (error < 0) {
        free(socket);
        return fault_errno(fault, error, "raw frames on %s", config->interface);
    }
    *out = &socket->link;
    return 0;
}
