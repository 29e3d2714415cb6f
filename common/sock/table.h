/* Who is inside a socket call: the table that lets any thread close a socket that others are
 * blocked on.
 *
 * The kernel's close neither wakes a blocked call nor keeps the descriptor's number from being
 * given to the next socket while that call still uses it. So every call enters its socket here and
 * leaves it again; closing a socket that others are in marks it (nobody enters any more), shuts it
 * down (which wakes them), and leaves the closing to the last one out. With nobody inside, close is
 * the kernel's and nothing else: unread data still makes it a reset, as RFC 9293 (SHLD-3) asks.
 *
 * Indexed by descriptor, one atomic word each: no lock, and no two sockets share a cache line. */
#ifndef SOCK_TABLE_H
#define SOCK_TABLE_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    SOCK_TABLE_CHUNK = 1024,  /* slots that come into being together */
    SOCK_TABLE_CHUNKS = 1024, /* hence a million descriptors */
};

/* What the table remembers of a socket for its users. */
enum sock_mark {
    SOCK_DATAGRAMS = 1 << 20, /* keeps message boundaries */
    SOCK_TIMED = 1 << 21,     /* has had a timeout */
    SOCK_SHUT = 1 << 22,      /* somebody here called shutdown */
    SOCK_CLOSING = 1 << 23,   /* closed while others were inside */
    SOCK_OPEN = 1 << 24,
};

struct sock_slot {
    alignas(64) _Atomic uint32_t word; /* marks, and below them the number of users */
};

struct sock_table {
    _Atomic(struct sock_slot *) chunk[SOCK_TABLE_CHUNKS];
};

void sock_table_init(struct sock_table *table);

/* Every socket must be closed by now. */
void sock_table_fini(struct sock_table *table);

/* Takes a fresh descriptor in. Returns 0, or -ENOMEM or -EMFILE; the caller closes it then. */
int sock_table_add(struct sock_table *table, int fd, uint32_t marks);

/* Enters a socket: its marks, or -EBADF. Until the matching leave the descriptor stays what it is.
 */
int sock_table_enter(struct sock_table *table, int fd);
void sock_table_leave(struct sock_table *table, int fd);

/* Inside a socket: adds marks; reads them. */
void sock_table_mark(struct sock_table *table, int fd, uint32_t marks);
uint32_t sock_table_marks(struct sock_table *table, int fd);

/* Closes, as above. Returns 0, -EBADF, or the kernel's answer. */
int sock_table_close(struct sock_table *table, int fd);

#endif
