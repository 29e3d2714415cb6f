/* The receiver of reliable messages: what came early waits for what is missing. */
#include <string.h>

#include "net/arq.h"

void arq_receiver_init(struct arq_receiver *receiver)
{
    *receiver = (struct arq_receiver){0};
}

static void keep(struct arq_slot *slot, const struct arq_message *message)
{
    slot->arrived = true;
    slot->last = message->last;
    slot->len = message->text.len;
    if (slot->len > 0)
        memcpy(slot->text, message->text.data, slot->len);
}

bool arq_on_message(struct arq_receiver *receiver, struct span datagram)
{
    struct arq_message message;
    if (!arq_message_read(&message, datagram) || (receiver->begun && message.id != receiver->id))
        return false;
    uint32_t ahead = message.number - receiver->next;
    bool old = receiver->next - message.number - 1 < ARQ_WINDOW; /* the sender may not know */
    if (ahead >= ARQ_WINDOW && !old)
        return false;
    receiver->begun = true;
    receiver->id = message.id;
    receiver->turn = message.turn;
    struct arq_slot *slot = &receiver->slots[message.number % ARQ_WINDOW];
    if (old || slot->arrived) {
        receiver->again++;
        return true;
    }
    receiver->early += ahead > 0;
    keep(slot, &message);
    return true;
}

bool arq_take(struct arq_receiver *receiver, struct span *text)
{
    struct arq_slot *slot = &receiver->slots[receiver->next % ARQ_WINDOW];
    if (!slot->arrived)
        return false;
    *text = (struct span){slot->text, slot->len};
    slot->arrived = false;
    receiver->ended = slot->last;
    receiver->next++;
    return true;
}

size_t arq_answer(const struct arq_receiver *receiver, uint8_t *out)
{
    struct arq_answer answer = {receiver->id, receiver->next, receiver->turn, 0};
    for (uint32_t ahead = 0; ahead < ARQ_WINDOW; ahead++)
        answer.here |= (uint32_t)receiver->slots[(receiver->next + ahead) % ARQ_WINDOW].arrived
                       << ahead;
    return arq_answer_write(&answer, out);
}
