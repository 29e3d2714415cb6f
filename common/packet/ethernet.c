/* Ethernet II headers (RFC 894). */
#include "packet/ethernet.h"

#include <string.h>

enum { DST = 0, SRC = 6, TYPE = 12 };

bool mac_equal(const struct mac *a, const struct mac *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

bool mac_is_group(const struct mac *mac)
{
    return mac->octets[0] & 1; /* the bit that is sent first */
}

struct mac mac_broadcast(void)
{
    return (struct mac){{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
}

bool mac_is_broadcast(const struct mac *mac)
{
    struct mac broadcast = mac_broadcast();
    return mac_equal(mac, &broadcast);
}

bool ethernet_parse(struct ethernet *out, const uint8_t *data, size_t len)
{
    if (len < ETHERNET_HEADER_LEN)
        return false;
    memcpy(&out->dst, data + DST, sizeof(out->dst));
    memcpy(&out->src, data + SRC, sizeof(out->src));
    out->type = get_be16(data + TYPE);
    out->payload = (struct span){data + ETHERNET_HEADER_LEN, len - ETHERNET_HEADER_LEN};
    return true;
}

size_t ethernet_emit(const struct ethernet *ethernet, uint8_t out[static ETHERNET_HEADER_LEN])
{
    memcpy(out + DST, &ethernet->dst, sizeof(ethernet->dst));
    memcpy(out + SRC, &ethernet->src, sizeof(ethernet->src));
    put_be16(out + TYPE, ethernet->type);
    return ETHERNET_HEADER_LEN;
}
