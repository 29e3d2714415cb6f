/* What is changed in a frame on its way, damage or a mark: decided while the frame is still whole,
 * applied to the copies that travel. Pure. */
#ifndef WIRE_EDIT_H
#define WIRE_EDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "packet/frame.h"

enum edit_kind { EDIT_NONE, EDIT_FLIP, EDIT_SWAP, EDIT_MARK };

struct edit {
    enum edit_kind kind;
    uint32_t at;   /* octet within the frame: whose bit flips, the first word, or IP's header */
    uint32_t with; /* EDIT_SWAP: octet where the second word begins */
    uint8_t mask;  /* EDIT_FLIP: the bit */
};

/* Flips a bit beyond the Ethernet header, the one that `draw` picks. EDIT_NONE when the frame ends
 * with its header. */
struct edit edit_any_bit(struct span frame, uint64_t draw);

/* Flips the lowest bit of the last octet of the datagram (of the frame, when it holds none): in
 * the payload when there is one, else in the transport's header, so that the transport's checksum
 * catches it. */
struct edit edit_last_bit(const struct frame_view *frame);

/* Swaps the first two 16-bit words of the TCP or UDP payload that differ. The Internet checksum
 * adds words in any order, so it does not notice (RFC 1071 section 2). EDIT_NONE when there are no
 * two such words. */
struct edit edit_swap16(const struct frame_view *frame);

/* Tells of congestion as a router does (RFC 3168 section 5): the codepoint becomes CE, and the
 * header's checksum is right. EDIT_NONE when it is not ECT. */
struct edit edit_mark(const struct frame_view *frame);

/* Does it to the frame at `bytes`. */
void edit_apply(const struct edit *edit, uint8_t *bytes);

#endif
