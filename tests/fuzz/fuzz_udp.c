/* packet/udp: the payload lies within the octets, and what was read can be written and read again.
 */
#include "packet/udp.h"
#include "tests/fuzz/fuzz.h"

static const struct segment_addresses addresses = {0x0a000001, 0x0a000002};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct udp udp, again;
    enum udp_status status = udp_parse(&udp, data, len, &addresses);
    HOLD((status == UDP_OK) == (udp_problem(status) == NULL));
    if (udp_parse(&udp, data, len, NULL) != UDP_OK)
        return 0;
    HOLD(udp.payload.data + udp.payload.len <= data + len);

    size_t cap = UDP_HEADER_LEN + udp.payload.len;
    uint8_t *datagram = malloc(cap);
    HOLD(datagram);
    HOLD(udp_emit(&udp, datagram, cap - 1, &addresses) == 0);
    HOLD(udp_emit(&udp, datagram, cap, &addresses) == cap);
    HOLD(udp_parse(&again, datagram, cap, &addresses) == UDP_OK);
    HOLD(again.src_port == udp.src_port && again.dst_port == udp.dst_port);
    HOLD(again.payload.len == udp.payload.len);
    free(datagram);
    return 0;
}
