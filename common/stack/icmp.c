/* Echoes answered, errors sent and believed. */
#include "stack/icmp.h"

#include <errno.h>

#include "stack/internal.h"

/* ---- out ---- */

static void send_message(struct stack *stack, usec_t now, uint32_t dst_ip,
                         const struct icmp_message *message)
{
    struct buffer room = ip_room_locked(stack);
    struct ip_sending sending = {
        .dst_ip = dst_ip,
        .protocol = IPV4_PROTOCOL_ICMP,
        .payload_len = icmp_emit(message, room.data, room.cap),
    };
    if (sending.payload_len > 0)
        ip_send_locked(stack, now, &sending);
}

void icmp_limit_init(struct icmp_limit *limit)
{
    *limit = (struct icmp_limit){.left = ICMP_ERROR_BURST};
}

static bool limit_allows(struct icmp_limit *limit, usec_t now)
{
    const usec_t interval = USEC_S / ICMP_ERRORS_PER_SECOND;
    usec_t refill = (now - limit->refilled_at) / interval;
    limit->left = (uint32_t)usec_min(limit->left + refill, ICMP_ERROR_BURST);
    limit->refilled_at += refill * interval;
    if (limit->left == 0)
        return false;
    limit->left--;
    return true;
}

/* Of the four kinds that RFC 1122 section 3.2.2 wants silence about, errors come here to be
 * handled, fragments and impossible sources never get this far, and broadcasts are left. */
void icmp_send_unreachable_locked(struct stack *stack, usec_t now, const struct ip_packet *packet,
                                  uint8_t code)
{
    if (packet->broadcast)
        return;
    if (!limit_allows(&stack->icmp_limit, now)) {
        stack_drop_locked(stack, now, DROP_SENT_ICMP_LIMIT, NULL);
        return;
    }
    const struct icmp_message message = {
        .type = ICMP_TYPE_UNREACHABLE,
        .code = code,
        .payload = icmp_quotable(packet->whole),
    };
    send_message(stack, now, packet->ip.src_ip, &message);
}

/* ---- in ---- */

/* RFC 1122 section 3.2.2.6; an echo sent to everybody gets no answer, which it allows. */
static void on_echo_request(struct stack *stack, usec_t now, const struct ip_packet *packet,
                            const struct icmp_message *request)
{
    if (packet->broadcast) {
        stack_drop_locked(stack, now, DROP_ICMP_TYPE, NULL);
        return;
    }
    struct icmp_message reply = *request;
    reply.type = ICMP_TYPE_ECHO_REPLY;
    reply.code = 0;
    stack->counters.echoes_answered++;
    send_message(stack, now, packet->ip.src_ip, &reply);
}

/* What a program is told, by the code of "unreachable"; errnos as Linux has them. RFC 1122 section
 * 4.2.3.9 calls 2 to 4 hard, and 0, 1 and 5 soft; those after it (RFC 1122 section 3.2.2.1, RFC
 * 1812 section 5.2.7.1) are as the network's word about one of these. */
static const struct {
    int error;
    bool hard;
} unreachable[] = {
    {-ENETUNREACH, false},  /* net */
    {-EHOSTUNREACH, false}, /* host */
    {-ENOPROTOOPT, true},   /* protocol */
    {-ECONNREFUSED, true},  /* port */
    {-EMSGSIZE, true},      /* fragmentation needed */
    {-EOPNOTSUPP, false},   /* source route failed */
    {-ENETUNREACH, true},   /* net unknown */
    {-EHOSTDOWN, true},     /* host unknown */
    {-ENONET, true},        /* source host isolated */
    {-ENETUNREACH, true},   /* net prohibited */
    {-EHOSTUNREACH, true},  /* host prohibited */
    {-ENETUNREACH, false},  /* net, for this type of service */
    {-EHOSTUNREACH, false}, /* host, for this type of service */
    {-EHOSTUNREACH, true},  /* communication prohibited */
    {-EHOSTUNREACH, true},  /* host precedence violation */
    {-EHOSTUNREACH, true},  /* precedence cutoff */
};

/* False for errors that tell a transport nothing, and for codes nobody has defined. */
static bool read_error(const struct icmp_message *message, struct ip_error *out)
{
    if (message->type == ICMP_TYPE_TIME_EXCEEDED) {
        *out = (struct ip_error){.error = -EHOSTUNREACH};
        return true;
    }
    if (message->type == ICMP_TYPE_PARAMETER_PROBLEM) {
        *out = (struct ip_error){.error = -EPROTO};
        return true;
    }
    if (message->type != ICMP_TYPE_UNREACHABLE || message->code >= ARRAY_LEN(unreachable))
        return false;
    *out = (struct ip_error){
        .error = unreachable[message->code].error,
        .hard = unreachable[message->code].hard,
        .mtu = message->next_hop_mtu,
    };
    return true;
}

static void on_error(struct stack *stack, usec_t now, const struct icmp_message *message)
{
    struct ip_error error;
    if (!read_error(message, &error))
        stack_drop_locked(stack, now, DROP_ICMP_TYPE, NULL);
    else if (!icmp_parse_quote(&error.quote, message) || error.quote.ip.src_ip != stack->config.ip)
        stack_drop_locked(stack, now, DROP_ICMP_QUOTE, NULL);
    else
        ip_report_locked(stack, now, &error);
}

void icmp_on_packet_locked(struct stack *stack, usec_t now, const struct ip_packet *packet)
{
    struct icmp_message message;
    const struct span *payload = &packet->ip.payload;
    enum icmp_status status = icmp_parse(&message, payload->data, payload->len);
    if (status != ICMP_OK)
        stack_drop_locked(stack, now, status == ICMP_SHORT ? DROP_ICMP_SHORT : DROP_ICMP_CHECKSUM,
                          NULL);
    else if (message.type == ICMP_TYPE_ECHO_REQUEST)
        on_echo_request(stack, now, packet, &message);
    else if (icmp_is_error(&message))
        on_error(stack, now, &message);
    else
        stack_drop_locked(stack, now, DROP_ICMP_TYPE, NULL);
}
