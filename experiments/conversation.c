/* A thread that speaks and one that listens, at either end. */
#include "experiments/conversation.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <string.h>

#include "base/clock.h"
#include "base/prng.h"
#include "base/thread.h"
#include "net/io.h"

enum { PORTION_MAX = 16 * 1024 };

static enum host other(enum host host)
{
    return host == HOST_A ? HOST_B : HOST_A;
}

static void pause_for_a_while(struct prng *chance, usec_t most)
{
    if (most > 0)
        thread_sleep_until(usec_after(clock_now(), (usec_t)prng_below(chance, (uint64_t)most)));
}

static size_t portion(struct prng *chance, uint32_t most, uint64_t left)
{
    size_t limit = min_size(min_size(most, PORTION_MAX), (size_t)left);
    return 1 + (size_t)prng_below(chance, limit);
}

/* ---- speaking ---- */

static void wait_for_the_end_of_the_other(struct conversation_end *end)
{
    monitor_enter(&end->of->monitor);
    while (!end->heard_all)
        monitor_wait(&end->of->monitor, NEVER);
    monitor_leave(&end->of->monitor);
}

static int say_all(struct conversation_end *end, const struct speech *speech,
                   struct sha256_ctx *sha)
{
    uint8_t octets[PORTION_MAX];
    struct prng chance;
    prng_seed(&chance, speech->seed);
    while (end->said < speech->bytes) {
        size_t len = portion(&chance, speech->write_most, speech->bytes - end->said);
        for (size_t i = 0; i < len; i++)
            octets[i] = (uint8_t)(prng_next(&chance) >> 32);
        int64_t sent = net_write_full(end->net, end->sock, octets, len);
        if (sent < 0)
            return (int)sent;
        sha256_update(sha, len, octets);
        end->said += len;
        pause_for_a_while(&chance, speech->write_pause);
    }
    return net_shutdown(end->net, end->sock, NET_SHUT_WR);
}

static void speak(void *arg)
{
    struct conversation_end *end = arg;
    const struct speech *speech = &end->of->plan->speech[end->host];
    struct sha256_ctx sha;
    sha256_init(&sha);
    if (speech->answers)
        wait_for_the_end_of_the_other(end);
    end->said_error = say_all(end, speech, &sha);
    sha256_digest(&sha, sizeof(end->said_sha256), end->said_sha256);
}

/* ---- listening ---- */

static int hear_all(struct conversation_end *end, const struct speech *speech,
                    struct sha256_ctx *sha)
{
    uint8_t octets[PORTION_MAX];
    struct prng chance;
    prng_seed(&chance, ~speech->seed);
    for (;;) {
        size_t cap = portion(&chance, speech->read_most, PORTION_MAX);
        int64_t got = net_recv(end->net, end->sock, octets, cap, 0);
        if (got <= 0)
            return (int)got;
        sha256_update(sha, (size_t)got, octets);
        end->heard += (uint64_t)got;
        pause_for_a_while(&chance, speech->read_pause);
    }
}

static void listen_to_the_other(struct conversation_end *end)
{
    struct sha256_ctx sha;
    sha256_init(&sha);
    end->heard_error = hear_all(end, &end->of->plan->speech[other(end->host)], &sha);
    sha256_digest(&sha, sizeof(end->heard_sha256), end->heard_sha256);
    monitor_enter(&end->of->monitor);
    end->heard_all = true;
    monitor_wake(&end->of->monitor);
    monitor_leave(&end->of->monitor);
}

/* ---- an end ---- */

static int set(const struct conversation_end *end, enum net_option option, int64_t value)
{
    return value ? net_setsockopt(end->net, end->sock, option, value) : 0;
}

/* Also before the handshake, in which some of them matter. */
static int behave(const struct conversation_end *end)
{
    const struct conversation_plan *plan = end->of->plan;
    const struct manners *manners = &plan->manners[end->host];
    const struct {
        enum net_option option;
        int64_t value;
    } wanted[] = {
        {NET_SO_RCVTIMEO, plan->timeout_us},
        {NET_SO_SNDTIMEO, plan->timeout_us},
        {NET_SO_RCVBUF, manners->rcvbuf},
        {NET_SO_SNDBUF, manners->sndbuf},
        {NET_TCP_NODELAY, manners->nodelay},
        {NET_TCP_CORK, manners->cork},
        {NET_TCP_QUICKACK, manners->quickack},
        {NET_TCP_WINDOW_CLAMP, manners->window_clamp},
        {NET_TCP_CONGESTION, manners->cubic ? NET_CUBIC : NET_RENO},
    };
    int error = 0;
    for (size_t i = 0; i < ARRAY_LEN(wanted) && !error; i++)
        error = set(end, wanted[i].option, wanted[i].value);
    return error;
}

/* The whole of an end that is connected. */
static void take_part(struct conversation_end *end)
{
    end->said_error = thread_start(&end->speaker, "speaker", speak, end);
    if (end->said_error)
        return;
    listen_to_the_other(end);
    thread_join(end->speaker);
}

static void serve_end(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    struct conversation_end *end = arg;
    (void)peer;
    end->net = net;
    end->sock = sock;
    end->heard_error = behave(end);
    if (!end->heard_error)
        take_part(end);
    monitor_enter(&end->of->monitor);
    end->of->served = true;
    monitor_wake(&end->of->monitor);
    monitor_leave(&end->of->monitor);
}

static int connect_to_server(struct conversation_end *end)
{
    int error = behave(end);
    if (!error)
        error = set(end, NET_TCP_MAXSEG, end->of->plan->manners[end->host].maxseg);
    return error ? error : net_connect(end->net, end->sock, &end->of->server);
}

static void run_client(void *arg)
{
    struct conversation *conversation = arg;
    struct conversation_end *end = &conversation->end[HOST_A];
    thread_sleep_until(usec_after(clock_now(), conversation->plan->begins));
    end->sock = net_socket(end->net, NET_STREAM);
    if (end->sock < 0) {
        conversation->connect_error = end->sock;
        return;
    }
    conversation->connect_error = connect_to_server(end);
    if (!conversation->connect_error)
        take_part(end);
    net_close(end->net, end->sock);
}

/* ---- the whole ---- */

int conversation_start(struct conversation *conversation, struct testbed *testbed,
                       const struct conversation_plan *plan, uint16_t port, struct fault *fault)
{
    const struct serve_config serving = {
        .addr = {testbed_ip(HOST_B), port},
        .backlog = 1,
        .max_connections = 1,
        .handle = serve_end,
        .arg = &conversation->end[HOST_B],
    };
    *conversation = (struct conversation){.plan = plan, .server = serving.addr};
    monitor_init(&conversation->monitor);
    for (enum host host = HOST_A; host <= HOST_B; host++)
        conversation->end[host] = (struct conversation_end){
            .of = conversation, .host = host, .net = testbed_net(testbed, host)};
    int error =
        background_start(&conversation->background, testbed_net(testbed, HOST_B), &serving, fault);
    if (error)
        goto fini_monitor;
    error = thread_start(&conversation->client, "client", run_client, conversation);
    if (error) {
        fault_errno(fault, error, "cannot start a client");
        goto stop_background;
    }
    return 0;

stop_background:
    background_stop(&conversation->background, NULL);
fini_monitor:
    monitor_fini(&conversation->monitor);
    return error;
}

static int judge_direction(const struct conversation *conversation, enum host from,
                           struct fault *fault)
{
    const struct conversation_end *speaker = &conversation->end[from];
    const struct conversation_end *listener = &conversation->end[other(from)];
    const char *way = from == HOST_A ? "a>b" : "b>a";
    unsigned long long said = speaker->said, heard = listener->heard;
    unsigned long long all = conversation->plan->speech[from].bytes;
    if (speaker->said_error)
        return fault_errno(fault, speaker->said_error, "%s: sending broke after %llu of %llu bytes",
                           way, said, all);
    if (listener->heard_error)
        return fault_errno(fault, listener->heard_error,
                           "%s: receiving broke after %llu of %llu bytes", way, heard, all);
    if (heard != said || memcmp(listener->heard_sha256, speaker->said_sha256, 32) != 0)
        return fault_set(fault, -EIO, "%s: %llu bytes were sent, and %llu others arrived", way,
                         said, heard);
    return 0;
}

static int judge(const struct conversation *conversation, struct fault *fault)
{
    if (conversation->connect_error)
        return fault_errno(fault, conversation->connect_error, "cannot connect");
    int error = judge_direction(conversation, HOST_A, fault);
    return error ? error : judge_direction(conversation, HOST_B, fault);
}

int conversation_finish(struct conversation *conversation, struct fault *fault)
{
    thread_join(conversation->client);
    monitor_enter(&conversation->monitor);
    while (!conversation->served && !conversation->connect_error)
        monitor_wait(&conversation->monitor, NEVER);
    monitor_leave(&conversation->monitor);
    int error = background_stop(&conversation->background, NULL);
    monitor_fini(&conversation->monitor);
    if (error)
        return fault_errno(fault, error, "the server failed");
    return judge(conversation, fault);
}
