/* One word per descriptor, changed only by compare-and-swap or addition. */
#include "sock/table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "sock/sock.h"

enum { USERS = SOCK_DATAGRAMS - 1 };

void sock_table_init(struct sock_table *table)
{
    for (int i = 0; i < SOCK_TABLE_CHUNKS; i++)
        atomic_init(&table->chunk[i], NULL);
}

void sock_table_fini(struct sock_table *table)
{
    for (int i = 0; i < SOCK_TABLE_CHUNKS; i++) {
        struct sock_slot *chunk = atomic_load(&table->chunk[i]);
        for (int j = 0; chunk && j < SOCK_TABLE_CHUNK; j++)
            assert(atomic_load(&chunk[j].word) == 0);
        free(chunk);
    }
}

/* The slot of a descriptor that was added, NULL for one that never was. */
static struct sock_slot *slot_of(struct sock_table *table, int fd)
{
    if (fd < 0 || fd >= SOCK_TABLE_CHUNK * SOCK_TABLE_CHUNKS)
        return NULL;
    struct sock_slot *chunk = atomic_load(&table->chunk[fd / SOCK_TABLE_CHUNK]);
    return chunk ? &chunk[fd % SOCK_TABLE_CHUNK] : NULL;
}

/* Makes sure that the chunk of `fd` exists; of two threads that come at once one's is kept. */
static int grow(struct sock_table *table, int fd)
{
    struct sock_slot *chunk =
        aligned_alloc(alignof(struct sock_slot), SOCK_TABLE_CHUNK * sizeof(struct sock_slot));
    if (!chunk)
        return -ENOMEM;
    for (int i = 0; i < SOCK_TABLE_CHUNK; i++)
        atomic_init(&chunk[i].word, 0);
    struct sock_slot *none = NULL;
    if (!atomic_compare_exchange_strong(&table->chunk[fd / SOCK_TABLE_CHUNK], &none, chunk))
        free(chunk);
    return 0;
}

int sock_table_add(struct sock_table *table, int fd, uint32_t marks)
{
    if (fd >= SOCK_TABLE_CHUNK * SOCK_TABLE_CHUNKS)
        return -EMFILE;
    int error = slot_of(table, fd) ? 0 : grow(table, fd);
    if (error)
        return error;
    struct sock_slot *slot = slot_of(table, fd);
    assert(atomic_load(&slot->word) == 0);
    atomic_store(&slot->word, SOCK_OPEN | marks);
    return 0;
}

static bool is_usable(uint32_t word)
{
    return (word & SOCK_OPEN) && !(word & SOCK_CLOSING);
}

int sock_table_enter(struct sock_table *table, int fd)
{
    struct sock_slot *slot = slot_of(table, fd);
    if (!slot)
        return -EBADF;
    uint32_t word = atomic_load(&slot->word);
    do {
        if (!is_usable(word))
            return -EBADF;
    } while (!atomic_compare_exchange_weak(&slot->word, &word, word + 1));
    return (int)(word & ~(uint32_t)USERS);
}

/* The slot is emptied first: once closed, the number may belong to another thread's new socket. */
static int close_slot(struct sock_slot *slot, int fd)
{
    atomic_store(&slot->word, 0);
    return sock_close(fd);
}

static int leave(struct sock_slot *slot, int fd)
{
    uint32_t left = atomic_fetch_sub(&slot->word, 1) - 1;
    if (!(left & SOCK_CLOSING) || (left & USERS))
        return 0;
    return close_slot(slot, fd);
}

void sock_table_leave(struct sock_table *table, int fd)
{
    leave(slot_of(table, fd), fd);
}

void sock_table_mark(struct sock_table *table, int fd, uint32_t marks)
{
    atomic_fetch_or(&slot_of(table, fd)->word, marks);
}

uint32_t sock_table_marks(struct sock_table *table, int fd)
{
    return atomic_load(&slot_of(table, fd)->word) & ~(uint32_t)USERS;
}

/* Zero lingering time: the close is meant as an abort. */
static bool aborts_on_close(int fd)
{
    struct linger linger = {0};
    socklen_t len = sizeof(linger);
    return getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &len) == 0 && linger.l_onoff &&
           linger.l_linger == 0;
}

/* Neither answer matters: an unconnected socket says so and wakes its waiters all the same. */
static void wake_users(int fd)
{
    if (aborts_on_close(fd))
        (void)sock_abort(fd);
    (void)sock_shutdown(fd, SHUT_RDWR);
}

int sock_table_close(struct sock_table *table, int fd)
{
    struct sock_slot *slot = slot_of(table, fd);
    if (!slot)
        return -EBADF;
    uint32_t word = atomic_load(&slot->word);
    uint32_t next;
    do {
        if (!is_usable(word))
            return -EBADF;
        /* The closer counts as a user while it wakes the others. */
        next = (word & USERS) ? (word | SOCK_CLOSING) + 1 : 0;
    } while (!atomic_compare_exchange_weak(&slot->word, &word, next));
    if (next == 0)
        return sock_close(fd);
    wake_users(fd);
    return leave(slot, fd);
}
