/* The problem: slow start ends with the first loss, when it has sent twice what the path holds.
 * The rule: a queue shows in the round trip before it overflows. When the least round trip of a
 *   round is an eighth longer than that of the round before, grow a quarter as fast; if it stays so
 *   for five rounds, stop; if it was a mistake, go on as before.
 * RFC 9406 section 4.2; RFC 9438 section 4.10 asks for it.
 * Seen in: tests/unit/tcp/test_hystart.c; experiment exp-congestion. */
#include "tcp/hystart.h"

#include <stdbool.h>

#include "base/bytes.h"
#include "tcp/params.h"

void hystart_init(struct hystart *h)
{
    *h = (struct hystart){
        .last_us = HYSTART_NO_RTT, .round_us = HYSTART_NO_RTT, .baseline_us = HYSTART_NO_RTT};
}

static void take_sample(struct hystart *h, uint32_t rtt_us)
{
    if (rtt_us == HYSTART_NO_RTT)
        return;
    h->round_us = min_u32(h->round_us, rtt_us);
    if (h->samples < UINT8_MAX)
        h->samples++;
}

static bool is_longer(const struct hystart *h)
{
    uint32_t step = min_u32(h->last_us / HYSTART_RTT_DIVISOR, HYSTART_STEP_MAX);
    return h->last_us != HYSTART_NO_RTT &&
           h->round_us >= h->last_us + max_u32(step, HYSTART_STEP_MIN);
}

static void judge_delay(struct hystart *h)
{
    if (h->samples < HYSTART_SAMPLES)
        return;
    if (h->careful_rounds == 0 && is_longer(h)) {
        h->baseline_us = h->round_us;
        h->careful_rounds = 1;
    } else if (h->careful_rounds > 0 && h->round_us < h->baseline_us) {
        h->careful_rounds = 0;
    }
}

/* RFC 9406 marks the end of a round by a sequence number; what is outstanding when it begins leads
 * to the same. */
static bool ends_round(struct hystart *h, const struct hystart_ack *ack)
{
    h->left -= min_u32(ack->acked, h->left);
    return h->left == 0;
}

static void begin_round(struct hystart *h, uint32_t outstanding)
{
    h->last_us = h->round_us;
    h->round_us = HYSTART_NO_RTT;
    h->samples = 0;
    h->left = outstanding;
}

enum hystart_pace hystart_on_ack(struct hystart *h, const struct hystart_ack *ack)
{
    take_sample(h, ack->rtt_us);
    judge_delay(h);
    if (ends_round(h, ack)) {
        if (h->careful_rounds == HYSTART_CAREFUL_ROUNDS)
            return HYSTART_OVER;
        if (h->careful_rounds > 0)
            h->careful_rounds++;
        begin_round(h, ack->flight - min_u32(ack->acked, ack->flight));
    }
    return h->careful_rounds > 0 ? HYSTART_CAREFUL : HYSTART_BOLD;
}
