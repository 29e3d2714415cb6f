/* One connection to a parting server. */
#include "client/parting.h"

#include <errno.h>
#include <string.h>

#include "net/io.h"
#include "server/parting.h"

/* The line and, when the server ends first, the end behind it. */
static int hear(struct net *net, int sock, bool to_the_end)
{
    char heard[sizeof PARTING_LINE];
    const size_t length = sizeof PARTING_LINE - 1;
    int64_t got = net_read_full(net, sock, heard, to_the_end ? length + 1 : length);
    if (got < 0)
        return (int)got;
    return (size_t)got == length && memcmp(heard, PARTING_LINE, length) == 0 ? 0 : -EPROTO;
}

int parting_run(struct net *net, const struct knock *how, bool first)
{
    int sock = knock(net, how, NULL);
    if (sock < 0)
        return sock;
    int error = hear(net, sock, !first);
    if (!error && first)
        return net_close_gracefully(net, sock);
    int closed = net_close(net, sock);
    return error ? error : closed;
}
