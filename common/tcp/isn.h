/* The initial sequence number (RFC 6528 section 3): ISN = M + F(four-tuple, key). A clock keeps
 * the incarnations of one four-tuple apart, a keyed hash keeps strangers from guessing. Pure. */
#ifndef TCP_ISN_H
#define TCP_ISN_H

#include <stdint.h>

#include "base/siphash.h"
#include "base/usec.h"
#include "packet/seq.h"

/* Host byte order. */
struct isn_tuple {
    uint32_t local_ip, remote_ip;
    uint16_t local_port, remote_port;
};

/* `key` is secret, random, and stays the same for the host's lifetime. */
seq_t isn_make(const struct siphash_key *key, const struct isn_tuple *tuple, usec_t now);

/* What the initial sequence number of a connection is. */
enum isn_choice {
    ISN_FRESH,  /* isn_make */
    ISN_BEYOND, /* isn_beyond those of the four-tuple's last connection */
    ISN_GIVEN,  /* the cookie its SYN-ACK bore */
};

/* The same for a four-tuple whose last incarnation used the numbers before `used`, perhaps faster
 * than the clock: beyond them in any case (RFC 9293 section 3.6.1, MAY-2). */
seq_t isn_beyond(seq_t made, seq_t used);

/* F alone, a 32-bit mark of the tuple: also the start of its timestamp clock (RFC 7323
 * section 5.4). */
uint32_t isn_hash(const struct siphash_key *key, const struct isn_tuple *tuple);

#endif
