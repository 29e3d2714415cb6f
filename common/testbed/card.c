/* Whose card it is, its MAC address tells; who has it, a name in the namespace. */
#include "testbed/card.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "testbed/offload.h"
#include "testbed/topology.h"

/* Asks about the card; false when there is no answer. */
static bool ask(int sock, unsigned long question, struct ifreq *request)
{
    *request = (struct ifreq){0};
    snprintf(request->ifr_name, sizeof(request->ifr_name), "%s", TOPOLOGY_HOST_DEVICE);
    return ioctl(sock, question, request) == 0;
}

/* All but the fifth octet, by which a card can differ from the host on it (topology.c). */
static bool is_card_of(const struct ifreq *request, enum host host)
{
    const uint8_t *octets = (const uint8_t *)request->ifr_hwaddr.sa_data;
    struct mac mac = testbed_mac(host);
    mac.octets[4] = octets[4];
    return memcmp(octets, mac.octets, sizeof(mac.octets)) == 0;
}

static struct card look(int sock)
{
    struct card card = {.kind = CARD_ELSEWHERE};
    struct ifreq request;
    if (!ask(sock, SIOCGIFHWADDR, &request))
        return card;
    if (!is_card_of(&request, HOST_A) && !is_card_of(&request, HOST_B))
        return card;
    card.host = is_card_of(&request, HOST_A) ? HOST_A : HOST_B;
    card.kind = ask(sock, SIOCGIFADDR, &request) ? CARD_KERNEL : CARD_FREE;
    card.offloads = offload_is_on(TOPOLOGY_HOST_DEVICE);
    return card;
}

struct card card_look(void)
{
    struct card card = {.kind = CARD_ELSEWHERE};
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sock < 0)
        return card;
    card = look(sock);
    close(sock);
    return card;
}

/* Names of sockets that begin with a NUL exist once in each network namespace, and go with the
 * socket (unix(7)). */
int card_claim(void)
{
    static const char name[] = "\0twinstack " TOPOLOGY_HOST_DEVICE;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int claim = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (claim < 0)
        return -errno;
    memcpy(address.sun_path, name, sizeof(name));
    if (bind(claim, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return claim;
    int error = errno == EADDRINUSE ? -EBUSY : -errno;
    close(claim);
    return error;
}
