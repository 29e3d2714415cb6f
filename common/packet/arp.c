/* ARP packets (RFC 826, "Packet format"), narrowed to IPv4 on Ethernet. */
#include "packet/arp.h"

#include <stdbool.h>
#include <string.h>

enum {
    HARDWARE = 0,
    PROTOCOL = 2,
    HARDWARE_LEN = 4,
    PROTOCOL_LEN = 5,
    OPERATION = 6,
    SENDER_MAC = 8,
    SENDER_IP = 14,
    TARGET_MAC = 18,
    TARGET_IP = 24,

    HARDWARE_ETHERNET = 1,
};

static bool is_ipv4_on_ethernet(const uint8_t *data)
{
    return get_be16(data + HARDWARE) == HARDWARE_ETHERNET &&
           get_be16(data + PROTOCOL) == ETHERNET_TYPE_IPV4 &&
           data[HARDWARE_LEN] == sizeof(struct mac) && data[PROTOCOL_LEN] == sizeof(uint32_t);
}

enum arp_status arp_parse(struct arp *out, const uint8_t *data, size_t len)
{
    if (len < ARP_LEN)
        return ARP_SHORT;
    if (!is_ipv4_on_ethernet(data))
        return ARP_FOREIGN;
    out->operation = get_be16(data + OPERATION);
    memcpy(&out->sender_mac, data + SENDER_MAC, sizeof(out->sender_mac));
    out->sender_ip = get_be32(data + SENDER_IP);
    memcpy(&out->target_mac, data + TARGET_MAC, sizeof(out->target_mac));
    out->target_ip = get_be32(data + TARGET_IP);
    return ARP_OK;
}

size_t arp_emit(const struct arp *arp, uint8_t out[static ARP_LEN])
{
    put_be16(out + HARDWARE, HARDWARE_ETHERNET);
    put_be16(out + PROTOCOL, ETHERNET_TYPE_IPV4);
    out[HARDWARE_LEN] = sizeof(struct mac);
    out[PROTOCOL_LEN] = sizeof(uint32_t);
    put_be16(out + OPERATION, arp->operation);
    memcpy(out + SENDER_MAC, &arp->sender_mac, sizeof(arp->sender_mac));
    put_be32(out + SENDER_IP, arp->sender_ip);
    memcpy(out + TARGET_MAC, &arp->target_mac, sizeof(arp->target_mac));
    put_be32(out + TARGET_IP, arp->target_ip);
    return ARP_LEN;
}

const char *arp_problem(enum arp_status status)
{
    switch (status) {
    case ARP_OK:
        return NULL;
    case ARP_SHORT:
        return "ARP: shorter than a packet";
    case ARP_FOREIGN:
        return "ARP: not for IPv4 on Ethernet";
    }
    return "ARP: unknown problem";
}
