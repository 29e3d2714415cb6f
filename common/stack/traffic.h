/* What a connection has sent and received, counted for whoever asks. */
#ifndef STACK_TRAFFIC_H
#define STACK_TRAFFIC_H

#include <stdbool.h>

#include "packet/segment.h"

struct traffic {
    uint32_t segments_in, segments_out; /* all there were ... */
    uint32_t texts_in, texts_out;       /* ... and those with text */
    uint32_t early_in;                  /* behind a gap */
    uint32_t new_out;                   /* with a sequence number that was never sent before */
    seq_t new_to;                       /* where the last of those ended */
    uint64_t text_out, text_again;      /* octets, as often as they were sent; of old segments */
};

static inline void traffic_on_received(struct traffic *t, const struct segment *seg, bool early)
{
    t->segments_in++;
    t->texts_in += segment_text_len(seg) > 0;
    t->early_in += early;
}

static inline void traffic_on_sent(struct traffic *t, const struct segment *seg)
{
    t->segments_out++;
    t->texts_out += segment_text_len(seg) > 0;
    t->text_out += segment_text_len(seg);
    seq_t end = seq_add(seg->seq, segment_len(seg));
    if (segment_len(seg) > 0 && (t->new_out == 0 || seq_gt(end, t->new_to))) {
        t->new_out++;
        t->new_to = end;
    } else {
        t->text_again += segment_text_len(seg);
    }
}

#endif
