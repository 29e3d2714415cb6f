/* packet/ipv4: the payload lies within the octets, and what was read is read again from the header
 * written of it. */
#include "packet/ipv4.h"
#include "tests/fuzz/fuzz.h"

static void look_again(const struct ipv4 *ip)
{
    struct ipv4 again;
    uint8_t *datagram = calloc(1, IPV4_HEADER_MIN + ip->payload.len);
    HOLD(datagram);
    size_t len = ipv4_emit(ip, ip->payload.len, datagram);
    if (len > 0) { /* a header of 60 octets leaves the payload that is too long for one of 20 out */
        HOLD(ipv4_parse(&again, datagram, len + ip->payload.len) == IPV4_OK);
        HOLD(again.src_ip == ip->src_ip && again.dst_ip == ip->dst_ip);
        HOLD(again.ttl == ip->ttl && again.protocol == ip->protocol && again.id == ip->id);
        HOLD(again.dscp == ip->dscp && again.ecn == ip->ecn);
        HOLD(ipv4_is_fragment(&again) == ipv4_is_fragment(ip));
        HOLD(again.fragment_offset == ip->fragment_offset);
        HOLD(again.payload.len == ip->payload.len);
    }
    free(datagram);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct ipv4 ip, quoted;
    enum ipv4_status status = ipv4_parse_unchecked(&ip, data, len);
    HOLD((status == IPV4_OK) == (ipv4_problem(status) == NULL));
    enum ipv4_status checked = ipv4_parse(&quoted, data, len);
    HOLD(checked == status || (status == IPV4_OK && checked == IPV4_BAD_CHECKSUM));
    if (ipv4_parse_quoted(&quoted, data, len) == IPV4_OK)
        HOLD(quoted.payload.data + quoted.payload.len <= data + len);
    if (status != IPV4_OK)
        return 0;
    HOLD(ip.payload.data + ip.payload.len <= data + len);
    look_again(&ip);
    return 0;
}
