/* A whole Ethernet frame taken apart down to ARP, ICMP, UDP or TCP: the one view that the wire's
 * script, the ladder and the capture share.
 *
 * It is for onlookers: checksums are judged only when asked for, and a frame that is broken
 * halfway is still shown as far as it makes sense. Pure. */
#ifndef PACKET_FRAME_H
#define PACKET_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "packet/arp.h"
#include "packet/ethernet.h"
#include "packet/icmp.h"
#include "packet/ipv4.h"
#include "packet/segment.h"
#include "packet/udp.h"

/* How far down a frame could be read. */
enum frame_kind {
    FRAME_RUNT,  /* not even an Ethernet header */
    FRAME_OTHER, /* `ethernet` is valid and no more */
    FRAME_ARP,   /* and `arp` */
    FRAME_IPV4,  /* and `ip`: another protocol, a fragment, or a transport that is malformed */
    FRAME_ICMP,  /* and `ip` and `icmp` */
    FRAME_UDP,   /* and `ip` and `udp` */
    FRAME_TCP,   /* and `ip` and `tcp` */
};

struct frame_view {
    enum frame_kind kind;
    const char *problem; /* in words, why it could be read no further; NULL when all is well */
    struct span bytes;   /* the frame itself; everything below points into it */
    struct ethernet ethernet;
    struct ipv4 ip;
    union {
        struct arp arp;
        struct icmp_message icmp;
        struct udp udp;
        struct segment tcp;
    };
};

/* Reads the frame of `len` octets at `data`, which must outlive the view. */
void frame_parse(struct frame_view *out, const uint8_t *data, size_t len);

/* Whether the IPv4 header's checksum is right; true for frames that have none. */
bool frame_ip_checksum_ok(const struct frame_view *frame);

/* Whether the checksum of ICMP, UDP or TCP is right; true for frames of other kinds. Meaningless
 * for frames whose checksum an interface has yet to complete. */
bool frame_transport_checksum_ok(const struct frame_view *frame);

#endif
