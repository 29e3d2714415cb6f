/* Addresses as the tool and as the stack have them. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "packetdrill/parts.h"

int addr_read(const struct sockaddr *addr, socklen_t len, struct stack_addr *out)
{
    struct sockaddr_in in;
    if (len < sizeof(in) || len > sizeof(struct sockaddr_storage))
        return -EINVAL;
    if (!addr)
        return -EFAULT;
    memcpy(&in, addr, sizeof(in));
    if (in.sin_family != AF_INET)
        return -EAFNOSUPPORT;
    *out = (struct stack_addr){ntohl(in.sin_addr.s_addr), ntohs(in.sin_port)};
    return 0;
}

void addr_write(const struct stack_addr *addr, struct sockaddr *out, socklen_t *len)
{
    const struct sockaddr_in in = {
        .sin_family = AF_INET,
        .sin_port = htons(addr->port),
        .sin_addr.s_addr = htonl(addr->ip),
    };
    if (!out || !len)
        return;
    memcpy(out, &in, min_size(*len, sizeof(in)));
    *len = sizeof(in);
}
