/* Segments in the notation of RFC 9293's figures, so that a story reads like the figure beside it:
 *
 *     <SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10><WND=0><UP=5>
 *     <MSS=1460><WS=7><SACKOK><TS=1200:77><SACK=401-501,601-701><GSO=536><ECN=2>
 *
 * Sequence numbers are shown as if each side had started where the story says; what really
 * happened lies elsewhere on the circle. A number after # is meant as it stands. */
#ifndef STORY_NOTATION_H
#define STORY_NOTATION_H

#include <stdbool.h>
#include <stddef.h>

#include "packet/segment.h"

/* What to add to a number as shown to get the real one. */
struct notation_shift {
    uint32_t seq, ack; /* SACK blocks shift as ACK does */
    uint32_t ts_val, ts_ecr;
};

enum notation_key { /* bits: the fields a text mentions */
                    KEY_SEQ = 1,
                    KEY_ACK = 2,
                    KEY_CTL = 4,
                    KEY_DATA = 8,
                    KEY_WND = 16,
                    KEY_UP = 32,
                    KEY_MSS = 64,
                    KEY_WS = 128,
                    KEY_SACKOK = 256,
                    KEY_TS = 512,
                    KEY_SACK = 1024,
                    KEY_GSO = 2048,
                    KEY_ECN = 8192,  /* the IP header's codepoint: 2 is ECT(0), 3 CE */
                    KEY_TEXT = 4096, /* <TEXT=abc>: the octets themselves */
};

struct notation {
    struct segment seg; /* text[0] has DATA's length and no octets, or TEXT's octets */
    unsigned mentioned; /* bits of enum notation_key */
};

/* Reads `text`, of which `out` may keep pointing into. False when it is not well formed. */
bool notation_read(struct notation *out, const char *text, const struct notation_shift *shift);

/* Writes `seg` in full; the result is cut off at `cap`. */
void notation_write(const struct segment *seg, const struct notation_shift *shift, char *out,
                    size_t cap);

/* True when `actual` agrees with every field that `expected` mentions, and carries text and
 * control bits exactly as it says: none unless mentioned. */
bool notation_matches(const struct notation *expected, const struct segment *actual);

#endif
