/* exp-udp-boundaries: a datagram is one message. What one call sends, one call receives: in whole
 * or, where the room was too small, cut off without a word. An empty one is a message too; one too
 * long for a frame is refused. And that is all: nobody promises that it arrives, that it arrives in
 * its order, or that anybody is there. */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "experiments/await.h"
#include "experiments/ends.h"
#include "experiments/segments.h"
#include "net/io.h"

#define PATIENCE SECONDS(5)
#define A_WHILE  MS(200)

enum {
    PORT = 8091,
    WORDS = 3,
    ROOM = 64,
    SHORT_ROOM = 4,
    LONGEST = 64 * 1024,
    MORE = 4000,
    COUNTED = 5
};

static const char *const words[WORDS] = {"one", "three", "seven"};
static const char ten[] = "0123456789";

/* ---- what all scenes do ---- */

static int64_t say(const struct ends *ends, const char *text)
{
    return net_send(ends->stage->a, ends->a, text, strlen(text), 0);
}

/* What B gets into `cap` octets of room. */
static int64_t hear(const struct ends *ends, char *room, size_t cap, int flags)
{
    const struct buffer buffer = {(uint8_t *)room, cap};
    return net_recvfrom(ends->stage->b, ends->b, buffer, flags, NULL);
}

static void put(const struct ends *ends, const char *key, int64_t value)
{
    results_put_number(&ends->stage->results, key, value);
}

/* Tells a story on a pair of sockets that `open` makes. */
static int tell(int (*open)(struct ends *, struct stage *, uint16_t, struct fault *),
                struct stage *stage, int64_t (*story)(const struct ends *ends), struct fault *fault)
{
    struct ends ends;
    int error = open(&ends, stage, PORT, fault);
    if (error)
        return error;
    int64_t result = story(&ends);
    ends_close(&ends);
    return result < 0 ? fault_errno(fault, (int)result, "the story broke off") : 0;
}

/* ---- three sends ---- */

static int64_t send_words(const struct ends *ends)
{
    int64_t sent = 0, result = 0;
    for (size_t i = 0; i < WORDS && result >= 0; i++) {
        result = say(ends, words[i]);
        sent += result;
    }
    return result < 0 ? result : sent;
}

/* How many calls it takes to receive so many octets. */
static int64_t count_receives(const struct ends *ends, int64_t octets)
{
    char room[ROOM];
    int64_t receives = 0, result = 0;
    for (; octets > 0 && result >= 0; receives++) {
        result = hear(ends, room, sizeof room, 0);
        octets -= result;
    }
    return result < 0 ? result : receives;
}

/* The reader comes when all three wait for it. */
static int64_t words_by_udp(const struct ends *ends)
{
    int64_t sent = send_words(ends);
    testbed_settle(ends->stage->testbed, usec_after(clock_now(), PATIENCE));
    int64_t receives = sent < 0 ? sent : count_receives(ends, sent);
    put(ends, "sends", WORDS);
    put(ends, "udp_receives", receives);
    return receives;
}

static int64_t words_by_tcp(const struct ends *ends)
{
    int64_t sent = net_setsockopt(ends->stage->a, ends->a, NET_TCP_NODELAY, 1);
    if (sent >= 0)
        sent = send_words(ends);
    if (sent >= 0 && !await_unread(ends->stage->b, ends->b, (uint32_t)sent, PATIENCE))
        sent = -ETIMEDOUT;
    int64_t receives = sent < 0 ? sent : count_receives(ends, sent);
    put(ends, "tcp_receives", receives);
    return receives;
}

static int play_edges(struct stage *stage, struct fault *fault)
{
    int error = tell(ends_open_udp, stage, words_by_udp, fault);
    return error ? error : tell(ends_open, stage, words_by_tcp, fault);
}

/* ---- too little room ---- */

/* Three times ten digits and then a word: the first is cut, the second too, but B learns of it; the
 * third is looked at before it is taken. */
static int64_t cut_off(const struct ends *ends)
{
    char room[ROOM];
    int64_t sent = 0;
    for (int i = 0; i < 3 && sent >= 0; i++)
        sent = say(ends, ten);
    if (sent >= 0)
        sent = say(ends, words[0]);
    if (sent < 0)
        return sent;
    put(ends, "sent_bytes", (int64_t)strlen(ten));
    put(ends, "room", SHORT_ROOM);
    put(ends, "received", hear(ends, room, SHORT_ROOM, 0));
    put(ends, "trunc_tells", hear(ends, room, SHORT_ROOM, NET_TRUNC));
    put(ends, "peek_tells", hear(ends, room, SHORT_ROOM, NET_TRUNC | NET_PEEK));
    put(ends, "then_whole", hear(ends, room, sizeof room, 0));
    int64_t last = hear(ends, room, sizeof room - 1, 0);
    room[last < 0 ? 0 : last] = '\0';
    results_put_text(&ends->stage->results, "next", room);
    return last;
}

static int play_short(struct stage *stage, struct fault *fault)
{
    return tell(ends_open_udp, stage, cut_off, fault);
}

/* ---- nothing, sent ---- */

static int64_t send_nothing_and_a_word(const struct ends *ends)
{
    int64_t sent = say(ends, "");
    return sent < 0 ? sent : say(ends, words[0]);
}

static int64_t nothing_by_udp(const struct ends *ends)
{
    char room[ROOM];
    int64_t sent = send_nothing_and_a_word(ends);
    put(ends, "udp_first", hear(ends, room, sizeof room, 0));
    put(ends, "udp_second", hear(ends, room, sizeof room, 0));
    return sent;
}

/* The same two sends, and then A ends its direction. */
static int64_t nothing_by_tcp(const struct ends *ends)
{
    char room[ROOM];
    int64_t sent = send_nothing_and_a_word(ends);
    if (sent >= 0)
        sent = net_shutdown(ends->stage->a, ends->a, NET_SHUT_WR);
    put(ends, "tcp_first", hear(ends, room, sizeof room, 0));
    put(ends, "tcp_second", hear(ends, room, sizeof room, 0));
    put(ends, "tcp_third", hear(ends, room, sizeof room, 0));
    return sent;
}

static int play_empty(struct stage *stage, struct fault *fault)
{
    int error = tell(ends_open_udp, stage, nothing_by_udp, fault);
    return error ? error : tell(ends_open, stage, nothing_by_tcp, fault);
}

/* ---- too long ---- */

static char pages[LONGEST];

/* One datagram of so many octets, there. Returns how many of them B got, or why it did not go. */
static int64_t carry(const struct ends *udp, int64_t octets)
{
    int64_t sent = net_send(udp->stage->a, udp->a, pages, (size_t)octets, 0);
    return sent < 0 ? sent : hear(udp, pages, sizeof pages, 0);
}

/* Halves the distance between what goes and what is refused until they are neighbours. */
static int64_t search_greatest(const struct ends *udp)
{
    int64_t goes = 1, refused = LONGEST;
    while (goes + 1 < refused) {
        int64_t half = (goes + refused) / 2;
        int64_t got = carry(udp, half);
        if (got < 0 && got != -EMSGSIZE)
            return got;
        if (got == half)
            goes = half;
        else
            refused = half;
    }
    put(udp, "greatest", goes);
    results_put_error(&udp->stage->results, "one_more", (int)carry(udp, refused));
    return goes;
}

/* More than a datagram carries, with one call. */
static int64_t send_more(const struct ends *tcp)
{
    int64_t sent = net_write_full(tcp->stage->a, tcp->a, pages, MORE);
    int64_t got = sent < 0 ? sent : net_read_full(tcp->stage->b, tcp->b, pages, MORE);
    put(tcp, "tcp_received", got);
    return got;
}

static int play_long(struct stage *stage, struct fault *fault)
{
    int error = tell(ends_open_udp, stage, search_greatest, fault);
    return error ? error : tell(ends_open, stage, send_more, fault);
}

/* Into how many segments TCP cut it. */
static int review_long(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    int more, count = 0;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0)
        count += sent.tcp->from == 0 && sent.tcp->text_len > 0;
    segments_end(&segments);
    results_put_number(&stage->results, "tcp_segments", count);
    return more;
}

/* ---- nobody there ---- */

/* A speaks to a port that nobody has, and then listens for a while. */
static int64_t speak_to_nobody(const struct ends *udp, const char *key)
{
    static const struct span word = {(const uint8_t *)"anybody?", 8};
    const struct net_addr nobody = {testbed_ip(HOST_B), PORT + 1};
    struct net *net = udp->stage->a;
    uint8_t room[ROOM];
    int64_t sent = net_sendto(net, udp->a, word, &nobody);
    int64_t got = sent < 0 ? sent : net_recv(net, udp->a, room, sizeof room, 0);
    results_put_error(&udp->stage->results, key, got < 0 ? (int)got : 0);
    return sent;
}

/* The same program twice: unconnected, and with a socket that is connected to the port. */
static int64_t ask_nobody(const struct ends *udp)
{
    const struct net_addr nobody = {testbed_ip(HOST_B), PORT + 1};
    struct ends loose = {.stage = udp->stage, .a = net_socket(udp->stage->a, NET_DGRAM), .b = -1};
    if (loose.a < 0)
        return loose.a;
    net_setsockopt(udp->stage->a, loose.a, NET_SO_RCVTIMEO, A_WHILE);
    int64_t sent = speak_to_nobody(&loose, "unconnected_hears");
    ends_close(&loose);
    if (sent >= 0)
        sent = net_connect(udp->stage->a, udp->a, &nobody);
    if (sent >= 0)
        sent = speak_to_nobody(udp, "connected_hears");
    return sent;
}

static int play_nobody(struct stage *stage, struct fault *fault)
{
    int error = tell(ends_open_udp, stage, ask_nobody, fault);
    return error ? error : stage_expect(stage, HOST_A, "connected_hears", "ECONNREFUSED", fault);
}

/* ---- out of order ---- */

static int64_t count_aloud(const struct ends *udp)
{
    char heard[2 * COUNTED + 1] = "";
    int64_t result = 0;
    for (char digit = '1'; digit < '1' + COUNTED && result >= 0; digit++)
        result = net_send(udp->stage->a, udp->a, &digit, 1, 0);
    for (size_t i = 0; i < COUNTED && result >= 0; i++) {
        result = hear(udp, &heard[2 * i], 1, 0);
        heard[2 * i + 1] = i + 1 < COUNTED ? ' ' : '\0';
    }
    results_put_text(&udp->stage->results, "sent", "1 2 3 4 5");
    results_put_text(&udp->stage->results, "received", heard);
    return result;
}

static int play_order(struct stage *stage, struct fault *fault)
{
    return tell(ends_open_udp, stage, count_aloud, fault);
}

static const struct scene scenes[] = {
    {.name = "edges",
     .title = {"three sends, and a reader who comes late: UDP, then TCP",
               "发送三次,读者来得晚:先 UDP,后 TCP"},
     .play = play_edges,
     .saw = {"{sends} sends: {udp_receives} receives by UDP, {tcp_receives} by TCP. UDP keeps each "
             "message by itself even while nobody reads.",
             "发送 {sends} 次:UDP 用 {udp_receives} 次接收,TCP 用 {tcp_receives} 次。"
             "即使没人来读,UDP 也把每条消息分开保存。"}},
    {.name = "short",
     .title = {"too little room", "接收缓冲区太小"},
     .play = play_short,
     .saw =
         {"{sent_bytes} octets were sent, there was room for {room}: the receive gave {received} "
          "and no error, and the rest was gone. The second time it was asked for the real length "
          "(MSG_TRUNC) and said {trunc_tells}; the rest was gone all the same. The third time a "
          "look ahead (MSG_PEEK) said {peek_tells} and took nothing, so that {then_whole} could "
          "be received. Then came \"{next}\".",
          "发送 {sent_bytes} 字节,缓冲区只有 {room} 字节:接收得到 {received} 字节,没有报错,"
          "其余的丢了。第二次要求报告真实长度(MSG_TRUNC),得到 {trunc_tells},其余的照样丢了。"
          "第三次先窥视(MSG_PEEK),得到 {peek_tells},什么也没取走,于是能完整收下 {then_whole} "
          "字节。再往后是 \"{next}\"。"}},
    {.name = "empty",
     .title = {"a message of no octets, and a word: UDP, then TCP",
               "一条空消息和一个词:先 UDP,后 TCP"},
     .play = play_empty,
     .saw =
         {"by UDP the receives gave {udp_first} and {udp_second}: the empty one is a message. By "
          "TCP {tcp_first}, {tcp_second}, {tcp_third}: it was never there, and 0 means the end "
          "of the stream.",
          "UDP 的两次接收得到 {udp_first} 和 {udp_second}:空的也是一条消息。TCP 得到 "
          "{tcp_first}、{tcp_second}、{tcp_third}:空消息根本不存在,0 表示流的结束。"}},
    {.name = "long",
     .title = {"the longest datagram, searched for by halving; then TCP",
               "用二分法找最长的数据报;再看 TCP"},
     .play = play_long,
     .review = review_long,
     .saw = {"{greatest} octets go in one datagram, with one more the send fails: {one_more}. TCP "
             "took {tcp_received} with one call and cut them into {tcp_segments} segments.",
             "一个数据报最多装 {greatest} 字节,再多一个字节,发送就失败:{one_more}。"
             "TCP 一次调用收下 {tcp_received} 字节,切成 {tcp_segments} 个报文段。"}},
    {.name = "nobody",
     .title = {"to a port that nobody has", "发往无人使用的端口"},
     .play = play_nobody,
     .saw =
         {"both sends succeeded. The unconnected socket heard nothing for as long as it waited "
          "({unconnected_hears}); the connected one learnt of it ({connected_hears}), because an "
          "ICMP message came back, which not every host sends.",
          "两次发送都成功。未连接的套接字一直等,什么也没听到({unconnected_hears});"
          "已连接的得知了({connected_hears}),因为对方回了一个 ICMP 报文,而不是每台主机都会回。"}},
    {.name = "order",
     .title = {"the second one is overtaken", "第二个被后面的超过"},
     .play = play_order,
     .script = "reorder udp 2 a>b by 2",
     .saw = {"sent {sent}, received {received}: each in whole, and nobody puts them in order.",
             "发送 {sent},收到 {received}:每个都完整,但没人给它们排序。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "udp-boundaries",
            .summary = {"What a datagram keeps, and what it does not.",
                        "数据报保证什么,不保证什么。"},
            .question =
                {"Before you look: ten octets arrive in a datagram and the program has room "
                 "for four. Where are the other six?",
                 "先预测:一个数据报带来十个字节,程序的缓冲区只有四个字节,另外六个在哪里?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .testbed = {.medium.both.delay = MS(2), .sample = true},
            .example = "exp-udp-boundaries --scene short --stack sim",
        },
        argc, argv);
}
