/* exp-reliable-udp: what TCP does for a stream, done for datagrams by a program: numbers, answers,
 * sending again after a time or what others have overtaken, and a window. First a few messages on a
 * wire that breaks them in every way; then a file at 0, 1 and 10 % loss, and beside it the same
 * file over TCP on the same wire. */
#include <errno.h>
#include <nettle/sha2.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "client/reliable.h"
#include "client/upload.h"
#include "experiments/ends.h"
#include "experiments/shuttle.h"
#include "experiments/traffic.h"
#include "net/arq_format.h"
#include "net/background.h"
#include "server/reliable.h"
#include "server/upload.h"

enum { PORT = RELIABLE_PORT, FEW = 6, FEW_BYTES = FEW * ARQ_TEXT_MAX - 400 };

#define PATIENCE SECONDS(3600) /* on a very bad wire TCP backs off for minutes */
#define QUIET    MS(300)       /* longer than anything is on its way */

static int64_t bytes = 200000;

static const struct option_spec specs[] = {
    {"bytes", 'n', OPTION_INT, &bytes, "of the file, in the scenes with two transports", NULL, 8,
     100000000},
};

static void put(struct stage *stage, const char *key, uint64_t value)
{
    results_put_number(&stage->results, key, (int64_t)value);
}

static bool is_same(const struct sink_receipt *sent, const struct sink_receipt *arrived)
{
    return sent->bytes == arrived->bytes &&
           memcmp(sent->sha256, arrived->sha256, SINK_DIGEST_BYTES) == 0;
}

/* ---- over UDP, made reliable ---- */

struct taker {
    struct net *net;
    int sock;
    struct reliable_taken taken;
    int error;
};

static void run_taker(void *arg)
{
    struct taker *taker = arg;
    const struct reliable_taking how = {.patience_us = PATIENCE, .linger_us = PATIENCE};
    taker->error = reliable_take(taker->net, taker->sock, &how, &taker->taken);
}

/* B takes in a thread, A sends from here. B stays until A has heard all: then its socket is closed
 * under it. */
static int transfer(struct stage *stage, struct taker *taker, FILE *file,
                    struct reliable_sent *sent, struct fault *fault)
{
    const struct reliable_sending what = {
        .server = {testbed_ip(HOST_B), PORT}, .source = file, .id = (uint32_t)stage->seed};
    struct thread *thread;
    int error = net_bind(taker->net, taker->sock, &what.server);
    if (!error)
        error = thread_start(&thread, "take", run_taker, taker);
    if (error) {
        net_close(taker->net, taker->sock);
        return fault_errno(fault, error, "cannot take datagrams");
    }
    error = reliable_send(stage->a, &what, sent, fault);
    net_close(taker->net, taker->sock);
    thread_join(thread);
    if (!error && taker->error)
        error = fault_errno(fault, taker->error, "the file was not taken");
    return error;
}

static int send_by_udp(struct stage *stage, FILE *file, struct fault *fault)
{
    struct taker taker = {.net = stage->b, .sock = net_socket(stage->b, NET_DGRAM)};
    struct reliable_sent sent = {0};
    if (taker.sock < 0)
        return fault_errno(fault, taker.sock, "cannot make a socket");
    int error = transfer(stage, &taker, file, &sent, fault);
    if (error)
        return error;
    put(stage, "bytes", sent.receipt.bytes);
    put(stage, "udp_answered", sent.receipt.bytes);
    put(stage, "udp_arrived", taker.taken.receipt.bytes);
    results_put_bool(&stage->results, "udp_intact", is_same(&sent.receipt, &taker.taken.receipt));
    put(stage, "udp_ms", (uint64_t)(sent.took_us / USEC_MS));
    put(stage, "udp_resent", sent.resent);
    put(stage, "udp_timeouts", sent.timeouts);
    put(stage, "udp_again", taker.taken.again);
    put(stage, "udp_early", taker.taken.early);
    return is_same(&sent.receipt, &taker.taken.receipt)
               ? 0
               : fault_set(fault, -EIO, "other octets were taken than were sent");
}

/* ---- the same over TCP, and over bare datagrams ---- */

static int send_by_tcp(struct stage *stage, FILE *file, struct fault *fault)
{
    struct upload_service service = {.timeout_us = PATIENCE};
    const struct serve_config config = {.addr = {testbed_ip(HOST_B), PORT},
                                        .backlog = 1,
                                        .max_connections = 1,
                                        .handle = upload_handle,
                                        .arg = &service};
    const struct upload upload = {.server = config.addr, .source = file, .timeout_us = PATIENCE};
    struct background server;
    struct upload_client client;
    int error = background_start(&server, stage->b, &config, fault);
    if (error)
        return error;
    usec_t start = clock_now();
    error = upload_begin(&client, stage->a, &upload, fault);
    if (!error) {
        error = upload_check(&client, fault);
        put(stage, "tcp_ms", (uint64_t)((clock_now() - start) / USEC_MS));
        upload_end(&client);
    }
    background_stop(&server, NULL);
    results_put_bool(&stage->results, "tcp_intact", !error);
    return error;
}

/* Reads what comes until it is quiet. */
static int take_bare(const struct ends *ends, struct sink_receipt *arrived)
{
    uint8_t text[ARQ_TEXT_MAX];
    struct sha256_ctx sha;
    int64_t got;
    sha256_init(&sha);
    net_setsockopt(ends->stage->b, ends->b, NET_SO_RCVTIMEO, QUIET);
    while ((got = net_recv(ends->stage->b, ends->b, text, sizeof text, 0)) > 0) {
        sha256_update(&sha, (size_t)got, text);
        arrived->bytes += (uint64_t)got;
    }
    sha256_digest(&sha, SINK_DIGEST_BYTES, arrived->sha256);
    return got == -EAGAIN ? 0 : (int)got;
}

static int send_bare(const struct ends *ends, FILE *file, struct sink_receipt *sent)
{
    uint8_t text[ARQ_TEXT_MAX];
    struct sha256_ctx sha;
    size_t len;
    sha256_init(&sha);
    while ((len = fread(text, 1, sizeof text, file)) > 0) {
        int64_t done = net_send(ends->stage->a, ends->a, text, len, 0);
        if (done < 0)
            return (int)done;
        sha256_update(&sha, len, text);
        sent->bytes += len;
    }
    sha256_digest(&sha, SINK_DIGEST_BYTES, sent->sha256);
    return 0;
}

static int send_by_bare_udp(struct stage *stage, FILE *file, struct fault *fault)
{
    struct sink_receipt sent = {0}, arrived = {0};
    struct ends ends;
    int error = ends_open_udp(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = send_bare(&ends, file, &sent);
    if (!error)
        error = take_bare(&ends, &arrived);
    ends_close(&ends);
    put(stage, "bytes", sent.bytes);
    put(stage, "udp_arrived", arrived.bytes);
    results_put_bool(&stage->results, "udp_intact", is_same(&sent, &arrived));
    return error ? fault_errno(fault, error, "the datagrams were not sent") : 0;
}

/* ---- scenes ---- */

/* Makes a file of `length` octets, which goes from A to B in one way and then, unless that is NULL,
 * in another. */
static int carry(struct stage *stage, int64_t length,
                 int (*first)(struct stage *stage, FILE *file, struct fault *fault),
                 int (*then)(struct stage *stage, FILE *file, struct fault *fault),
                 struct fault *fault)
{
    FILE *file = shuttle_generate((size_t)length, stage->seed);
    if (!file)
        return fault_errno(fault, -errno, "cannot make a file");
    int error = first(stage, file, fault);
    rewind(file);
    if (!error && then)
        error = then(stage, file, fault);
    fclose(file);
    return error;
}

static int play_bare(struct stage *stage, struct fault *fault)
{
    return carry(stage, FEW_BYTES, send_by_bare_udp, NULL, fault);
}

static int play_story(struct stage *stage, struct fault *fault)
{
    put(stage, "messages", FEW);
    return carry(stage, FEW_BYTES, send_by_udp, NULL, fault);
}

static int play_both(struct stage *stage, struct fault *fault)
{
    return carry(stage, bytes, send_by_udp, send_by_tcp, fault);
}

#define TROUBLE                                                                                    \
    "drop udp 2 a>b; dup udp 3 a>b; reorder udp 4 a>b by 1; drop udp 6 a>b; drop udp 5 b>a"

#define COMPARED(en, zh)                                                                                    \
    {                                                                                                       \
        "{bytes} octets, whole by UDP: {udp_intact}, by TCP: {tcp_intact}. UDP took {udp_ms} ms, "          \
        "{udp_frames} frames of {udp_octets} octets, {udp_lost} of them lost, {udp_resent} sent "           \
        "again. TCP took {tcp_ms} ms, {tcp_frames} frames of {tcp_octets} octets, {tcp_lost} of "           \
        "them lost, {resent} sent again. " en,                                                              \
            "{bytes} 字节,完整到达:UDP {udp_intact},TCP {tcp_intact}。UDP 用 {udp_ms} 毫秒,"      \
            "{udp_frames} 个帧共 {udp_octets} 字节,丢 {udp_lost} 个,重发 {udp_resent} 个。"      \
            "TCP 用 {tcp_ms} 毫秒,{tcp_frames} 个帧共 {tcp_octets} 字节,丢 {tcp_lost} 个,重发 " \
            "{resent} 个。" zh                                                                              \
    }

static const struct scene scenes[] = {
    {.name = "bare",
     .title = {"six datagrams on a wire that loses, doubles and reorders them",
               "线路会丢失、重复、打乱:六个数据报"},
     .play = play_bare,
     .review = traffic_review,
     .script = TROUBLE,
     .saw = {"of {bytes} octets {udp_arrived} arrived; the same file: {udp_intact}.",
             "{bytes} 字节中到达 {udp_arrived} 字节;文件相同:{udp_intact}。"}},
    {.name = "story",
     .title = {"the same six with numbers, answers and sending again",
               "同样六个,加上序号、应答和重发"},
     .play = play_story,
     .review = traffic_review,
     .script = TROUBLE,
     .saw =
         {"all {udp_arrived} octets arrived, the same file: {udp_intact}. {udp_early} messages "
          "came too early and waited, {udp_again} came again and were dropped. {udp_resent} were "
          "sent again, {udp_timeouts} of them because no answer came in time.",
          "{udp_arrived} 字节全部到达,文件相同:{udp_intact}。{udp_early} 条消息来得太早,先等着;"
          "{udp_again} 条重复到达,被丢弃。重发 {udp_resent} 条,其中 {udp_timeouts} "
          "条是因为没有按时得到应答。"}},
    {.name = "clean",
     .title = {"a file on a wire that loses nothing, and the same over TCP",
               "线路不丢包:传一个文件,再用 TCP 传一次"},
     .play = play_both,
     .review = traffic_review,
     .no_ladder = true,
     .saw = COMPARED("One ACK of TCP may speak for several segments, so it needs fewer frames.",
                     "TCP 的一个 ACK 可以确认好几个报文段,所以帧更少。")},
    {.name = "bad",
     .title = {"a wire that loses 1 % of all frames", "线路丢失百分之一的帧"},
     .play = play_both,
     .review = traffic_review,
     .loss_ppm = 10 * 1000,
     .no_ladder = true,
     .saw = COMPARED("Both notice a loss by what arrives behind it.",
                     "两者都靠后面到达的数据发现丢失。")},
    {.name = "worse",
     .title = {"a wire that loses 10 % of all frames", "线路丢失百分之十的帧"},
     .play = play_both,
     .review = traffic_review,
     .loss_ppm = 100 * 1000,
     .no_ladder = true,
     .saw = COMPARED("TCP takes loss for congestion and slows down; these datagrams do not, which "
                     "is why they are fit for a wire of one's own only.",
                     "TCP 把丢包当作拥塞而放慢;这些数据报不会,所以只适合自己专用的线路。")},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "reliable-udp",
            .summary = {"Reliability made by the program, over UDP, and what it costs beside TCP.",
                        "由程序在 UDP 上实现可靠传输,以及与 TCP 相比的代价。"},
            .question = {"Before you look: how many mechanisms does a program need so that a file "
                         "survives a wire that loses a tenth of all frames?",
                         "先预测:线路丢失十分之一的帧,程序需要几种机制才能让文件完整到达?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(5), .sample = true},
            .example = "exp-reliable-udp --scene worse --stack both",
        },
        argc, argv);
}
