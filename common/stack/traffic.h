/* What a connection has sent and received, counted for whoever asks. */
#ifndef STACK_TRAFFIC_H
#define STACK_TRAFFIC_H

#include "packet/segment.h"

struct traffic {
    uint32_t segments_in, segments_out; /* all there were ... */
    uint32_t texts_in, texts_out;       /* ... and those with text */
    uint64_t text_out;                  /* octets, as often as they were sent */
};

static inline void traffic_on_received(struct traffic *t, const struct segment *seg)
{
    t->segments_in++;
    t->texts_in += segment_text_len(seg) > 0;
}

static inline void traffic_on_sent(struct traffic *t, const struct segment *seg)
{
    t->segments_out++;
    t->texts_out += segment_text_len(seg) > 0;
    t->text_out += segment_text_len(seg);
}

#endif
