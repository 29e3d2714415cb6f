/* packet/ethernet: whatever is a frame can be written again, octet by octet. */
#include <string.h>

#include "packet/ethernet.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct ethernet ethernet;
    uint8_t again[ETHERNET_HEADER_LEN];
    if (!ethernet_parse(&ethernet, data, len))
        return 0;
    HOLD(ethernet_emit(&ethernet, again) == ETHERNET_HEADER_LEN);
    HOLD(memcmp(again, data, sizeof(again)) == 0);
    HOLD(ethernet.payload.data + ethernet.payload.len == data + len);
    HOLD(!mac_is_broadcast(&ethernet.dst) || mac_is_group(&ethernet.dst));
    return 0;
}
