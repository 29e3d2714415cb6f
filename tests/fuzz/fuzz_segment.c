/* packet/segment and packet/tcp_options: what a header of strangers says is read within its bounds,
 * and what we write of it says the same. */
#include <string.h>

#include "packet/segment.h"
#include "tests/fuzz/fuzz.h"

static const struct segment_addresses addresses = {0x0a000001, 0x0a000002};

static void same_options(const struct tcp_options *a, const struct tcp_options *b)
{
    HOLD(a->has_mss == b->has_mss && a->mss == b->mss);
    HOLD(a->has_wscale == b->has_wscale && a->wscale == b->wscale);
    HOLD(a->sack_permitted == b->sack_permitted);
    HOLD(a->has_tstamp == b->has_tstamp && a->ts_val == b->ts_val && a->ts_ecr == b->ts_ecr);
    HOLD(tcp_options_sack_fit(a) == b->sack_count);
    for (int i = 0; i < b->sack_count; i++)
        HOLD(seq_eq(a->sack[i].start, b->sack[i].start) && seq_eq(a->sack[i].end, b->sack[i].end));
}

static void look_again(const struct segment *seg)
{
    struct segment again;
    size_t cap = segment_header_len(seg) + segment_text_len(seg);
    uint8_t *octets = malloc(cap);
    HOLD(octets);
    HOLD(segment_header_len(seg) <= TCP_HEADER_MAX);
    HOLD(segment_emit(seg, octets, cap - 1, &addresses) == 0);
    HOLD(segment_emit(seg, octets, cap, &addresses) == cap);
    HOLD(segment_parse(&again, octets, cap, &addresses) == SEGMENT_OK);
    HOLD(again.src_port == seg->src_port && again.dst_port == seg->dst_port);
    HOLD(seq_eq(again.seq, seg->seq) && seq_eq(again.ack, seg->ack));
    HOLD(again.flags == seg->flags && again.wnd == seg->wnd && again.urg_ptr == seg->urg_ptr);
    HOLD(segment_len(&again) == segment_len(seg));
    HOLD(memcmp(again.text[0].data, seg->text[0].data, seg->text[0].len) == 0);
    same_options(&seg->options, &again.options);
    free(octets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct segment seg;
    enum segment_status status = segment_parse(&seg, data, len, &addresses);
    HOLD((status == SEGMENT_OK) == (segment_problem(status) == NULL));
    status = segment_parse(&seg, data, len, NULL);
    if (status != SEGMENT_OK && status != SEGMENT_BAD_OPTION)
        return 0;
    HOLD(seg.text[0].data + seg.text[0].len == data + len && seg.text[1].len == 0);
    if (status == SEGMENT_OK)
        look_again(&seg);
    return 0;
}
