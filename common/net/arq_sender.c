/* The sender of reliable messages: what is on its way, and when to send it again. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "net/arq.h"

/* RFC 6298's, but for the floor: nobody here delays an answer. */
#define RTO_FIRST SECONDS(1)
#define RTO_MIN   MS(50)
#define RTO_MAX   SECONDS(10)

enum { DOUBLINGS = 8 };

void arq_sender_init(struct arq_sender *sender, uint32_t id)
{
    *sender = (struct arq_sender){.id = id};
}

static struct arq_slot *slot_of(struct arq_sender *sender, uint32_t number)
{
    return &sender->slots[number % ARQ_WINDOW];
}

bool arq_has_room(const struct arq_sender *sender)
{
    return sender->next - sender->first < ARQ_WINDOW;
}

bool arq_is_done(const struct arq_sender *sender)
{
    return sender->next == sender->first;
}

void arq_put(struct arq_sender *sender, struct span text, bool last)
{
    assert(arq_has_room(sender) && text.len <= ARQ_TEXT_MAX);
    struct arq_slot *slot = slot_of(sender, sender->next++);
    slot->len = text.len;
    slot->last = last;
    slot->arrived = false;
    slot->times = slot->timeouts = 0;
    if (text.len > 0)
        memcpy(slot->text, text.data, text.len);
}

/* Numbers and turns go round after 2^32. */
static bool is_after(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) > 0;
}

/* ---- when ---- */

static usec_t rto_of(const struct arq_sender *sender)
{
    if (sender->srtt_us == 0)
        return RTO_FIRST;
    return usec_max(sender->srtt_us + 4 * sender->rttvar_us, RTO_MIN);
}

static bool is_overtaken(const struct arq_sender *sender, const struct arq_slot *slot)
{
    return slot->times > 0 && is_after(sender->newest, slot->turn + ARQ_OVERTAKEN);
}

/* When a message has to be sent (again). */
static usec_t due(const struct arq_sender *sender, const struct arq_slot *slot)
{
    if (slot->arrived)
        return NEVER;
    if (slot->times == 0 || is_overtaken(sender, slot))
        return 0;
    return slot->sent_us + usec_min(rto_of(sender) << min_u32(slot->timeouts, DOUBLINGS), RTO_MAX);
}

usec_t arq_deadline(const struct arq_sender *sender)
{
    usec_t deadline = NEVER;
    for (uint32_t number = sender->first; number != sender->next; number++)
        deadline = usec_min(deadline, due(sender, &sender->slots[number % ARQ_WINDOW]));
    return deadline;
}

/* ---- sending ---- */

static size_t emit(struct arq_sender *sender, uint32_t number, usec_t now, uint8_t *out)
{
    struct arq_slot *slot = slot_of(sender, number);
    bool again = slot->times > 0, late = again && !is_overtaken(sender, slot);
    sender->sent++;
    sender->resent += again;
    sender->timeouts += late;
    slot->timeouts += late;
    if (slot->times++ == 0)
        slot->first_us = now;
    slot->turn = sender->turn++;
    slot->sent_us = now;
    return arq_message_write(&(struct arq_message){.id = sender->id,
                                                   .number = number,
                                                   .turn = slot->turn,
                                                   .last = slot->last,
                                                   .text = {slot->text, slot->len}},
                             out);
}

int64_t arq_next(struct arq_sender *sender, usec_t now, uint8_t *out)
{
    for (uint32_t number = sender->first; number != sender->next; number++) {
        const struct arq_slot *slot = slot_of(sender, number);
        if (due(sender, slot) > now)
            continue;
        if (slot->times > 0 && now - slot->first_us >= ARQ_PATIENCE)
            return -ETIMEDOUT;
        return (int64_t)emit(sender, number, now, out);
    }
    return 0;
}

/* ---- answers ---- */

/* RFC 6298 section 2. */
static void sample(struct arq_sender *sender, usec_t rtt_us)
{
    if (sender->srtt_us == 0) {
        sender->srtt_us = usec_max(rtt_us, 1);
        sender->rttvar_us = rtt_us / 2;
        return;
    }
    usec_t off = sender->srtt_us - rtt_us;
    sender->rttvar_us += ((off < 0 ? -off : off) - sender->rttvar_us) / 4;
    sender->srtt_us = usec_max(sender->srtt_us - off / 8, 1);
}

static void note_arrival(struct arq_sender *sender, struct arq_slot *slot, usec_t now,
                         const struct arq_answer *answer)
{
    if (slot->turn == answer->turn && !slot->arrived)
        sample(sender, now - slot->sent_us);
    slot->arrived = true;
}

/* An answer whose first number is not on its way (or the next one) is old, and told before. */
void arq_on_answer(struct arq_sender *sender, usec_t now, struct span datagram)
{
    struct arq_answer answer;
    if (!arq_answer_read(&answer, datagram) || answer.id != sender->id ||
        answer.next - sender->first > sender->next - sender->first)
        return;
    for (uint32_t number = sender->first; number != sender->next; number++) {
        uint32_t ahead = number - answer.next;
        if (is_after(answer.next, number) || (ahead < ARQ_WINDOW && answer.here >> ahead & 1))
            note_arrival(sender, slot_of(sender, number), now, &answer);
    }
    sender->first = answer.next;
    if (is_after(answer.turn + 1, sender->newest) && is_after(sender->turn, answer.turn))
        sender->newest = answer.turn + 1;
}
