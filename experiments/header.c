/* exp-header: what stands in front of the data. A captured segment field by field; the longest
 * header there can be; the flags, eight of them; a checksum that notices a bit and does not notice
 * two words that change places; and two who share a port, because a port names a socket. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/crc32.h"
#include "experiments/await.h"
#include "experiments/captured.h"
#include "experiments/ends.h"
#include "experiments/flags.h"
#include "experiments/sharing.h"
#include "net/io.h"
#include "trace/dissect.h"
#include "trace/words.h"

#define PATIENCE SECONDS(5)

enum { PORT = 8110, TEXT_LONGEST = 64 };

static const char *message = "ABCDEFGH";

static const struct option_spec specs[] = {
    {"text", 't', OPTION_STRING, &message, "what A says, at most 64 characters", NULL, 0, 0},
};

/* ---- what A says, and B hears ---- */

static int say(const struct ends *ends, struct fault *fault)
{
    struct stage *stage = ends->stage;
    char heard[TEXT_LONGEST + 1] = "";
    size_t len = strlen(message);
    int64_t done = net_write_full(stage->a, ends->a, message, len);
    if (done >= 0)
        done = net_read_full(stage->b, ends->b, heard, len);
    if (done >= 0 && !await_acked(stage->a, ends->a, PATIENCE))
        done = -ETIMEDOUT;
    results_put_text(&stage->results, "said", message);
    results_put_text(&stage->results, "heard", heard);
    return done < 0 ? fault_errno(fault, (int)done, "B did not hear it") : 0;
}

static int64_t refused_by_b(const struct ends *ends)
{
    return testbed_bad_checksums(ends->stage->testbed, HOST_B);
}

/* And A ends; how often B refused a checksum before that, and at it. */
static int say_and_end(struct ends *ends, struct fault *fault)
{
    struct stage *stage = ends->stage;
    char nothing;
    int error = say(ends, fault);
    int64_t before = refused_by_b(ends);
    net_shutdown(stage->a, ends->a, NET_SHUT_WR);
    int64_t end = net_recv(stage->b, ends->b, &nothing, 1, 0);
    int64_t after = refused_by_b(ends);
    if (!error && (before < 0 || after < 0 || end != 0))
        error = fault_set(fault, -EPROTO, "cannot tell what B refused");
    results_put_number(&stage->results, "refused_data", before);
    results_put_number(&stage->results, "refused_end", after - before);
    return error;
}

static int play(struct stage *stage, int (*talk)(struct ends *ends, struct fault *fault),
                struct fault *fault)
{
    struct ends ends;
    size_t len = strlen(message);
    if (len < 1 || len > TEXT_LONGEST)
        return fault_set(fault, -EINVAL, "--text takes 1 to %d characters", TEXT_LONGEST);
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = talk(&ends, fault);
    ends_close(&ends);
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    return error;
}

static int play_say(struct stage *stage, struct fault *fault)
{
    return play(stage, say_and_end, fault);
}

/* ---- every field ---- */

static void draw_one(const struct page *page, const struct trace_log *log, enum captured wanted)
{
    const struct dissect_page paper = {page->out, page->ascii, page->color, page->chinese};
    struct frame_view frame;
    if (captured_find(log, wanted, &frame) == 0)
        dissect_print(&paper, &frame);
}

static void put_hex(struct results *results, const char *key, uint32_t value, int digits)
{
    char text[16];
    snprintf(text, sizeof text, "0x%0*lx", digits, (unsigned long)value);
    results_put_text(results, key, text);
}

static void put_fields(struct results *results, const struct frame_view *frame)
{
    const struct dissection parts = dissect(frame);
    char flags[FLAGS_TEXT_MAX];
    results_put_number(results, "src_port", frame->tcp.src_port);
    results_put_number(results, "dst_port", frame->tcp.dst_port);
    results_put_number(results, "seq", frame->tcp.seq.value);
    results_put_number(results, "ack", frame->tcp.ack.value);
    results_put_number(results, "data_offset", parts.data_offset);
    results_put_number(results, "header_len", parts.header_len);
    results_put_text(results, "flags", flags_text(frame->tcp.flags, flags));
    results_put_number(results, "window", frame->tcp.wnd);
    put_hex(results, "checksum", parts.checksum, 4);
    results_put_bool(results, "checksum_right", parts.checksum_right);
    results_put_number(results, "urgent_pointer", frame->tcp.urg_ptr);
    results_put_number(results, "ip_total_len", parts.ip_total_len);
    results_put_number(results, "ip_header_len", parts.ip_header_len);
    results_put_number(results, "text_len",
                       parts.ip_total_len - parts.ip_header_len - parts.header_len);
}

static int review_fields(struct stage *stage, const struct trace_log *log)
{
    struct results *results = &stage->results;
    struct frame_view syn, synack, text;
    char options[RESULT_VALUE_MAX], flags[FLAGS_TEXT_MAX];
    int error = captured_find(log, CAPTURED_SYN, &syn);
    if (!error)
        error = captured_find(log, CAPTURED_SYNACK, &synack);
    if (!error)
        error = captured_find(log, CAPTURED_TEXT, &text);
    if (error)
        return error;
    dissect_options(&syn, options, sizeof options);
    results_put_text(results, "syn_options", options);
    results_put_number(results, "syn_header_len", dissect(&syn).header_len);
    results_put_text(results, "syn_flags", flags_text(syn.tcp.flags, flags));
    results_put_number(results, "syn_ack", syn.tcp.ack.value);
    results_put_number(results, "ack_past_syn", seq_diff(text.tcp.ack, synack.tcp.seq));
    results_put_number(results, "said_len", (int64_t)strlen(message));
    put_fields(results, &text);
    return 0;
}

static void draw_fields(const struct stage *stage, const struct trace_log *log,
                        const struct page *page)
{
    (void)stage;
    draw_one(page, log, CAPTURED_SYN);
    fputc('\n', page->out);
    draw_one(page, log, CAPTURED_TEXT);
}

/* ---- the longest header ---- */

enum { FLIGHT = 8, MSS_MOST = 1460 };

/* Every other segment of a flight is lost: each of B's ACKs has more to tell than the one before.
 */
static int fly(struct ends *ends, struct fault *fault)
{
    static uint8_t octets[FLIGHT * MSS_MOST];
    struct stage *stage = ends->stage;
    struct net_info info;
    int64_t done = net_info(stage->a, ends->a, &info);
    size_t len = FLIGHT * (size_t)min_u32(done < 0 ? 1 : info.snd_mss, MSS_MOST);
    if (done >= 0)
        done = net_write_full(stage->a, ends->a, octets, len);
    if (done >= 0)
        done = net_read_full(stage->b, ends->b, octets, len);
    return done < 0 ? fault_errno(fault, (int)done, "the segments did not arrive") : 0;
}

static int play_longest(struct stage *stage, struct fault *fault)
{
    return play(stage, fly, fault);
}

static int review_longest(struct stage *stage, const struct trace_log *log)
{
    struct frame_view longest;
    char options[RESULT_VALUE_MAX];
    int error = captured_find(log, CAPTURED_LONGEST, &longest);
    if (error)
        return error;
    dissect_options(&longest, options, sizeof options);
    results_put_number(&stage->results, "data_offset", dissect(&longest).data_offset);
    results_put_number(&stage->results, "header_len", dissect(&longest).header_len);
    results_put_number(&stage->results, "sack_blocks", longest.tcp.options.sack_count);
    return 0;
}

static void draw_longest(const struct stage *stage, const struct trace_log *log,
                         const struct page *page)
{
    (void)stage;
    draw_one(page, log, CAPTURED_LONGEST);
}

/* ---- damage ---- */

static uint32_t crc_of(const struct frame_view *frame)
{
    return crc32_of(frame->ip.payload.data, frame->ip.payload.len);
}

static int review_damage(struct stage *stage, const struct trace_log *log)
{
    struct results *results = &stage->results;
    struct frame_view sent, arrived;
    int error = captured_damage(log, &sent, &arrived);
    if (error)
        return error;
    put_hex(results, "checksum", dissect(&sent).checksum, 4);
    results_put_bool(results, "checksum_tells", !dissect(&arrived).checksum_right);
    put_hex(results, "crc_sent", crc_of(&sent), 8);
    put_hex(results, "crc_arrived", crc_of(&arrived), 8);
    results_put_bool(results, "crc_tells", crc_of(&sent) != crc_of(&arrived));
    return 0;
}

/* ---- ports, and flags ---- */

static int play_ports(struct stage *stage, struct fault *fault)
{
    return sharing_play(stage, PORT, fault);
}

static int play_flags(struct stage *stage, struct fault *fault)
{
    return flags_play(stage, PORT, fault);
}

static int play_marks(struct stage *stage, struct fault *fault)
{
    return marks_play(stage, PORT, fault);
}

/* ---- the scenes ---- */

static const char *const with_ecn[] = {"net.ipv4.tcp_ecn=1", NULL};

static const struct scene scenes[] = {
    {.name = "fields",
     .title = {"a SYN and a segment with data, field by field",
               "一个 SYN 和一个带数据的报文段,逐字段看"},
     .play = play_say,
     .review = review_fields,
     .draw = draw_fields,
     .saw =
         {"the header of the data has {header_len} octets, {data_offset} words of four, that of "
          "the SYN {syn_header_len} ({syn_options}). No field says how much data follows: that is "
          "what IP's total length leaves, {ip_total_len} - {ip_header_len} - {header_len} = "
          "{text_len}.",
          "带数据的报文段首部有 {header_len} 字节,即 {data_offset} 个 4 字节;SYN 的首部有 "
          "{syn_header_len} 字节({syn_options})。没有字段说明后面有多少数据:那是 IP 总长度剩下"
          "的,{ip_total_len} - {ip_header_len} - {header_len} = {text_len}。"}},
    {.name = "longest",
     .title = {"the longest header: an ACK with all that the options hold",
               "最长的首部:选项装满的 ACK"},
     .play = play_longest,
     .review = review_longest,
     .draw = draw_longest,
     .script = "drop data 2 a>b; drop data 4 a>b; drop data 6 a>b",
     .saw = {"{sack_blocks} blocks of selective ACK beside timestamps: the offset says "
             "{data_offset}, the most that four bits can, {header_len} octets.",
             "时间戳之外还有 {sack_blocks} 个选择确认块:偏移是 {data_offset},4 位能表示的最大值,共 "
             "{header_len} 字节。"}},
    {.name = "flags",
     .title = {"the flags, with congestion notification allowed", "标志位,允许显式拥塞通知"},
     .play = play_flags,
     .review = flags_review,
     .script = "drop rst b>a conn 2",
     .sysctls = with_ecn,
     .saw =
         {"{flags} different flags: {seen}. The first SYN: {first_syn}; ECN, and with it CWR and "
          "ECE, in use: {ecn}. Segments without ACK: {without_ack}; the RST answers a segment "
          "whose ACK it takes its number from.",
          "出现了 {flags} 种标志:{seen}。第一个 SYN:{first_syn};使用了 ECN(也就是 CWR 和 "
          "ECE):{ecn}。不带 ACK 的报文段:{without_ack};其中的 "
          "RST 回答的是一个带 ACK 的报文段,序列号就取自那个 ACK。"}},
    {.name = "mark",
     .title = {"congestion told by a mark: nothing is lost, and the window is lowered",
               "用标记通知拥塞:什么也没丢,窗口照样减小"},
     .play = play_marks,
     .review = marks_review,
     .script = "mark data 1 a>b",
     .sysctls = with_ecn,
     .saw = {"a router marked A's first words instead of dropping them. B told with {told}, "
             "{echoes} time; A's window went from {cwnd_before} segments to {cwnd_after}, and its "
             "next words said so: {answered}. Sent again: {resent}.",
             "路由器没有丢掉 A 的第一句话,只是做了标记。B 用 {told} 告知,共 {echoes} 次;A 的窗口从 "
             "{cwnd_before} 段减到 {cwnd_after} 段,并在下一句话里说明:{answered}。重发 {resent} "
             "个。"}},
    {.name = "swap16",
     .title = {"two 16-bit words change places on the wire", "两个 16 位字在途中互换位置"},
     .play = play_say,
     .review = review_damage,
     .script = "swap16 data 1 a>b",
     .saw = {"A said {said}, B heard {heard}. The checksum ({checksum}) tells: {checksum_tells}; a "
             "CRC ({crc_sent} sent, {crc_arrived} arrived) would: {crc_tells}. Refused: "
             "{refused_data}, sent again: {resent}.",
             "A 说的是 {said},B 听到的是 {heard}。校验和({checksum})发现了吗:{checksum_tells};CRC"
             "(发送时 {crc_sent},到达时 {crc_arrived})能发现吗:{crc_tells}。拒收 "
             "{refused_data} 个,重发 {resent} 个。"}},
    {.name = "flip",
     .title = {"one bit flips: first in the data, then in the header of the FIN",
               "翻转一位:先是数据里的,然后是 FIN 首部里的"},
     .play = play_say,
     .review = review_damage,
     .script = "flip data 1 a>b; flip fin 1 a>b",
     .saw = {"A said {said}, B heard {heard}. The checksum ({checksum}) tells: {checksum_tells}. "
             "Refused and counted, without a word: {refused_data} with damaged data, {refused_end} "
             "with a damaged header; sent again when the sender's timer fired: {resent}.",
             "A 说的是 {said},B 听到的是 {heard}。校验和({checksum})发现了吗:{checksum_tells}。"
             "一声不响地拒收并计数:数据损坏的 {refused_data} 个,首部损坏的 {refused_end} 个;"
             "发送方的定时器到期后重发:{resent} 个。"}},
    {.name = "ports",
     .title = {"two threads accept on one listener", "两个线程在同一个监听套接字上 accept"},
     .play = play_ports,
     .saw = {"{holders} threads hold a connection each, both at port {server_port} "
             "({server_ports} port); the one client has {client_ports} ports. A port leads to a "
             "socket, and who has that is another matter.",
             "{holders} 个线程各拿到一个连接,都在端口 {server_port} 上(共 {server_ports} "
             "个端口);同一个客户程序却有 {client_ports} "
             "个端口。端口通向套接字,套接字归谁是另一回事。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "header",
            .summary = {"A header field by field, and what its checksum tells and does not tell.",
                        "逐字段看首部,以及校验和能发现什么、不能发现什么。"},
            .question =
                {"Before you look: on its way two 16-bit words of a segment change places. "
                 "Does the receiver notice? And if a single bit flips?",
                 "先预测:报文段的两个 16 位字在途中互换了位置,接收方能发现吗?只翻转一位呢?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-header --scene swap16 --stack both",
        },
        argc, argv);
}
