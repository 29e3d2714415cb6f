/* A network interface as a frame device, by AF_PACKET (packet(7)): receives everything that comes
 * to the interface and sends whatever it is given. Needs CAP_NET_RAW in the interface's namespace.
 *
 * Receiving goes through a ring shared with the kernel, whose room no limit on socket buffers
 * cuts down and which tells when each frame arrived; of a frame longer than the MTU, or than a
 * super-segment when these are asked for, only the start is received. Sending has a socket of its
 * own, which receives nothing. What the own host sends through the interface's other users is not
 * received: only what comes from the other end. */
#ifndef LINK_PACKET_SOCKET_H
#define LINK_PACKET_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "link/link.h"

struct packet_socket_config {
    int netns_fd;          /* where the interface is; -1: in the caller's namespace */
    const char *interface; /* its name there */
    uint32_t slots;        /* frames that can wait to be received; 0: 8 MiB's worth */
    bool offload;          /* checksums and segmentation may be left to the kernel, both ways */
};

/* Returns 0 and the link, or a negative errno with its fault: -EPERM without the privilege,
 * -ENODEV without the interface. */
int packet_socket_open(struct link **out, const struct packet_socket_config *config,
                       struct fault *fault);

#endif
