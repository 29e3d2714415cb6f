/* net/arq_format: a datagram is a message, an answer, or neither; what is one can be written again.
 */
#include <string.h>

#include "net/arq_format.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct arq_message message;
    struct arq_answer answer;
    uint8_t again[ARQ_DATAGRAM_MAX];
    const struct span datagram = {data, len};
    bool is_message = arq_message_read(&message, datagram);
    bool is_answer = arq_answer_read(&answer, datagram);
    HOLD(!is_message || !is_answer);
    if (is_message) {
        HOLD(arq_message_write(&message, again) == len);
        HOLD(memcmp(again, data, len) == 0);
    }
    if (is_answer) {
        HOLD(arq_answer_write(&answer, again) == ARQ_ANSWER_BYTES);
        HOLD(memcmp(again, data, ARQ_ANSWER_BYTES) == 0);
    }
    return 0;
}
