/* Ethernet II frames: two addresses and a type in front of the payload (RFC 894). Pure. */
#ifndef PACKET_ETHERNET_H
#define PACKET_ETHERNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum {
    ETHERNET_HEADER_LEN = 14,
    ETHERNET_TYPE_IPV4 = 0x0800,
    ETHERNET_TYPE_ARP = 0x0806,
};

struct mac {
    uint8_t octets[6];
};

struct ethernet {
    struct mac dst, src;
    uint16_t type;
    struct span payload; /* may carry padding behind what the type's own length says */
};

bool mac_equal(const struct mac *a, const struct mac *b);
bool mac_is_broadcast(const struct mac *mac);

/* True for broadcast and multicast: addresses that no station has. */
bool mac_is_group(const struct mac *mac);

/* ff:ff:ff:ff:ff:ff */
struct mac mac_broadcast(void);

/* Reads a frame; its payload points into `data`. False when shorter than the header. */
bool ethernet_parse(struct ethernet *out, const uint8_t *data, size_t len);

/* Writes the header; the payload goes behind it, by whoever has it. Returns the header's length. */
size_t ethernet_emit(const struct ethernet *ethernet, uint8_t out[static ETHERNET_HEADER_LEN]);

#endif
