/* Two streams of one letter each, from the same port, and a server that counts letters. */
#include "experiments/late.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "client/knock.h"
#include "experiments/segments.h"
#include "net/background.h"
#include "net/io.h"

enum {
    SERVER_PORT = 8090,
    CLIENT_PORT = 40000,
    OLD_LENGTH = 400 * 1000,
    NEW_LENGTH = 400 * 1000,
    NEW_MSS = 200, /* small, so that the segments of the new stream do not cover the late one */
    CHUNK = 4096,
};

/* After the old one's beginning. */
#define RECONNECT_AT MS(350)
#define SPEAK_AT     MS(800)

/* ---- the server: how many octets of each letter came in a connection ---- */

struct letters {
    atomic_int connections;
    atomic_int old_in_new; /* 'o' in any connection but the first */
    atomic_int in_new;     /* octets in those */
};

static int count_letter(const uint8_t *bytes, int64_t len, uint8_t letter)
{
    int count = 0;
    for (int64_t i = 0; i < len; i++)
        count += bytes[i] == letter;
    return count;
}

static void count_letters(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    struct letters *letters = arg;
    uint8_t chunk[CHUNK];
    int64_t got;
    bool is_new = atomic_fetch_add(&letters->connections, 1) > 0;
    (void)peer;
    net_setsockopt(net, sock, NET_SO_RCVTIMEO, SECONDS(10));
    while ((got = net_recv(net, sock, chunk, sizeof chunk, 0)) > 0) {
        if (!is_new)
            continue;
        atomic_fetch_add(&letters->in_new, (int)got);
        atomic_fetch_add(&letters->old_in_new, count_letter(chunk, got, 'o'));
    }
}

/* ---- the clients ---- */

struct late {
    struct stage *stage;
    struct letters letters;
    struct background server;
    usec_t start;
};

static int connect_from_port(const struct late *late, int mss)
{
    const struct knock how = {
        .server = {testbed_ip(HOST_B), SERVER_PORT},
        .from_port = CLIENT_PORT,
        .reuse_addr = true,
        .mss = mss,
    };
    return knock(late->stage->a, &how, NULL);
}

/* Sends so many of one letter, ends first, and waits for the server's end. */
static int speak(const struct late *late, int sock, uint8_t letter, int length)
{
    uint8_t chunk[CHUNK];
    int64_t sent = 0;
    memset(chunk, letter, sizeof chunk);
    for (int left = length; left > 0 && sent >= 0; left -= CHUNK)
        sent = net_write_full(late->stage->a, sock, chunk, (size_t)(left < CHUNK ? left : CHUNK));
    int ended = net_close_gracefully(late->stage->a, sock);
    return sent < 0 ? (int)sent : ended;
}

static int play_old(struct late *late, struct fault *fault)
{
    int sock = connect_from_port(late, 0);
    if (sock < 0)
        return fault_errno(fault, sock, "the old client cannot connect");
    int error = speak(late, sock, 'o', OLD_LENGTH);
    return error ? fault_errno(fault, error, "the old client failed") : 0;
}

static int play_new(struct late *late, struct fault *fault)
{
    struct stage *stage = late->stage;
    thread_sleep_until(late->start + RECONNECT_AT);
    int sock = connect_from_port(late, NEW_MSS);
    results_put_error(&stage->results, "reconnect", sock < 0 ? sock : 0);
    if (sock >= 0) /* the answer opens the server's window beyond what fits into a SYN */
        net_send(stage->a, sock, "n", 1, 0);
    thread_sleep_until(late->start + SPEAK_AT);
    int error = sock < 0 ? 0 : speak(late, sock, 'n', NEW_LENGTH);
    return error ? fault_errno(fault, error, "the new client failed") : 0;
}

int late_play(struct stage *stage, struct fault *fault)
{
    struct late late = {.stage = stage, .start = clock_now()};
    const struct serve_config serve = {
        .addr = {testbed_ip(HOST_B), SERVER_PORT},
        .backlog = 16,
        .max_connections = 4,
        .handle = count_letters,
        .arg = &late.letters,
    };
    int error = background_start(&late.server, stage->b, &serve, fault);
    if (error)
        return error;
    error = play_old(&late, fault);
    if (!error)
        error = play_new(&late, fault);
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    background_stop(&late.server, NULL);
    results_put_number(&stage->results, "new_octets", late.letters.in_new);
    results_put_number(&stage->results, "old_octets", late.letters.old_in_new);
    return error;
}

int late_review(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    seq_t first = {0}, last = {0};
    unsigned conns = 0;
    int more;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        if (sent.conn <= conns)
            continue;
        conns = sent.conn;
        last = sent.tcp->conn->end[0].base;
        if (conns == 1)
            first = last;
    }
    segments_end(&segments);
    results_put_number(&stage->results, "isn_step", conns > 1 ? seq_distance(first, last) : 0);
    return more;
}
