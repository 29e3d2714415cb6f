/* ARP for IPv4 on Ethernet (RFC 826): who has this address, and where. Pure. */
#ifndef PACKET_ARP_H
#define PACKET_ARP_H

#include <stddef.h>
#include <stdint.h>

#include "packet/ethernet.h"

enum {
    ARP_LEN = 28,
    ARP_REQUEST = 1,
    ARP_REPLY = 2,
};

struct arp {
    uint16_t operation; /* ARP_REQUEST or ARP_REPLY; others are the receiver's to ignore */
    struct mac sender_mac, target_mac;
    uint32_t sender_ip, target_ip; /* host byte order */
};

enum arp_status {
    ARP_OK,
    ARP_SHORT,   /* fewer octets than an IPv4-on-Ethernet packet has */
    ARP_FOREIGN, /* other hardware, other protocol, or lengths that do not fit the two */
};

/* Reads the payload of an Ethernet frame; octets behind the packet are padding. */
enum arp_status arp_parse(struct arp *out, const uint8_t *data, size_t len);

/* Writes the packet; returns its length. */
size_t arp_emit(const struct arp *arp, uint8_t out[static ARP_LEN]);

/* `status` in words for a log, NULL for ARP_OK. */
const char *arp_problem(enum arp_status status);

#endif
