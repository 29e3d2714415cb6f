/* One question to an echo server. */
#include "client/ask.h"

#include <assert.h>
#include <string.h>

#include "net/io.h"

/* On a connection: sends the text and reads it back. */
static int converse(struct net *net, int sock, struct span text)
{
    uint8_t answer[64];

    assert(text.len <= sizeof answer);
    int64_t moved = net_write_full(net, sock, text.data, text.len);
    if (moved >= 0)
        moved = net_read_full(net, sock, answer, text.len);
    if (moved < 0)
        return (int)moved;
    return (size_t)moved == text.len && memcmp(answer, text.data, text.len) == 0;
}

int ask_open(struct net *net, const struct net_addr *server, usec_t timeout_us)
{
    int sock = net_socket(net, NET_STREAM);
    if (sock < 0)
        return sock;
    net_setsockopt(net, sock, NET_SO_RCVTIMEO, timeout_us);
    net_setsockopt(net, sock, NET_SO_SNDTIMEO, timeout_us);

    int error = net_connect(net, sock, server);
    if (!error)
        return sock;
    net_close(net, sock);
    return error;
}

int ask_and_close(struct net *net, int sock, struct span text)
{
    int outcome = converse(net, sock, text);
    if (outcome < 0) {
        net_close(net, sock);
        return outcome;
    }
    int error = net_close_gracefully(net, sock);
    return error ? error : outcome;
}

int ask_echo(struct net *net, const struct net_addr *server, struct span text, usec_t timeout_us)
{
    int sock = ask_open(net, server, timeout_us);
    return sock < 0 ? sock : ask_and_close(net, sock, text);
}
