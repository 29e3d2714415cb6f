/* The two datagrams. */
#include "net/arq_format.h"

#include <assert.h>
#include <string.h>

enum { KIND_MESSAGE = 'M', KIND_END = 'E', KIND_ANSWER = 'A' };

size_t arq_message_write(const struct arq_message *message, uint8_t *out)
{
    assert(message->text.len <= ARQ_TEXT_MAX);
    out[0] = message->last ? KIND_END : KIND_MESSAGE;
    put_be32(out + 1, message->id);
    put_be32(out + 5, message->number);
    put_be32(out + 9, message->turn);
    if (message->text.len > 0)
        memcpy(out + ARQ_HEADER_BYTES, message->text.data, message->text.len);
    return ARQ_HEADER_BYTES + message->text.len;
}

bool arq_message_read(struct arq_message *out, struct span datagram)
{
    const uint8_t *bytes = datagram.data;
    if (datagram.len < ARQ_HEADER_BYTES || datagram.len > ARQ_DATAGRAM_MAX ||
        (bytes[0] != KIND_MESSAGE && bytes[0] != KIND_END))
        return false;
    *out = (struct arq_message){
        .id = get_be32(bytes + 1),
        .number = get_be32(bytes + 5),
        .turn = get_be32(bytes + 9),
        .last = bytes[0] == KIND_END,
        .text = {bytes + ARQ_HEADER_BYTES, datagram.len - ARQ_HEADER_BYTES},
    };
    return true;
}

size_t arq_answer_write(const struct arq_answer *answer, uint8_t *out)
{
    out[0] = KIND_ANSWER;
    put_be32(out + 1, answer->id);
    put_be32(out + 5, answer->next);
    put_be32(out + 9, answer->turn);
    put_be32(out + 13, answer->here);
    return ARQ_ANSWER_BYTES;
}

bool arq_answer_read(struct arq_answer *out, struct span datagram)
{
    const uint8_t *bytes = datagram.data;
    if (datagram.len != ARQ_ANSWER_BYTES || bytes[0] != KIND_ANSWER)
        return false;
    *out = (struct arq_answer){
        .id = get_be32(bytes + 1),
        .next = get_be32(bytes + 5),
        .turn = get_be32(bytes + 9),
        .here = get_be32(bytes + 13),
    };
    return true;
}
