/* The problem: a fixed start lets segments of an old connection into a new one, and one that can
 *   be guessed lets a stranger in.
 * The rule: a clock of 4 us ticks plus a keyed hash of the four-tuple.
 * RFC 6528 section 3, RFC 9293 sections 3.4.1 (MUST-8, SHLD-1) and 3.6.1 (MAY-2).
 * Seen in: tests/unit/tcp/test_isn.c; experiment exp-handshake. */
#include "tcp/isn.h"

#include "base/bytes.h"
#include "tcp/params.h"

uint32_t isn_hash(const struct siphash_key *key, const struct isn_tuple *tuple)
{
    uint8_t id[12]; /* written out by field: a struct may have padding */
    put_be32(id, tuple->local_ip);
    put_be32(id + 4, tuple->remote_ip);
    put_be16(id + 8, tuple->local_port);
    put_be16(id + 10, tuple->remote_port);
    return (uint32_t)siphash(key, id, sizeof(id));
}

seq_t isn_make(const struct siphash_key *key, const struct isn_tuple *tuple, usec_t now)
{
    return seq_make((uint32_t)(now / ISN_TICK) + isn_hash(key, tuple));
}

seq_t isn_beyond(seq_t made, seq_t used)
{
    seq_t least = seq_add(used, ISN_GAP);
    return seq_gt(made, least) ? made : least;
}
