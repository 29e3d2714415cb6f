/* packet/icmp: messages, and the datagrams that errors quote. */
#include "packet/icmp.h"
#include "tests/fuzz/fuzz.h"

static void look_again(const struct icmp_message *icmp)
{
    struct icmp_message again;
    size_t cap = ICMP_HEADER_LEN + icmp->payload.len;
    uint8_t *message = malloc(cap);
    HOLD(message);
    HOLD(icmp_emit(icmp, message, cap - 1) == 0);
    HOLD(icmp_emit(icmp, message, cap) == cap);
    HOLD(icmp_parse(&again, message, cap) == ICMP_OK);
    HOLD(again.type == icmp->type && again.code == icmp->code);
    HOLD(again.echo_id == icmp->echo_id && again.echo_seq == icmp->echo_seq);
    HOLD(again.next_hop_mtu == icmp->next_hop_mtu);
    free(message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct icmp_message icmp;
    struct icmp_quote quote;
    enum icmp_status status = icmp_parse(&icmp, data, len);
    HOLD((status == ICMP_OK) == (icmp_problem(status) == NULL));
    if (icmp_parse_unchecked(&icmp, data, len) != ICMP_OK)
        return 0;
    HOLD(icmp.payload.data + icmp.payload.len == data + len);
    if (icmp_parse_quote(&quote, &icmp))
        HOLD(quote.ip.payload.data + quote.ip.payload.len <= data + len);
    HOLD(icmp_quotable((struct span){data, len}).len <= len);
    look_again(&icmp);
    return 0;
}
