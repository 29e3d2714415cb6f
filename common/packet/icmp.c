/* ICMP messages (RFC 792): type, code, checksum, one word whose meaning depends on the type, and
 * the rest. */
#include "packet/icmp.h"

#include <string.h>

#include "packet/checksum.h"

enum {
    TYPE = 0,
    CODE = 1,
    CHECKSUM = 2,
    ECHO_ID = 4,
    ECHO_SEQ = 6,
    NEXT_HOP_MTU = 6, /* RFC 1191 section 4: the low half of a word that was unused before */

    QUOTED_TRANSPORT = 8, /* octets behind the IP header that every error quotes */
    ERROR_MAX = 576,
};

enum { /* types that this stack does not send but must not answer with an error either */
       TYPE_SOURCE_QUENCH = 4,
       TYPE_REDIRECT = 5,
};

static bool is_echo(const struct icmp_message *icmp)
{
    return icmp->type == ICMP_TYPE_ECHO_REQUEST || icmp->type == ICMP_TYPE_ECHO_REPLY;
}

static bool is_frag_needed(const struct icmp_message *icmp)
{
    return icmp->type == ICMP_TYPE_UNREACHABLE && icmp->code == ICMP_CODE_FRAG_NEEDED;
}

enum icmp_status icmp_parse_unchecked(struct icmp_message *out, const uint8_t *data, size_t len)
{
    if (len < ICMP_HEADER_LEN)
        return ICMP_SHORT;
    *out = (struct icmp_message){
        .type = data[TYPE],
        .code = data[CODE],
        .payload = {data + ICMP_HEADER_LEN, len - ICMP_HEADER_LEN},
    };
    if (is_echo(out)) {
        out->echo_id = get_be16(data + ECHO_ID);
        out->echo_seq = get_be16(data + ECHO_SEQ);
    }
    if (is_frag_needed(out))
        out->next_hop_mtu = get_be16(data + NEXT_HOP_MTU);
    return ICMP_OK;
}

enum icmp_status icmp_parse(struct icmp_message *out, const uint8_t *data, size_t len)
{
    enum icmp_status status = icmp_parse_unchecked(out, data, len);
    if (status == ICMP_OK && checksum_of(data, len) != 0)
        return ICMP_BAD_CHECKSUM;
    return status;
}

bool icmp_is_error(const struct icmp_message *icmp)
{
    switch (icmp->type) {
    case ICMP_TYPE_UNREACHABLE:
    case TYPE_SOURCE_QUENCH:
    case TYPE_REDIRECT:
    case ICMP_TYPE_TIME_EXCEEDED:
    case ICMP_TYPE_PARAMETER_PROBLEM:
        return true;
    default: /* queries and their answers */
        return false;
    }
}

bool icmp_parse_quote(struct icmp_quote *out, const struct icmp_message *icmp)
{
    if (!icmp_is_error(icmp))
        return false;
    *out = (struct icmp_quote){0};
    if (ipv4_parse_quoted(&out->ip, icmp->payload.data, icmp->payload.len) != IPV4_OK)
        return false;
    /* Only the first fragment has a transport header to tell the connection by. */
    if (out->ip.fragment_offset > 0 || out->ip.payload.len < QUOTED_TRANSPORT)
        return false;

    const uint8_t *transport = out->ip.payload.data;
    bool is_tcp = out->ip.protocol == IPV4_PROTOCOL_TCP;
    if (is_tcp || out->ip.protocol == IPV4_PROTOCOL_UDP) {
        out->src_port = get_be16(transport);
        out->dst_port = get_be16(transport + 2);
    }
    if (is_tcp)
        out->seq = seq_make(get_be32(transport + 4));
    return true;
}

struct span icmp_quotable(struct span datagram)
{
    size_t most = ERROR_MAX - IPV4_HEADER_MIN - ICMP_HEADER_LEN;
    return (struct span){datagram.data, min_size(datagram.len, most)};
}

size_t icmp_emit(const struct icmp_message *icmp, uint8_t *out, size_t cap)
{
    size_t len = ICMP_HEADER_LEN + icmp->payload.len;
    if (len > cap)
        return 0;
    memset(out, 0, ICMP_HEADER_LEN);
    out[TYPE] = icmp->type;
    out[CODE] = icmp->code;
    if (is_echo(icmp)) {
        put_be16(out + ECHO_ID, icmp->echo_id);
        put_be16(out + ECHO_SEQ, icmp->echo_seq);
    }
    if (is_frag_needed(icmp))
        put_be16(out + NEXT_HOP_MTU, icmp->next_hop_mtu);
    if (icmp->payload.len > 0)
        memcpy(out + ICMP_HEADER_LEN, icmp->payload.data, icmp->payload.len);
    put_be16(out + CHECKSUM, checksum_of(out, len));
    return len;
}

const char *icmp_problem(enum icmp_status status)
{
    switch (status) {
    case ICMP_OK:
        return NULL;
    case ICMP_SHORT:
        return "ICMP: shorter than a header";
    case ICMP_BAD_CHECKSUM:
        return "ICMP: bad checksum";
    }
    return "ICMP: unknown problem";
}
