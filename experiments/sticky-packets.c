/* exp-sticky-packets: three sends, one receive. TCP delivers octets, not messages; the "packets"
 * stick together because nothing ever held them apart. Then the cures, each of which says where a
 * message ends; a liar; the cures taken carelessly; and UDP, which does keep messages apart. */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "client/framed.h"
#include "experiments/ends.h"
#include "net/background.h"
#include "net/io.h"
#include "server/framed.h"

enum { WORDS = 3, PORT = FRAMED_PORT };

static const char *const words[WORDS] = {"one", "three", "seven"};
static int64_t piece = 5;

static const struct option_spec specs[] = {
    {"piece", 'n', OPTION_INT, &piece, "octets per send in the scenes with a cure", NULL, 1, 1000},
};

static struct net_addr server_addr(void)
{
    return (struct net_addr){testbed_ip(HOST_B), PORT};
}

/* ---- the trouble ---- */

struct reader {
    int64_t first; /* what the first recv gave */
};

/* Comes late to the stream, as a busy server does, and receives once. */
static void read_late(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    struct reader *reader = arg;
    char text[64];

    (void)peer;
    thread_sleep_until(clock_now() + MS(200));
    reader->first = net_recv(net, sock, text, sizeof text, 0);
}

/* Sends each word by itself, then waits until the server has closed. */
static int64_t send_words(struct net *net, const struct net_addr *server)
{
    int sock = net_socket(net, NET_STREAM);
    if (sock < 0)
        return sock;
    int64_t sent = 0;
    int error = net_connect(net, sock, server);
    for (size_t i = 0; i < WORDS && !error; i++) {
        int64_t took = net_write_full(net, sock, words[i], strlen(words[i]));
        error = took < 0 ? (int)took : 0;
        sent += took;
    }
    int closed = net_close_gracefully(net, sock);
    return error ? error : closed ? closed : sent;
}

static int play_stick(struct stage *stage, struct fault *fault)
{
    struct reader reader = {0};
    const struct net_addr addr = server_addr();
    const struct serve_config config = {
        .addr = addr, .backlog = 4, .max_connections = 4, .handle = read_late, .arg = &reader};
    struct background server;

    int error = background_start(&server, stage->b, &config, fault);
    if (error)
        return error;
    int64_t sent = send_words(stage->a, &addr);
    background_stop(&server, NULL);
    if (sent < 0)
        return fault_errno(fault, (int)sent, "the client could not send its words");
    results_put_number(&stage->results, "sends", WORDS);
    results_put_number(&stage->results, "sent_bytes", sent);
    results_put_number(&stage->results, "first_receive_bytes", reader.first);
    return 0;
}

/* ---- the cures ---- */

struct answers {
    int right, all;
};

/* "2 three" is the right answer to the second word. */
static void check_answer(struct span answer, void *arg)
{
    struct answers *answers = arg;
    char expected[32];

    int len = snprintf(expected, sizeof expected, "%d %s", answers->all + 1,
                       answers->all < WORDS ? words[answers->all] : "");
    answers->right += answer.len == (size_t)len && memcmp(answer.data, expected, answer.len) == 0;
    answers->all++;
}

static int play_cure(struct stage *stage, enum framing framing, struct fault *fault)
{
    struct framed_service service = {.framing = framing};
    const struct serve_config config = {.addr = server_addr(),
                                        .backlog = 4,
                                        .max_connections = 4,
                                        .handle = framed_handle,
                                        .arg = &service};
    const struct framed_question question = {.server = server_addr(),
                                             .framing = framing,
                                             .texts = words,
                                             .count = WORDS,
                                             .piece = (size_t)piece,
                                             .timeout_us = SECONDS(30)};
    struct answers answers = {0};
    struct background server;

    int error = background_start(&server, stage->b, &config, fault);
    if (error)
        return error;
    int got = framed_ask(stage->a, &question, check_answer, &answers, fault);
    background_stop(&server, NULL);
    results_put_number(&stage->results, "messages", WORDS);
    results_put_number(&stage->results, "piece", piece);
    results_put_number(&stage->results, "understood", (int64_t)service.messages);
    results_put_number(&stage->results, "right_answers", answers.right);
    if (got >= 0 && answers.right != WORDS)
        return fault_set(fault, -EIO, "%d answers of %d were right", answers.right, WORDS);
    return got < 0 ? got : 0;
}

static int play_fixed(struct stage *stage, struct fault *fault)
{
    return play_cure(stage, FRAMING_FIXED, fault);
}

static int play_length(struct stage *stage, struct fault *fault)
{
    return play_cure(stage, FRAMING_LENGTH, fault);
}

static int play_delimiter(struct stage *stage, struct fault *fault)
{
    return play_cure(stage, FRAMING_DELIMITER, fault);
}

/* ---- a liar ---- */

/* Announces four gigabytes. The server believes no length it has not checked. */
static int lie(struct net *net, const struct net_addr *server)
{
    char nothing[8];

    int sock = net_socket(net, NET_STREAM);
    if (sock < 0)
        return sock;
    int64_t got = net_connect(net, sock, server);
    if (!got)
        got = net_write_full(net, sock, "\xff\xff\xff\xff", FRAMING_LENGTH_BYTES);
    if (got > 0)
        got = net_recv(net, sock, nothing, sizeof nothing, 0);
    net_close(net, sock);
    return (int)got;
}

static int play_hostile(struct stage *stage, struct fault *fault)
{
    struct framed_service service = {.framing = FRAMING_LENGTH};
    const struct net_addr addr = server_addr();
    const struct serve_config config = {
        .addr = addr, .backlog = 4, .max_connections = 4, .handle = framed_handle, .arg = &service};
    struct background server;

    int error = background_start(&server, stage->b, &config, fault);
    if (error)
        return error;
    int got = lie(stage->a, &addr);
    background_stop(&server, NULL);
    results_put_number(&stage->results, "announced_bytes", UINT32_MAX);
    results_put_number(&stage->results, "refused", (int64_t)service.refused);
    results_put_number(&stage->results, "answered", got > 0);
    return 0;
}

/* ---- the cures, taken carelessly ---- */

/* A struct as it lies in memory, with whatever the compiler put between its fields. */
struct request {
    uint8_t kind;
    uint32_t amount;
};

enum { REQUEST_BYTES = 1 + 4, AMOUNT = 1000 };

/* A sends the struct; B reads field by field what it takes for the same: one octet, then four. */
static int64_t send_struct(const struct ends *ends)
{
    struct request request;
    uint8_t read[sizeof request] = {0};
    memset(&request, 0, sizeof request); /* what lies between the fields would travel, too */
    request.kind = 7;
    request.amount = AMOUNT;
    int64_t done = net_write_full(ends->stage->a, ends->a, &request, sizeof request);
    if (done >= 0)
        done = net_read_full(ends->stage->b, ends->b, read, sizeof read);
    results_put_number(&ends->stage->results, "struct_bytes", sizeof request);
    results_put_number(&ends->stage->results, "field_bytes", REQUEST_BYTES);
    results_put_number(&ends->stage->results, "amount_sent", AMOUNT);
    results_put_number(&ends->stage->results, "amount_read", get_be32(read + 1));
    return done;
}

/* One message with the mark inside, which nobody escaped. */
static int64_t send_unescaped(const struct ends *ends)
{
    static const char text[] = "one\nthree\n";
    uint8_t read[sizeof text - 1] = {0}, memory[FRAMING_RECORD];
    struct span input = {read, sizeof read}, message;
    struct deframer deframer;
    int count = 0;
    int64_t done = net_write_full(ends->stage->a, ends->a, text, sizeof read);
    if (done >= 0)
        done = net_read_full(ends->stage->b, ends->b, read, sizeof read);
    deframer_init(&deframer, FRAMING_DELIMITER, (struct buffer){memory, sizeof memory});
    while (done >= 0 && deframer_next(&deframer, &input, &message) == 1)
        count++;
    results_put_number(&ends->stage->results, "messages", 1);
    results_put_number(&ends->stage->results, "understood", count);
    return done;
}

static int play_careless(struct stage *stage, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    int64_t done = send_struct(&ends);
    if (done >= 0)
        done = send_unescaped(&ends);
    ends_close(&ends);
    return done < 0 ? fault_errno(fault, (int)done, "the careless messages did not arrive") : 0;
}

/* ---- UDP ---- */

/* Three datagrams out, and so many receives as it takes. */
static int exchange_datagrams(struct stage *stage, int from, int to, int *receives)
{
    char text[64];

    for (size_t i = 0; i < WORDS; i++) {
        const struct span word = {(const uint8_t *)words[i], strlen(words[i])};
        int64_t sent =
            net_sendto(stage->a, from, word, &(struct net_addr){testbed_ip(HOST_B), PORT});
        if (sent < 0)
            return (int)sent;
    }
    for (size_t bytes = 0; bytes < strlen("onethreeseven"); (*receives)++) {
        int64_t got = net_recv(stage->b, to, text, sizeof text, 0);
        if (got < 0)
            return (int)got;
        bytes += (size_t)got;
    }
    return 0;
}

static int play_udp(struct stage *stage, struct fault *fault)
{
    int receives = 0;
    int from = net_socket(stage->a, NET_DGRAM), to = net_socket(stage->b, NET_DGRAM);

    int error = from < 0 ? from : to < 0 ? to : net_bind(stage->b, to, &(struct net_addr){0, PORT});
    if (!error)
        error = net_setsockopt(stage->b, to, NET_SO_RCVTIMEO, SECONDS(5));
    if (!error)
        error = exchange_datagrams(stage, from, to, &receives);
    if (from >= 0)
        net_close(stage->a, from);
    if (to >= 0)
        net_close(stage->b, to);
    results_put_number(&stage->results, "sends", WORDS);
    results_put_number(&stage->results, "receives", receives);
    return error ? fault_errno(fault, error, "the datagrams did not arrive") : 0;
}

#define CURED                                                                                      \
    {                                                                                              \
        "sent {piece} octets at a time, {understood} of {messages} messages were understood and "  \
        "{right_answers} answered rightly.",                                                       \
            "每次发送 {piece} 字节,{messages} 条消息中有 {understood} "                 \
            "条被正确识别,{right_answers} 条回答正确。"                                \
    }

static const struct scene scenes[] = {
    {.name = "stick",
     .title = {"three sends, and a reader who comes late", "发送三次,读者来得晚"},
     .play = play_stick,
     .saw = {"{sends} sends carried {sent_bytes} bytes; the first receive gave "
             "{first_receive_bytes} of them at once, with no trace of where one ended.",
             "{sends} 次发送共 {sent_bytes} 字节;第一次接收就一起拿到 {first_receive_bytes} "
             "字节,看不出哪里是界线。"}},
    {.name = "fixed",
     .title = {"cure: every message the same size, written field by field",
               "解法一:定长消息,逐字段序列化"},
     .play = play_fixed,
     .no_ladder = true,
     .saw = CURED},
    {.name = "length",
     .title = {"cure: the length in front", "解法二:前面放长度"},
     .play = play_length,
     .no_ladder = true,
     .saw = CURED},
    {.name = "delimiter",
     .title = {"cure: an end mark, escaped inside", "解法三:结束标记,正文里转义"},
     .play = play_delimiter,
     .no_ladder = true,
     .saw = CURED},
    {.name = "hostile",
     .title = {"a client announces four gigabytes", "一个客户端声称要发四千兆字节"},
     .play = play_hostile,
     .no_ladder = true,
     .saw =
         {"{announced_bytes} bytes were announced; the server refused {refused} connection and "
          "answered {answered} times.",
          "对方声称 {announced_bytes} 字节;服务器拒绝了 {refused} 个连接,回答了 {answered} 次。"}},
    {.name = "careless",
     .title = {"without care: a struct as it lies in memory, and a mark that nobody escaped",
               "不小心的做法:把结构体按内存原样发出,分隔符不转义"},
     .play = play_careless,
     .no_ladder = true,
     .saw = {"the struct took {struct_bytes} octets, its fields {field_bytes}: of the amount "
             "{amount_sent} the reader made {amount_read}. {messages} message with a newline in "
             "it was taken for {understood}.",
             "结构体占 {struct_bytes} 字节,各字段共 {field_bytes} 字节:数值 {amount_sent} "
             "被读成了 {amount_read}。{messages} 条内含换行的消息被当成 {understood} 条。"}},
    {.name = "udp",
     .title = {"the same three words over UDP", "同样三个词,改用 UDP"},
     .play = play_udp,
     .saw = {"{sends} sends took {receives} receives: a datagram keeps its edges.",
             "{sends} 次发送对应 {receives} 次接收:数据报保留边界。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "sticky-packets",
            .summary = {"Three sends, one receive; three cures; a liar; and UDP.",
                        "发送三次,接收一次;三种解法;一个说谎者;以及 UDP。"},
            .question = {"Before you look: a client sends three words with three calls. How many "
                         "calls does the server need to receive them?",
                         "先预测:客户端用三次调用发送三个词,服务器要几次调用才能收到?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(2), .sample = true},
            .example = "exp-sticky-packets --scene length --piece 1",
        },
        argc, argv);
}
