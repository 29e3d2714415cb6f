/* Chains of connections. */
#include "stack/conn_table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stack/conn.h"

enum { CHAINS_START = 64 };

static_assert(sizeof(struct isn_tuple) == 12, "hashed as it lies in memory, so without gaps");

int conn_table_init(struct conn_table *table, const struct siphash_key *key)
{
    *table = (struct conn_table){.key = *key, .chain_count = CHAINS_START};
    table->chains = calloc(CHAINS_START, sizeof(struct conn *));
    return table->chains ? 0 : -ENOMEM;
}

void conn_table_fini(struct conn_table *table)
{
    assert(table->count == 0);
    free(table->chains);
}

static struct conn **chain_of(const struct conn_table *table, const struct isn_tuple *tuple)
{
    uint64_t hash = siphash(&table->key, tuple, sizeof(*tuple));
    return &table->chains[hash & (table->chain_count - 1)];
}

static void link_in(struct conn_table *table, struct conn *conn)
{
    struct conn **chain = chain_of(table, &conn->tcb.tuple);
    conn->chained = *chain;
    *chain = conn;
}

/* Twice as many chains, if there is memory for them. */
static void grow(struct conn_table *table)
{
    struct conn **old = table->chains;
    uint32_t old_count = table->chain_count, count = old_count * 2;
    struct conn **chains = calloc(count, sizeof(struct conn *));
    if (!chains)
        return;
    table->chains = chains;
    table->chain_count = count;
    for (uint32_t i = 0; i < old_count; i++) {
        struct conn *next;
        for (struct conn *conn = old[i]; conn; conn = next) {
            next = conn->chained;
            link_in(table, conn);
        }
    }
    free(old);
}

void conn_table_add(struct conn_table *table, struct conn *conn)
{
    if (table->count >= table->chain_count)
        grow(table);
    link_in(table, conn);
    table->count++;
}

void conn_table_remove(struct conn_table *table, struct conn *conn)
{
    struct conn **at = chain_of(table, &conn->tcb.tuple);
    while (*at != conn)
        at = &(*at)->chained;
    *at = conn->chained;
    table->count--;
}

struct conn *conn_table_find(const struct conn_table *table, const struct isn_tuple *tuple)
{
    struct conn *conn = *chain_of(table, tuple);
    while (conn && (conn->tcb.state == STATE_CLOSED ||
                    memcmp(&conn->tcb.tuple, tuple, sizeof(*tuple)) != 0))
        conn = conn->chained;
    return conn;
}

struct conn *conn_table_next(const struct conn_table *table, const struct conn *conn)
{
    struct conn **end = table->chains + table->chain_count;
    struct conn **chain = conn ? chain_of(table, &conn->tcb.tuple) + 1 : table->chains;
    if (conn && conn->chained)
        return conn->chained;
    while (chain < end && !*chain)
        chain++;
    return chain < end ? *chain : NULL;
}
