/* The script's end of the wire: a TUN device takes the peer's packets into the kernel, which has
 * dealt with them when write returns; a packet socket on it sees what the kernel sends, with the
 * moment at which it did. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/usec.h"
#include "tests/packetdrill/kernel/parts.h"

#define DEVICE  "tun0"
#define ADDRESS 0xc0a80001 /* 192.168.0.1, the tool's own default for the host under test */

enum { PATIENCE_S = 5 }; /* real time that a packet is waited for */

/* ---- opening ---- */

static int open_tun(void)
{
    struct ifreq request = {.ifr_name = DEVICE, .ifr_flags = IFF_TUN | IFF_NO_PI};
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && ioctl(fd, TUNSETIFF, &request) == 0)
        return fd;
    int error = -errno;
    if (fd >= 0)
        close(fd);
    return error;
}

/* As `ip addr add`, `ip link set up mtu` and `ip route add` would. */
static int set_up(int fd, const struct kernel_settings *settings)
{
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(ADDRESS)};
    struct ifreq request = {.ifr_name = DEVICE};
    memcpy(&request.ifr_addr, &address, sizeof(address));
    if (ioctl(fd, SIOCSIFADDR, &request) < 0)
        return -errno;
    request.ifr_mtu = (int)settings->mtu;
    if (ioctl(fd, SIOCSIFMTU, &request) < 0)
        return -errno;
    request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_POINTOPOINT | IFF_NOARP;
    if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
        return -errno;
    int error = kernel_route_single_segments(DEVICE);
    return error ? error : kernel_route_add(DEVICE, settings->initial_window);
}

static int open_tap(const struct kernel_settings *settings)
{
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    const int on = 1;
    const struct sockaddr_ll where = {.sll_family = AF_PACKET,
                                      .sll_protocol = htons(ETH_P_ALL),
                                      .sll_ifindex = (int)if_nametoindex(DEVICE)};
    int ip = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int error = ip < 0 ? -errno : set_up(ip, settings);
    close(ip);
    if (error)
        return error;
    int tap = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (tap >= 0 && bind(tap, (const struct sockaddr *)&where, sizeof(where)) == 0 &&
        setsockopt(tap, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof(on)) == 0 &&
        setsockopt(tap, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0)
        return tap;
    error = -errno;
    close(tap);
    return error;
}

int kernel_wire_open(struct kernel_wire *out, const struct kernel_settings *settings,
                     struct fault *fault)
{
    int tun = open_tun();
    if (tun < 0)
        return fault_errno(fault, -EPERM, "no /dev/net/tun (%s)", strerror(-tun));
    int tap = open_tap(settings);
    if (tap < 0) {
        close(tun);
        return fault_errno(fault, tap, "no " DEVICE);
    }
    *out = (struct kernel_wire){tun, tap};
    return 0;
}

void kernel_wire_close(struct kernel_wire *wire)
{
    close(wire->tap);
    close(wire->tun);
}

/* ---- packets ---- */

static int wire_send(void *userdata, const void *datagram, size_t len)
{
    const struct kernel_wire *wire = userdata;
    return write(wire->tun, datagram, len) == (ssize_t)len ? 0 : -1;
}

/* The device itself would throw away what nobody reads. */
static void drain(int tun)
{
    char octet;
    while (read(tun, &octet, sizeof(octet)) >= 0)
        ;
}

static long long moment_of(struct msghdr *message)
{
    struct timeval at = {0};
    struct cmsghdr *part = CMSG_FIRSTHDR(message);
    for (; part; part = CMSG_NXTHDR(message, part))
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_TIMESTAMP)
            memcpy(&at, CMSG_DATA(part), sizeof(at));
    return SECONDS(at.tv_sec) + at.tv_usec;
}

/* The tap sees both directions: only the kernel's packets are of interest. */
static int wire_receive(void *userdata, void *datagram, size_t *len, long long *time_us)
{
    const struct kernel_wire *wire = userdata;
    struct sockaddr_ll from = {0};
    ssize_t taken;
    do {
        _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct timeval))];
        struct iovec part = {datagram, *len};
        struct msghdr message = {.msg_name = &from,
                                 .msg_namelen = sizeof(from),
                                 .msg_iov = &part,
                                 .msg_iovlen = 1,
                                 .msg_control = control,
                                 .msg_controllen = sizeof(control)};
        taken = recvmsg(wire->tap, &message, 0);
        *time_us = moment_of(&message);
    } while (taken >= 0 && from.sll_pkttype != PACKET_OUTGOING);
    drain(wire->tun);
    *len = taken < 0 ? 0 : (size_t)taken;
    return 0;
}

static int wire_usleep(void *userdata, useconds_t usec)
{
    (void)userdata;
    return usleep(usec);
}

static int wire_gettimeofday(void *userdata, struct timeval *now, struct timezone *zone)
{
    (void)userdata;
    return gettimeofday(now, zone);
}

void kernel_wire_enter(struct packetdrill_interface *table)
{
    table->netdev_send = wire_send;
    table->netdev_receive = wire_receive;
    table->usleep = wire_usleep;
    table->gettimeofday = wire_gettimeofday;
}
