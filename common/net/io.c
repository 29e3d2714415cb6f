/* Going on until the job is done. */
#include "net/io.h"

#include <errno.h>
#include <string.h>

int64_t net_write_full(struct net *net, int sock, const void *data, size_t len)
{
    const uint8_t *bytes = data;
    size_t done = 0;
    while (done < len) {
        int64_t sent = net_send(net, sock, bytes + done, len - done, 0);
        if (sent < 0)
            return sent;
        done += (size_t)sent;
    }
    return (int64_t)len;
}

int64_t net_read_full(struct net *net, int sock, void *data, size_t len)
{
    uint8_t *bytes = data;
    size_t done = 0;
    while (done < len) {
        int64_t got = net_recv(net, sock, bytes + done, len - done, 0);
        if (got < 0)
            return got;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (int64_t)done;
}

void net_lines_init(struct net_lines *lines, struct net *net, int sock, struct buffer buf)
{
    *lines = (struct net_lines){.net = net, .sock = sock, .buf = (char *)buf.data, .cap = buf.cap};
}

/* Receives more behind what is there, having moved that to the front if there is no room. Returns
 * how much came, 0 at the end of the stream, -EMSGSIZE when the buffer is full. */
static int64_t receive_more(struct net_lines *lines)
{
    if (lines->end == lines->cap) {
        memmove(lines->buf, lines->buf + lines->start, lines->end - lines->start);
        lines->end -= lines->start;
        lines->start = 0;
    }
    if (lines->end == lines->cap)
        return -EMSGSIZE;
    int64_t got =
        net_recv(lines->net, lines->sock, lines->buf + lines->end, lines->cap - lines->end, 0);
    if (got > 0)
        lines->end += (size_t)got;
    return got;
}

static int64_t take(struct net_lines *lines, size_t len, const char **line)
{
    *line = lines->buf + lines->start;
    lines->start += len;
    return (int64_t)len;
}

/* What was searched once is not searched again, or a long line that comes byte by byte would cost
 * the square of its length. */
int64_t net_lines_next(struct net_lines *lines, const char **line)
{
    size_t searched = 0;
    for (;;) {
        const char *from = lines->buf + lines->start;
        size_t waiting = lines->end - lines->start;
        const char *end = memchr(from + searched, '\n', waiting - searched);
        if (end)
            return take(lines, (size_t)(end - from) + 1, line);
        searched = waiting;
        int64_t got = receive_more(lines);
        if (got < 0)
            return got;
        if (got == 0)
            return take(lines, waiting, line);
    }
}

int64_t net_lines_rest(struct net_lines *lines, void *data, size_t cap)
{
    size_t len = min_size(cap, lines->end - lines->start);
    if (len == 0)
        return net_recv(lines->net, lines->sock, data, cap, 0);
    memcpy(data, lines->buf + lines->start, len);
    lines->start += len;
    return (int64_t)len;
}

/* Reads and forgets until the peer has ended its direction. */
static int drain(struct net *net, int sock)
{
    char rest[4096];
    int64_t got;
    do {
        got = net_recv(net, sock, rest, sizeof(rest), 0);
    } while (got > 0);
    return (int)got;
}

int net_close_gracefully(struct net *net, int sock)
{
    int error = net_setsockopt(net, sock, NET_O_NONBLOCK, 0);
    if (!error)
        error = net_shutdown(net, sock, NET_SHUT_WR);
    if (!error)
        error = drain(net, sock);
    int closed = net_close(net, sock);
    return error ? error : closed;
}
