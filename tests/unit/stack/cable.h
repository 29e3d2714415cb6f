/* A host with real threads and the real clock, on a link made of a socket pair whose other end the
 * test holds. */
#ifndef TESTS_UNIT_STACK_CABLE_H
#define TESTS_UNIT_STACK_CABLE_H

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "packet/frame.h"
#include "stack/internal.h"
#include "stack/io.h"

#define OUR_IP  UINT32_C(0x0a000001)
#define PEER_IP UINT32_C(0x0a000002)

enum { FRAME_MAX = 1514 };

/* ---- a link whose other end is a descriptor ---- */

static struct cable {
    struct link link;
    int peer_fd;
    uint8_t received[LINK_BATCH][FRAME_MAX];
} cable;

static inline int cable_receive(struct link *link, struct link_frame *frames, int max)
{
    int count = 0;
    for (; count < max; count++) {
        ssize_t len = recv(link->fd, cable.received[count], FRAME_MAX, MSG_DONTWAIT);
        if (len < 0)
            break;
        frames[count] = (struct link_frame){.parts = {{cable.received[count], (size_t)len}}};
    }
    return count;
}

static inline int cable_send(struct link *link, const struct link_frame *frames, int count)
{
    for (int i = 0; i < count; i++)
        if (send(link->fd, frames[i].parts[0].data, frames[i].parts[0].len, MSG_DONTWAIT) < 0)
            return i > 0 ? i : -errno;
    return count;
}

static const struct link_ops cable_ops = {.receive = cable_receive, .send = cable_send};

/* ---- a host at one end, the test at the other ---- */

static struct {
    struct stack *stack;
    struct stack_io *io;
    struct bell bell[2];
    struct udp_socket *udp[2]; /* at ports 4000 and 4001 */
} host;

static const struct mac our_mac = {{2, 0, 0, 0, 0, 1}}, peer_mac = {{2, 0, 0, 0, 0, 2}};

static inline int open_cable(void)
{
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
        return -1;
    cable.link = (struct link){.ops = &cable_ops, .fd = fds[0], .mtu = 1500, .mac = our_mac};
    cable.peer_fd = fds[1];
    return 0;
}

static inline int open_socket(int which)
{
    const struct stack_addr addr = {0, (uint16_t)(4000 + which)};
    bell_init(&host.bell[which]);
    stack_enter(host.stack);
    int error = udp_open_locked(&host.udp[which], &host.bell[which]);
    if (error == 0)
        error = udp_bind_locked(host.stack, host.udp[which], &addr);
    stack_leave(host.stack);
    return error;
}

static inline int open_host(void **state)
{
    (void)state;
    struct stack_config config;
    if (open_cable() < 0 || stack_config_random(&config, 'A') < 0)
        return -1;
    config.ip = OUR_IP;
    config.prefix_len = 24;
    if (stack_new(&host.stack, &config, &cable.link) < 0)
        return -1;
    if (open_socket(0) < 0 || open_socket(1) < 0)
        return -1;
    return stack_io_start(&host.io, host.stack, "io");
}

static inline int close_host(void **state)
{
    (void)state;
    stack_io_stop(host.io);
    for (int i = 0; i < 2; i++) {
        udp_close_locked(host.udp[i]);
        bell_fini(&host.bell[i]);
    }
    stack_free(host.stack);
    close(cable.link.fd);
    close(cable.peer_fd);
    return 0;
}

#define DRIVEN(test) cmocka_unit_test_setup_teardown(test, open_host, close_host)

static inline void give_frame(uint16_t type, const uint8_t *payload, size_t len)
{
    uint8_t frame[FRAME_MAX];
    const struct ethernet header = {.dst = our_mac, .src = peer_mac, .type = type};
    size_t header_len = ethernet_emit(&header, frame);
    memcpy(frame + header_len, payload, len);
    assert_int_equal(send(cable.peer_fd, frame, header_len + len, 0), header_len + len);
}

static inline void give_datagram(uint16_t port, const char *words)
{
    const struct ipv4 ip = {
        .src_ip = PEER_IP, .dst_ip = OUR_IP, .ttl = 64, .protocol = IPV4_PROTOCOL_UDP};
    const struct segment_addresses addresses = {PEER_IP, OUR_IP};
    const struct udp udp = {9, port, {(const uint8_t *)words, strlen(words)}};
    uint8_t datagram[FRAME_MAX];
    size_t len =
        udp_emit(&udp, datagram + IPV4_HEADER_MIN, FRAME_MAX - IPV4_HEADER_MIN, &addresses);
    ipv4_emit(&ip, len, datagram);
    give_frame(ETHERNET_TYPE_IPV4, datagram, IPV4_HEADER_MIN + len);
}

/* The next frame from the host, which must come within five seconds. */
static inline struct frame_view take_frame(void)
{
    static uint8_t frame[FRAME_MAX];
    const struct timeval patience = {.tv_sec = 5};
    struct frame_view view;
    setsockopt(cable.peer_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ssize_t len = recv(cable.peer_fd, frame, sizeof(frame), 0);
    assert_true(len > 0);
    frame_parse(&view, frame, (size_t)len);
    return view;
}

static inline void send_somewhere(void)
{
    const struct stack_addr to = {PEER_IP, 9};
    usec_t now = stack_enter(host.stack);
    const struct span data = {(const uint8_t *)"x", 1};
    assert_int_equal(udp_send_locked(host.stack, now, host.udp[0], data, &to), 1);
    stack_leave(host.stack);
}

#endif
