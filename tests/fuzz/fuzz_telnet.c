/* server/telnet: nothing but requests is refused, and nothing but text is text. */
#include "server/telnet.h"
#include "tests/fuzz/fuzz.h"

enum { WONT = 252, DONT = 254, IAC = 255 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct telnet telnet = {0};
    size_t texts = 0, refusals = 0;
    for (size_t i = 0; i < len; i++) {
        enum telnet_sense sense = telnet_on_octet(&telnet, data[i]);
        texts += sense == TELNET_TEXT;
        refusals += sense == TELNET_REFUSE;
        if (sense != TELNET_REFUSE)
            continue;
        HOLD(telnet.refusal[0] == IAC && telnet.refusal[2] == data[i]);
        HOLD(telnet.refusal[1] == WONT || telnet.refusal[1] == DONT);
    }
    HOLD(texts + 3 * refusals <= len);
    return 0;
}
