/* Writes the inputs that fuzzing begins with, made by our own emitters: seeds FOLDER, in which each
 * target has a folder of its name. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "net/arq_format.h"
#include "net/framing.h"
#include "packet/arp.h"
#include "packet/icmp.h"
#include "packet/segment.h"
#include "packet/udp.h"
#include "tests/fuzz/fuzz_stack.h"

#define IP_A UINT32_C(0x0a000001)
#define IP_B UINT32_C(0x0a000002)

static const struct segment_addresses addresses = {IP_A, IP_B};
static const struct mac mac_a = {{2, 0, 0, 0, 0, 1}}, mac_b = {{2, 0, 0, 0, 0, 2}};
static const char *folder;
static int failed;

static struct span text(const char *words)
{
    return (struct span){(const uint8_t *)words, strlen(words)};
}

static void save(const char *target, const char *name, struct span octets)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", folder, target);
    mkdir(path, 0777);
    snprintf(path, sizeof(path), "%s/%s/%s", folder, target, name);
    FILE *file = fopen(path, "wb");
    size_t written = file ? fwrite(octets.data, 1, octets.len, file) : 0;
    if (file && fclose(file) == 0 && written == octets.len)
        return;
    fprintf(stderr, "seeds: %s: %s\n", path, strerror(errno));
    failed = 1;
}

/* ---- headers: each alone, and as the frame that it travels in ---- */

static void save_frame(const char *name, uint16_t type, struct span payload)
{
    uint8_t frame[1514];
    const struct ethernet ethernet = {.dst = mac_b, .src = mac_a, .type = type};
    size_t len = ethernet_emit(&ethernet, frame);
    memcpy(frame + len, payload.data, payload.len);
    save("ethernet", name, (struct span){frame, len});
    save("frame", name, (struct span){frame, len + payload.len});
}

static void save_ip(const char *name, uint8_t protocol, struct span payload)
{
    uint8_t datagram[1500];
    const struct ipv4 ip = {
        .src_ip = IP_A, .dst_ip = IP_B, .ttl = 64, .protocol = protocol, .dont_fragment = true};
    size_t len = ipv4_emit(&ip, payload.len, datagram);
    memcpy(datagram + len, payload.data, payload.len);
    save("ipv4", name, (struct span){datagram, len + payload.len});
    save_frame(name, ETHERNET_TYPE_IPV4, (struct span){datagram, len + payload.len});
}

static void save_segment(const char *name, const struct segment *seg)
{
    uint8_t octets[256];
    size_t len = segment_emit(seg, octets, sizeof(octets), &addresses);
    size_t options = tcp_options_len(&seg->options);
    save("segment", name, (struct span){octets, len});
    save("options", name, (struct span){octets + TCP_HEADER_MIN, options});
    save_ip(name, IPV4_PROTOCOL_TCP, (struct span){octets, len});
}

static void save_segments(void)
{
    struct segment seg = {.src_port = 40000, .dst_port = 8080, .seq = {1000}, .wnd = 65535};
    seg.flags = TCP_SYN;
    seg.options = (struct tcp_options){.has_mss = true, .mss = 1460, .has_wscale = true};
    seg.options.wscale = 7;
    seg.options.sack_permitted = seg.options.has_tstamp = true;
    save_segment("syn", &seg);
    seg.flags = TCP_ACK | TCP_PSH;
    seg.options = (struct tcp_options){.has_tstamp = true, .ts_val = 1, .ts_ecr = 2};
    seg.text[0] = text("hello");
    save_segment("text", &seg);
    seg.flags = TCP_ACK;
    seg.text[0] = text("");
    seg.options =
        (struct tcp_options){.sack_count = 2, .sack = {{{2000}, {3000}}, {{4000}, {5000}}}};
    save_segment("sack", &seg);
}

static void save_others(void)
{
    uint8_t octets[256];
    const struct arp arp = {
        .operation = ARP_REQUEST, .sender_mac = mac_a, .sender_ip = IP_A, .target_ip = IP_B};
    size_t len = arp_emit(&arp, octets);
    save("arp", "request", (struct span){octets, len});
    save_frame("arp", ETHERNET_TYPE_ARP, (struct span){octets, len});

    const struct udp udp = {.src_port = 40000, .dst_port = 53, .payload = text("ask")};
    len = udp_emit(&udp, octets, sizeof(octets), &addresses);
    save("udp", "ask", (struct span){octets, len});
    save_ip("udp", IPV4_PROTOCOL_UDP, (struct span){octets, len});

    uint8_t quoted[IPV4_HEADER_MIN + 8] = {0};
    const struct ipv4 ip = {.src_ip = IP_A, .dst_ip = IP_B, .ttl = 1, .protocol = 6};
    ipv4_emit(&ip, 1000, quoted);
    const struct icmp_message icmp = {.type = ICMP_TYPE_UNREACHABLE,
                                      .code = ICMP_CODE_FRAG_NEEDED,
                                      .next_hop_mtu = 1000,
                                      .payload = {quoted, sizeof(quoted)}};
    len = icmp_emit(&icmp, octets, sizeof(octets));
    save("icmp", "frag-needed", (struct span){octets, len});
    save_ip("icmp", IPV4_PROTOCOL_ICMP, (struct span){octets, len});

    const struct arq_message message = {.id = 7, .number = 1, .turn = 2, .text = text("m")};
    save("arq", "message", (struct span){octets, arq_message_write(&message, octets)});
    const struct arq_answer answer = {.id = 7, .next = 2, .turn = 2, .here = 5};
    save("arq", "answer", (struct span){octets, arq_answer_write(&answer, octets)});
}

/* ---- words ---- */

static void save_framing(const char *name, enum framing framing)
{
    uint8_t octets[256] = {(uint8_t)framing, 3};
    size_t len = 2;
    for (int i = 0; i < 2; i++)
        len += (size_t)framing_encode(framing, text(i ? "two\\\n" : "one"),
                                      (struct buffer){octets + len, sizeof(octets) - len});
    save("framing", name, (struct span){octets, len});
}

static void save_words(void)
{
    save_framing("fixed", FRAMING_FIXED);
    save_framing("length", FRAMING_LENGTH);
    save_framing("delimiter", FRAMING_DELIMITER);
    save("http_request", "get",
         text("GET /a%20b?c HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"));
    save("http_request", "put",
         text("PUT / HTTP/1.0\nHost: h\nContent-Length: 3\nTransfer-Encoding: chunked\n\nabc"));
    save("telnet", "login", text("\377\373\001\377\375\003na\377\377me\377\372\030\001\377\360\r"));
    save("script", "faults",
         text("drop data 3 a>b times 2; dup synack; delay fin by 200ms; reorder data 2 by 3\n"
              "flip every ack; swap16 data 2..4; replay syn after 1s; drop all after rst # no\n"));
    save("script", "wire", text("at 2s cut a>b; at 5s mend; at 1s rate 10mbit queue 20 both"));
    save("claims", "rows",
         text("# two\n57a claim handshake\n  en: Three.\n  zh: 3\n  holds: three.count = 3\n"
              "  without: two.count = 2\n  if-en: so\n  if-zh: s\n  own: true\n"
              "58 advice\n  en: a\n  zh: b\n"));
    save("pkt", "handshake",
         text("// so_flags: ts=0\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
              "+0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n"
              "+.1 < S 0:0(0) win 32792 <mss 1000,nop,wscale 7>\n+0 > S. 0:0(0) ack 1 <...>\n"
              "+.1...0.3 accept(3, ..., ...) = 4\n+0~+1 < P. 1:11(10) ack 1 win 257\n"
              "+0 read(5, ..., 9) = -1 EAGAIN (Resource)\n+0 %{ assert tcpi_unacked == 0 }%\n"));
}

/* What once did harm. */
static void save_findings(void)
{
    save("claims", "line-without-end", text("9223372036854775807 claim x\n"));
    save("pkt", "time-without-end", text("28888888888888888 close(3) = 0\n"));
}

/* ---- lives of a host ---- */

/* Connection 0: our socket 0 listens, or connects. */
#define LISTENS STEP_OPEN, 0, STEP_BIND, 0, 1, STEP_LISTEN, 0, 4
#define SYN_ARRIVES                                                                                \
    STEP_SEGMENT, NO_CONNECTION, 0, TCP_SYN, 0, 1, 0, 0, 0, 0xff, 0xff,                            \
        OPTION_MSS | OPTION_WSCALE | OPTION_SACK_OK | OPTION_TSTAMP, 5, 180, 7, 0, 0
#define ACK_ARRIVES(text_len)                                                                      \
    STEP_SEGMENT, 0, TCP_ACK, 0, 0, 0, 0, 0, 0xff, 0xff, OPTION_TSTAMP, 1, text_len
#define SACK_ARRIVES(from, len)                                                                    \
    STEP_SEGMENT, 0, TCP_ACK, NEAR_SND_UNA << 4, 0, 0, 0, 0, 0xff, 0xff,                           \
        OPTION_TSTAMP | OPTION_SACK, 1, from, len, 0
#define FIN_ARRIVES                                                                                \
    STEP_SEGMENT, 0, TCP_ACK | TCP_FIN, 0, 0, 0, 0, 0, 0xff, 0xff, OPTION_TSTAMP, 1, 0
#define CONNECTS                                                                                   \
    STEP_OPEN, 0, STEP_CONNECT, 0, 0, STEP_SEGMENT, 0, TCP_SYN | TCP_ACK, NEAR_NOTHING, 0, 5, 0,   \
        0, 0xff, 0xff, OPTION_MSS | OPTION_SACK_OK | OPTION_TSTAMP, 5, 180, 1, 0
#define SENDS(socket, len) STEP_SEND, socket, 0, (len) >> 8, (len)&255
#define READS(socket)      STEP_RECV, socket, 0, 16, 0

static void save_life(const char *name, const uint8_t *steps, size_t len)
{
    save("stack", name, (struct span){steps, len});
}

/* clang-format off */
static const uint8_t served[] = {
    0, LISTENS, SYN_ARRIVES, ACK_ARRIVES(0), STEP_ACCEPT, 0, ACK_ARRIVES(10), READS(1),
    SENDS(1, 900), STEP_DEADLINE, ACK_ARRIVES(0), FIN_ARRIVES, STEP_CLOSE, 1, ACK_ARRIVES(0),
    STEP_TIME, 27,
};
static const uint8_t lossy[] = {
    SETTING_CUBIC, CONNECTS, SENDS(0, 4096), SENDS(0, 4096), SENDS(0, 4096), SACK_ARRIVES(15, 15),
    SACK_ARRIVES(15, 30), SACK_ARRIVES(15, 45), STEP_DEADLINE, STEP_DEADLINE, ACK_ARRIVES(0),
    STEP_SHUTDOWN, 0, 2, ACK_ARRIVES(0), FIN_ARRIVES, STEP_DEADLINE,
};
static const uint8_t shut[] = {
    SETTING_SMALL_BUFFERS, LISTENS, SYN_ARRIVES, ACK_ARRIVES(0), STEP_ACCEPT, 0, ACK_ARRIVES(90),
    ACK_ARRIVES(90), READS(1), STEP_SEGMENT, 0, TCP_ACK, 0, 0, 0, 0, 0, 0, 0, OPTION_TSTAMP, 1, 0,
    SENDS(1, 3000), STEP_DEADLINE, STEP_DEADLINE, STEP_CLOSE, 1,
};
static const uint8_t around[] = {
    SETTING_FEW_SOCKETS, STEP_OPEN, 1, STEP_BIND, 0, 3, STEP_DATAGRAM, 2, 4, READS(0), STEP_SEND, 0,
    128, 0, 9, CONNECTS, STEP_ERROR, 0, 3, 4, 3, 232, STEP_LOOK, 0, STEP_OPTION, 0, 12, 0, 1,
    STEP_SEND, 0, 4, 0, 1, STEP_SEGMENT, 0, TCP_RST, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};
/* clang-format on */

static void save_lives(void)
{
    save_life("served", served, sizeof(served));
    save_life("lossy", lossy, sizeof(lossy));
    save_life("shut-window", shut, sizeof(shut));
    save_life("around", around, sizeof(around));
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: seeds FOLDER\n");
        return 2;
    }
    folder = argv[1];
    save_segments();
    save_others();
    save_words();
    save_findings();
    save_lives();
    return failed;
}
