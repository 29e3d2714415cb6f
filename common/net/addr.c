/* Addresses as people write them. */
#include "net/addr.h"

#include <stdio.h>

const char *net_addr_format(struct net_addr_text *out, const struct net_addr *addr)
{
    *out = (struct net_addr_text){""};
    snprintf(out->text, sizeof(out->text), "%u.%u.%u.%u:%u", addr->ip >> 24, addr->ip >> 16 & 255,
             addr->ip >> 8 & 255, addr->ip & 255, addr->port);
    return out->text;
}
