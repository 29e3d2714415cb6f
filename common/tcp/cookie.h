/* SYN cookies (RFC 4987 section 3.6): a host that has no memory for one more handshake puts what it
 * must know into the sequence number of its SYN-ACK, and forgets; the peer's ACK brings it back. A
 * keyed hash keeps strangers from making one up. Pure. */
#ifndef TCP_COOKIE_H
#define TCP_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/siphash.h"
#include "base/usec.h"
#include "packet/tcp_options.h"
#include "tcp/isn.h"

/* What makes the cookie of one SYN unlike that of another. */
struct cookie_syn {
    struct isn_tuple tuple;
    seq_t isn; /* the peer's */
};

/* The sequence number of a SYN-ACK for a peer that announced `mss`. `key` is secret, random, and
 * stays the same for the host's lifetime. */
seq_t cookie_make(const struct siphash_key *key, const struct cookie_syn *syn, uint16_t mss,
                  usec_t now);

/* Whether `cookie` was made for `syn` in this period or the last. Gives the MSS, rounded down to
 * one of eight. */
bool cookie_check(const struct siphash_key *key, const struct cookie_syn *syn, seq_t cookie,
                  usec_t now, uint16_t *mss);

/* A timestamp no later than `clock`, at most 63 ticks before it, that remembers the options of a
 * SYN which the sequence number has no room for: window scale and SACK. */
uint32_t cookie_stamp(uint32_t clock, const struct tcp_options *syn);

/* Adds to `options` what the stamp that came back remembers. */
void cookie_read_stamp(uint32_t stamp, struct tcp_options *options);

#endif
