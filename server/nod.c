/* However the stream is cut, the octets are counted. */
#include "server/nod.h"

#include "net/io.h"

int nod(struct net *net, int sock, size_t message)
{
    static const uint8_t nods[64];
    uint8_t chunk[16 * 1024];
    size_t heard = 0; /* of messages not answered yet */
    int64_t got;
    while ((got = net_recv(net, sock, chunk, sizeof chunk, 0)) > 0) {
        heard += (size_t)got;
        for (size_t due; got >= 0 && (due = min_size(heard / message, sizeof nods)) > 0;) {
            got = net_write_full(net, sock, nods, due);
            heard -= due * message;
        }
        if (got < 0)
            break;
    }
    return (int)got;
}
