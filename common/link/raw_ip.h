/* The way that does not work, kept to be watched: TCP by a raw IPv4 socket (raw(7)) on an address
 * that the kernel has too, as a frame device.
 *
 * It is the first idea of everybody who writes a TCP of his own, and it fails at the handshake. The
 * kernel gives the raw socket a copy of each segment and then handles the segment itself: it knows
 * of no connection there, so it answers with a reset (RFC 9293 section 3.10.7.1), as it must. The
 * peer hears that before our ACK and forgets us. Binding the port does not help, and a firewall
 * rule that eats the kernel's resets only hides the quarrel. What helps is an address that the
 * kernel does not have: link/packet_socket.h on a card left alone.
 *
 * Above this device frames look like Ethernet, but the kernel does the work of that layer: frames
 * other than IPv4 vanish when sent, so the host above must know its neighbours beforehand
 * (stack_add_neighbour); of what arrives only TCP is received. The kernel fills in the checksum of
 * the IPv4 header. Needs CAP_NET_RAW in the namespace. */
#ifndef LINK_RAW_IP_H
#define LINK_RAW_IP_H

#include "base/fault.h"
#include "link/link.h"

struct raw_ip_config {
    int netns_fd;          /* where the interface is; -1: in the caller's namespace */
    const char *interface; /* its name there: only what comes in by it is received */
};

/* Returns 0 and the link, or a negative errno with its fault: -EPERM without the privilege, -ENODEV
 * without the interface. */
int raw_ip_open(struct link **out, const struct raw_ip_config *config, struct fault *fault);

#endif
