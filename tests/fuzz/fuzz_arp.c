/* packet/arp: what is understood can be written again, octet by octet. */
#include <string.h>

#include "packet/arp.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct arp arp;
    uint8_t again[ARP_LEN];
    enum arp_status status = arp_parse(&arp, data, len);
    HOLD((status == ARP_OK) == (arp_problem(status) == NULL));
    if (status != ARP_OK)
        return 0;
    HOLD(arp_emit(&arp, again) == ARP_LEN);
    HOLD(memcmp(again, data, sizeof(again)) == 0);
    return 0;
}
