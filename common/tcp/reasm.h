/* Reassembly: which octets beyond RCV.NXT have arrived, and where the FIN lies.
 *
 * The octets themselves wait in the receive ring at their final place (rcvbuf.h); here are only
 * their ranges, sorted, apart from each other, in a bounded array handed in. When it is full the
 * farthest range is forgotten, because the nearest hole is the one that is filled next (the peer
 * sends the forgotten octets again; RFC 2018 section 8 allows it). Pure. */
#ifndef TCP_REASM_H
#define TCP_REASM_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/seq.h"

struct reasm_range {
    seq_t start, end; /* octets [start, end) */
};

struct reasm {
    struct reasm_range *ranges;
    uint16_t cap, count;
    bool has_fin;
    seq_t fin; /* the FIN's own sequence number */
};

/* `ranges` may be NULL with `cap` 0: then nothing is kept out of order. */
void reasm_init(struct reasm *r, struct reasm_range *ranges, uint16_t cap);

/* Moves the ranges to larger memory; the old is the caller's again. */
void reasm_grow(struct reasm *r, struct reasm_range *ranges, uint16_t cap);

/* The octets [start, end), beyond RCV.NXT, have arrived. False when they are beyond all that the
 * full array holds: they were not kept. */
bool reasm_add(struct reasm *r, seq_t start, seq_t end);

/* A FIN arrived whose sequence number is `seq`, in order or not. The first one counts. */
void reasm_on_fin(struct reasm *r, seq_t seq);

/* Everything before `nxt` has arrived in order: drops the ranges that this reaches and returns the
 * new RCV.NXT, which lies past them, and never past the FIN: see reasm_fin_reached. */
seq_t reasm_advance(struct reasm *r, seq_t nxt);

/* True when RCV.NXT stands at the FIN: everything before it is here. */
bool reasm_fin_reached(const struct reasm *r, seq_t nxt);

/* The first range that shares an octet with [start, end), or NULL. */
const struct reasm_range *reasm_overlapping(const struct reasm *r, seq_t start, seq_t end);

/* The range that holds `seq`, or NULL. */
const struct reasm_range *reasm_find(const struct reasm *r, seq_t seq);

static inline bool reasm_empty(const struct reasm *r)
{
    return r->count == 0;
}

static inline bool reasm_full(const struct reasm *r)
{
    return r->count == r->cap;
}

#endif
