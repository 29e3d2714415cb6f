/* The line of one direction: rate and bounded queue. */
#include "wire/line.h"

enum {
    NS_PER_US = 1000,
    RING = MEDIUM_QUEUE_MAX + 1,
};

void line_set(struct line *line, uint64_t rate_bps, uint32_t queue_len)
{
    line->rate_bps = rate_bps;
    line->queue_len = min_u32(queue_len ? queue_len : MEDIUM_QUEUE_DEFAULT, MEDIUM_QUEUE_MAX);
}

static void forget_gone(struct line *line, usec_t now)
{
    while (line->count > 0 && line->leaves_ns[line->first] <= now * NS_PER_US) {
        line->first = (line->first + 1) % RING;
        line->count--;
    }
}

bool line_is_full(struct line *line, usec_t now)
{
    if (line->rate_bps == 0)
        return false;
    forget_gone(line, now);
    return line->count > line->queue_len;
}

uint32_t line_waiting(struct line *line, usec_t now)
{
    forget_gone(line, now);
    return line->count > 0 ? line->count - 1 : 0;
}

static int64_t sending_ns(const struct line *line, size_t frame_len)
{
    if (line->rate_bps == 0)
        return 0;
    uint64_t bits = (uint64_t)frame_len * 8;
    return (int64_t)((bits * (USEC_S * NS_PER_US) + line->rate_bps - 1) / line->rate_bps);
}

usec_t line_take(struct line *line, usec_t now, size_t frame_len)
{
    int64_t begins_ns = line->free_ns > now * NS_PER_US ? line->free_ns : now * NS_PER_US;
    line->free_ns = begins_ns + sending_ns(line, frame_len);
    if (line->rate_bps != 0) {
        line->leaves_ns[(line->first + line->count) % RING] = line->free_ns;
        line->count++;
    }
    return (line->free_ns + NS_PER_US - 1) / NS_PER_US;
}
