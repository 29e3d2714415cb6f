/* Calls that finish the job: what every program that uses send and recv has to write, once.
 *
 * A stream has no message boundaries and both calls may move less than asked; these go on until
 * all is done, the stream ended, or an error came. */
#ifndef NET_IO_H
#define NET_IO_H

#include "net/net.h"

/* Sends all `len` bytes. Returns `len`, or the error that stopped it (what was sent before is
 * not told: the stream is broken then). */
int64_t net_write_full(struct net *net, int sock, const void *data, size_t len);

/* Receives exactly `len` bytes, or fewer when the stream ends first; returns how many. */
int64_t net_read_full(struct net *net, int sock, void *data, size_t len);

/* Reads lines from a stream through a buffer that the caller owns: bytes received past one line
 * wait in it for the next call. */
struct net_lines {
    struct net *net;
    int sock;
    char *buf;  /* caller's, also outlives this */
    size_t cap; /* the longest line, its end included */
    size_t start, end;
};

void net_lines_init(struct net_lines *lines, struct net *net, int sock, struct buffer buf);

/* Gives the next line with its '\n' (a last line without one is given as it is). Returns its
 * length, 0 at the end of the stream, -EMSGSIZE when the line does not fit in the buffer (the
 * stream stays where it is), or recv's error. The line is valid until the next call. */
int64_t net_lines_next(struct net_lines *lines, const char **line);

/* What follows the last line, however it is ended: up to `cap` octets, at least one, those that
 * wait in the buffer first. Returns how many, 0 at the end of the stream, or recv's error. */
int64_t net_lines_rest(struct net_lines *lines, void *data, size_t cap);

/* Ends one direction and waits for the peer to end the other, so that close cannot turn into a
 * reset that destroys data on its way (RFC 9293 SHLD-3): shutdown, read to the end, close. */
int net_close_gracefully(struct net *net, int sock);

#endif
