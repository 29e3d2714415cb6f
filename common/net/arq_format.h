/* The two datagrams of reliable messages over UDP (net/arq.h), all numbers big-endian:
 *
 *   message   'M' or 'E' (the last one)  id 4  number 4  turn 4  text
 *   answer    'A'                        id 4  number 4  turn 4  here 4
 *
 * `id` tells one transfer from another. `number` counts the messages from 0; in an answer it is the
 * first one that the receiver still waits for, so it acknowledges all before it (cumulative), and
 * `here` says of that one (bit 0) and the 31 behind it which have arrived all the same (selective).
 * `turn` counts datagrams, repetitions too; the answer tells which one it answers. Pure. */
#ifndef NET_ARQ_FORMAT_H
#define NET_ARQ_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum {
    ARQ_HEADER_BYTES = 13,
    ARQ_ANSWER_BYTES = 17,
    ARQ_TEXT_MAX = 1400, /* with all headers still one frame of 1500 octets */
    ARQ_DATAGRAM_MAX = ARQ_HEADER_BYTES + ARQ_TEXT_MAX,
};

struct arq_message {
    uint32_t id, number, turn;
    bool last;
    struct span text;
};

struct arq_answer {
    uint32_t id, next, turn, here;
};

/* Returns the octets written; `out` holds ARQ_DATAGRAM_MAX, `text` is no longer than ARQ_TEXT_MAX.
 */
size_t arq_message_write(const struct arq_message *message, uint8_t *out);
size_t arq_answer_write(const struct arq_answer *answer, uint8_t *out);

/* False for a datagram that is none. The text points into it. */
bool arq_message_read(struct arq_message *out, struct span datagram);
bool arq_answer_read(struct arq_answer *out, struct span datagram);

#endif
