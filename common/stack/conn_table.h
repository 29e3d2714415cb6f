/* Connections by their four-tuple: a hash table with chains, whose hash is keyed so that strangers
 * cannot aim at one chain, and which doubles as it fills. */
#ifndef STACK_CONN_TABLE_H
#define STACK_CONN_TABLE_H

#include <stdint.h>

#include "base/siphash.h"
#include "tcp/isn.h"

struct conn;

struct conn_table {
    struct siphash_key key;
    struct conn **chains;
    uint32_t chain_count; /* a power of two */
    uint32_t count;
};

/* Returns 0 or -ENOMEM. */
int conn_table_init(struct conn_table *table, const struct siphash_key *key);

/* The table must be empty. */
void conn_table_fini(struct conn_table *table);

/* Adds a connection whose tuple is in no other that is not CLOSED. Never fails: without memory for
 * more chains the ones there are grow longer. */
void conn_table_add(struct conn_table *table, struct conn *conn);
void conn_table_remove(struct conn_table *table, struct conn *conn);

/* One that is CLOSED is not found, though somebody may hold it yet: its tuple is free again. */
struct conn *conn_table_find(const struct conn_table *table, const struct isn_tuple *tuple);

/* The connection after this one, in no order that means anything; NULL gives the first, and after
 * the last comes NULL. While going over all, none may be added; the one at hand may be removed once
 * its next is known. */
struct conn *conn_table_next(const struct conn_table *table, const struct conn *conn);

#endif
