/* Messages over a byte stream. TCP keeps the order of octets and nothing else; where one message
 * ends and the next begins is the application's to say. Three ways to say it:
 *
 *   fixed      every message takes FRAMING_RECORD octets: its length in two, big-endian, then the
 *              text, then zeros; written field by field, so that no compiler's padding and no
 *              machine's byte order gets onto the wire
 *   length     four octets of length, big-endian, then so many octets
 *   delimiter  the octets, then a newline; a newline or backslash inside is escaped by a backslash
 *
 * Decoding never trusts a length it has not checked, and never depends on how the stream was cut:
 * any split gives the same messages. Nothing here does I/O or allocates. */
#ifndef NET_FRAMING_H
#define NET_FRAMING_H

#include <stdbool.h>

#include "base/bytes.h"

enum framing { FRAMING_FIXED, FRAMING_LENGTH, FRAMING_DELIMITER };

enum { FRAMING_RECORD = 64, FRAMING_RECORD_TEXT = FRAMING_RECORD - 2, FRAMING_LENGTH_BYTES = 4 };

/* Writes `message` with its boundary. Returns the octets written, -EINVAL for an empty message
 * (a length of zero is refused on the other side), -EMSGSIZE when a record or `out` is too small.
 */
int64_t framing_encode(enum framing framing, struct span message, struct buffer out);

/* One direction's decoder. */
struct deframer {
    enum framing framing;
    struct buffer memory; /* the caller's; bounds the longest message, prefix included */
    size_t have;          /* octets of the message being gathered */
    bool escaped;         /* delimiter: the last octet was the backslash */
    bool complete;        /* the message was given; the next octet begins another */
};

void deframer_init(struct deframer *d, enum framing framing, struct buffer memory);

/* Takes octets off the front of `input`. Returns 1 and a message, valid until the next call; 0 when
 * `input` is used up and the message is not complete; -EMSGSIZE for one that would not fit,
 * -EPROTO for one that no encoder makes (a length of zero, a record longer than itself). After an
 * error the stream has no boundaries any more: close it. */
int deframer_next(struct deframer *d, struct span *input, struct span *message);

/* True when the stream may end here: no message is half received. */
bool deframer_at_boundary(const struct deframer *d);

#endif
