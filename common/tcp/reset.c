/* The problem: a segment arrives for a connection that is not there; its sender should learn it.
 * The rule: answer with a RST whose numbers the sender believes, and never answer a RST.
 * RFC 9293 section 3.10.7.1, and group 1 of section 3.5.2.
 * Seen in: tests/unit/tcp/test_reset.c, tests/story/test_input.c. */
#include "tcp/reset.h"

bool tcp_reset_for(const struct segment *seg, struct segment *out)
{
    if (seg->flags & TCP_RST)
        return false;
    *out = (struct segment){.src_port = seg->dst_port, .dst_port = seg->src_port, .flags = TCP_RST};
    if (seg->flags & TCP_ACK) {
        out->seq = seg->ack;
        return true;
    }
    out->ack = seq_add(seg->seq, segment_len(seg));
    out->flags |= TCP_ACK;
    return true;
}
