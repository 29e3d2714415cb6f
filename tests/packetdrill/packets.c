/* Packets between a script's numbers and the wire's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet/ipv4.h"
#include "tests/packetdrill/player.h"

enum { MOST = 65535, SHOWN = 160 };

/* ---- text for reports ---- */

static void print_options(FILE *out, const struct tcp_options *o)
{
    if (o->has_mss)
        fprintf(out, " mss %u", o->mss);
    if (o->sack_permitted)
        fprintf(out, " sackOK");
    if (o->has_tstamp)
        fprintf(out, " TS val %u ecr %u", o->ts_val, o->ts_ecr);
    if (o->has_wscale)
        fprintf(out, " wscale %u", o->wscale);
    for (int i = 0; i < o->sack_count; i++)
        fprintf(out, " sack %u:%u", o->sack[i].start.value, o->sack[i].end.value);
}

static void print_segment(char *text, const struct segment *seg, uint32_t len)
{
    static const char letters[] = "FSRP.UEW";
    FILE *out = fmemopen(text, SHOWN, "w");
    if (!out)
        return;
    for (int i = 0; letters[i]; i++)
        if (seg->flags >> i & 1)
            fputc(letters[i], out);
    fprintf(out, " %u:%u(%u) ack %u win %u", seg->seq.value, seg->seq.value + len, len,
            seg->ack.value, seg->wnd);
    print_options(out, &seg->options);
    fclose(out);
}

/* ---- the peer sends ---- */

/* The stack's octets follow no pattern, ours neither: what arrives is compared by other tests. */
static const uint8_t text[MOST];

static struct segment to_wire(const struct player *p, const struct script_packet *packet)
{
    struct segment seg = packet->segment;
    seg.src_port = p->peer_port;
    seg.dst_port = p->stack_port;
    seg.seq = seq_add(seg.seq, p->peer_first);
    if (seg.flags & TCP_ACK)
        seg.ack = seq_add(seg.ack, p->stack_first);
    for (int i = 0; i < seg.options.sack_count; i++) {
        seg.options.sack[i].start = seq_add(seg.options.sack[i].start, p->stack_first);
        seg.options.sack[i].end = seq_add(seg.options.sack[i].end, p->stack_first);
    }
    if (seg.options.ts_ecr)
        seg.options.ts_ecr += p->clock_first;
    if (packet->any_window)
        seg.wnd = 65535;
    seg.text[0] = (struct span){text, packet->text_len};
    return seg;
}

static bool send_datagram(struct player *p, struct ipv4 *ip, uint8_t *datagram, size_t len)
{
    ip->src_ip = p->peer_ip;
    ip->dst_ip = p->stack_ip;
    ip->ttl = 64;
    ipv4_emit(ip, len, datagram);
    if (p->stack.netdev_send(p->stack.userdata, datagram, IPV4_HEADER_MIN + len) == 0)
        return true;
    return player_fail(p, "the packet was not taken");
}

/* The header of what the stack sent, and its first eight octets. */
static bool send_icmp(struct player *p, const struct script_packet *packet, uint8_t *datagram)
{
    const struct segment_addresses addresses = {p->stack_ip, p->peer_ip};
    const struct ipv4 sent = {
        .src_ip = p->stack_ip, .dst_ip = p->peer_ip, .protocol = 6, .ttl = 64};
    struct segment seg = {.src_port = p->stack_port,
                          .dst_port = p->peer_port,
                          .seq = seq_add(packet->segment.seq, p->stack_first),
                          .flags = TCP_ACK};
    uint8_t quote[IPV4_HEADER_MIN + TCP_HEADER_MAX];
    size_t tcp_len = segment_emit(&seg, quote + IPV4_HEADER_MIN, TCP_HEADER_MAX, &addresses);
    ipv4_emit(&sent, tcp_len + packet->text_len, quote);
    struct icmp_message message = {.type = ICMP_TYPE_UNREACHABLE,
                                   .code = packet->code,
                                   .next_hop_mtu = packet->mtu,
                                   .payload = {quote, IPV4_HEADER_MIN + tcp_len}};
    struct ipv4 ip = {.protocol = IPV4_PROTOCOL_ICMP};
    size_t len = icmp_emit(&message, datagram + IPV4_HEADER_MIN, MOST);
    return send_datagram(p, &ip, datagram, len);
}

static bool send_tcp(struct player *p, const struct script_packet *packet, uint8_t *datagram)
{
    const struct segment_addresses addresses = {p->peer_ip, p->stack_ip};
    struct segment seg = to_wire(p, packet);
    struct ipv4 ip = {.protocol = IPV4_PROTOCOL_TCP, .ecn = packet->any_ecn ? 0 : packet->ecn};
    size_t len = segment_emit(&seg, datagram + IPV4_HEADER_MIN, MOST, &addresses);
    return send_datagram(p, &ip, datagram, len);
}

bool play_in(struct player *p, const struct script_packet *packet)
{
    uint8_t *datagram = malloc(IPV4_HEADER_MIN + MOST);
    bool ok = datagram &&
              (packet->is_icmp ? send_icmp(p, packet, datagram) : send_tcp(p, packet, datagram));
    free(datagram);
    return ok;
}

/* ---- the stack sends ---- */

static void learn(struct player *p, const struct segment *seg, const struct script_packet *packet)
{
    if (seg->flags & TCP_SYN) {
        p->stack_first = seg->seq.value - packet->segment.seq.value;
        p->stack_port = seg->src_port;
    }
    if (seg->options.has_tstamp && packet->segment.options.has_tstamp && !p->has_clock) {
        p->has_clock = true;
        p->clock_first = seg->options.ts_val - packet->segment.options.ts_val;
    }
}

static void to_script(const struct player *p, struct segment *seg)
{
    seg->seq = seq_sub(seg->seq, p->stack_first);
    if (seg->flags & TCP_ACK)
        seg->ack = seq_sub(seg->ack, p->peer_first);
    for (int i = 0; i < seg->options.sack_count; i++) {
        seg->options.sack[i].start = seq_sub(seg->options.sack[i].start, p->peer_first);
        seg->options.sack[i].end = seq_sub(seg->options.sack[i].end, p->peer_first);
    }
    seg->options.ts_val -= p->has_clock ? p->clock_first : 0;
}

/* A clock of milliseconds may be as late as the packet. */
static bool same_options(const struct tcp_options *a, const struct tcp_options *b, usec_t slack)
{
    int32_t late = (int32_t)(a->ts_val - b->ts_val);
    if (a->has_mss != b->has_mss || a->has_wscale != b->has_wscale ||
        a->has_tstamp != b->has_tstamp || a->sack_permitted != b->sack_permitted ||
        a->mss != b->mss || a->wscale != b->wscale || a->sack_count != b->sack_count)
        return false;
    if (a->has_tstamp && (abs(late) > slack / USEC_MS || a->ts_ecr != b->ts_ecr))
        return false;
    return memcmp(a->sack, b->sack, a->sack_count * sizeof(a->sack[0])) == 0;
}

static bool same_segment(const struct segment *seg, const struct script_packet *packet,
                         usec_t slack)
{
    const struct segment *want = &packet->segment;
    return seg->flags == want->flags && seq_eq(seg->seq, want->seq) &&
           (!(want->flags & TCP_ACK) || seq_eq(seg->ack, want->ack)) &&
           segment_text_len(seg) == packet->text_len &&
           (packet->any_window || seg->wnd == want->wnd) &&
           (!(want->flags & TCP_URG) || seg->urg_ptr == want->urg_ptr) &&
           (packet->any_options || same_options(&seg->options, &want->options, slack));
}

static bool judge(struct player *p, struct segment *seg, uint8_t ecn,
                  const struct script_packet *packet)
{
    char got[SHOWN] = "", wanted[SHOWN] = "";
    learn(p, seg, packet);
    to_script(p, seg);
    if (same_segment(seg, packet, player_slack(p, p->last_at, p->event->at)) &&
        (packet->any_ecn || ecn == packet->ecn))
        return true;
    print_segment(got, seg, segment_text_len(seg));
    print_segment(wanted, &packet->segment, packet->text_len);
    return player_fail(p, "expected > %s\n#                but got > %s, ecn %u", wanted, got, ecn);
}

bool play_out(struct player *p, const struct script_packet *packet)
{
    static uint8_t datagram[MOST];
    size_t len = sizeof(datagram);
    long long at;
    struct ipv4 ip;
    struct segment seg;
    if (p->stack.netdev_receive(p->stack.userdata, datagram, &len, &at) < 0 || len == 0)
        return player_fail(p, "nothing was sent");
    if (ipv4_parse(&ip, datagram, len) != IPV4_OK || ip.protocol != IPV4_PROTOCOL_TCP)
        return player_fail(p, "something else than TCP was sent");
    const struct segment_addresses addresses = {ip.src_ip, ip.dst_ip};
    if (segment_parse(&seg, ip.payload.data, ip.payload.len, &addresses) != SEGMENT_OK)
        return player_fail(p, "what was sent is malformed");
    return judge(p, &seg, ip.ecn, packet) && player_in_time(p, at - p->started_at, "it was sent");
}
