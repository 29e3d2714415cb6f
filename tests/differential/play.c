/* The same random segments and calls to the kernel's TCP and to ours, over the same kind of cable:
 * play TABLE SEEDS [FIRST]. After each step the answers, the state and what the program was told
 * are compared; where they differ the table must have a row that says why, or the run fails. Of a
 * single seed every step is told. What
 * comes behind the first divergence of a seed is not compared: the two are in different places. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "link/packet_socket.h"
#include "testbed/own_host.h"
#include "tests/differential/peer.h"
#include "tests/differential/table.h"

enum { STEPS = 10, STIMULUS_MAX = 48, PORT = 8000, PEER_PORT = 10000, SEEDS_MAX = 20000 };

struct step {
    const char *state; /* before */
    char stimulus[STIMULUS_MAX];
    char outcome[REPLY_MAX + 64];
};

/* One seed on one stack. */
struct life {
    struct prng prng;
    struct net *net;
    struct peer *peer;
    int listener, sock; /* -1: none */
    struct step steps[STEPS];
};

static uint32_t draw(struct life *life, uint32_t below)
{
    return (uint32_t)prng_below(&life->prng, below);
}

/* The kernel shows a socket whose connection waits in TIME-WAIT as closed. */
static const char *state_of(const struct life *life)
{
    struct net_info info;
    if (life->sock < 0)
        return "OPENING";
    if (net_info(life->net, life->sock, &info) < 0)
        return "?";
    return info.state == STATE_TIME_WAIT ? "CLOSED" : tcp_state_name(info.state);
}

/* ---- stimuli ---- */

static uint8_t random_flags(struct life *life)
{
    static const uint8_t likely[] = {
        TCP_ACK,           TCP_ACK, TCP_ACK,           TCP_ACK | TCP_FIN, TCP_SYN,
        TCP_SYN | TCP_ACK, TCP_RST, TCP_RST | TCP_ACK, TCP_FIN,           0};
    return likely[draw(life, ARRAY_LEN(likely))];
}

/* Mostly right, else near it or far from it. */
static int32_t random_distance(struct life *life)
{
    static const int32_t distances[] = {0, 0, 0, 0, 0, 0, 1, -1, 100, -100, 0x30000000, -100000};
    return distances[draw(life, ARRAY_LEN(distances))];
}

static int segment_comes(struct life *life, struct step *step)
{
    static const uint8_t text[64];
    char flags[9];
    struct segment seg = {.flags = random_flags(life), .wnd = 30000};
    int32_t seq = random_distance(life), ack = random_distance(life);
    seg.seq = seq_add(life->peer->nxt, (uint32_t)seq);
    seg.ack = seg.flags & TCP_ACK ? seq_add(life->peer->host_nxt, (uint32_t)ack) : seq_make(0);
    bool with_text = draw(life, 3) == 0 && !(seg.flags & (TCP_SYN | TCP_RST));
    seg.text[0] = (struct span){text, with_text ? 10 : 0};
    peer_print_flags(seg.flags, flags);
    snprintf(step->stimulus, STIMULUS_MAX, "%s seq%+d ack%+d len %zu", flags, seq,
             seg.flags & TCP_ACK ? ack : 0, seg.text[0].len);
    return peer_send(life->peer, &seg);
}

/* What the program was told stands in front of the segments. */
static void call_comes(struct life *life, struct step *step)
{
    static uint8_t octets[256];
    int64_t result;
    switch (draw(life, 3)) {
    case 0:
        snprintf(step->stimulus, STIMULUS_MAX, "send 10");
        result = net_send(life->net, life->sock, octets, 10, NET_DONTWAIT);
        break;
    case 1:
        snprintf(step->stimulus, STIMULUS_MAX, "recv");
        result = net_recv(life->net, life->sock, octets, sizeof(octets), NET_DONTWAIT);
        break;
    default:
        snprintf(step->stimulus, STIMULUS_MAX, "shutdown");
        result = net_shutdown(life->net, life->sock, NET_SHUT_WR);
        break;
    }
    snprintf(step->outcome, sizeof(step->outcome), "%s: ",
             result < 0   ? strerrorname_np((int)-result)
             : result > 0 ? "some"
                          : "0");
}

static int take_step(struct life *life, struct step *step)
{
    char reply[REPLY_MAX];
    int error = 0;
    if (life->sock >= 0) /* no timer is to have a say */
        net_setsockopt(life->net, life->sock, NET_TCP_QUICKACK, 1);
    step->state = state_of(life);
    if (draw(life, 4) == 0 && life->sock >= 0)
        call_comes(life, step);
    else
        error = segment_comes(life, step);
    if (!error)
        error = peer_listen(life->peer, reply);
    if (life->sock < 0)
        life->sock = net_accept(life->net, life->listener, NULL);
    size_t at = strlen(step->outcome);
    snprintf(step->outcome + at, sizeof(step->outcome) - at, "%s; %s", error ? "deaf" : reply,
             state_of(life));
    return error;
}

/* ---- a seed ---- */

/* Half of them open from the host's side. */
static int open_somehow(struct life *life)
{
    char reply[REPLY_MAX];
    struct segment syn = {.flags = TCP_SYN, .seq = seq_sub(life->peer->nxt, 1), .wnd = 30000};
    const struct net_addr there = {TESTBED_IP_A, life->peer->port};
    syn.options = (struct tcp_options){.has_mss = true, .mss = 1460};
    if (draw(life, 2)) {
        life->peer->host_port = PORT;
        int error = peer_send(life->peer, &syn);
        return error ? error : peer_listen(life->peer, reply);
    }
    life->sock = net_socket(life->net, NET_STREAM);
    net_setsockopt(life->net, life->sock, NET_O_NONBLOCK, 1);
    int error = net_connect(life->net, life->sock, &there);
    return error && error != -EINPROGRESS ? error : peer_listen(life->peer, reply);
}

/* Connections that nobody has accepted do not get into the next seed. */
static void empty_queue(const struct life *life)
{
    int sock;
    while ((sock = net_accept(life->net, life->listener, NULL)) >= 0)
        net_close(life->net, sock);
}

static void end(struct life *life)
{
    char reply[REPLY_MAX];
    struct segment rst = {.flags = TCP_RST, .seq = life->peer->nxt};
    peer_send(life->peer, &rst);
    peer_listen(life->peer, reply);
    if (life->sock >= 0) {
        net_setsockopt(life->net, life->sock, NET_SO_LINGER, 0);
        net_close(life->net, life->sock);
    }
    empty_queue(life);
}

static int live(struct life *life, uint64_t seed)
{
    prng_seed(&life->prng, seed);
    life->sock = -1;
    life->peer->port = (uint16_t)(PEER_PORT + seed % SEEDS_MAX);
    life->peer->host_port = 0;
    life->peer->heard = false;
    life->peer->nxt = seq_make((uint32_t)prng_next(&life->prng) | (draw(life, 2) ? 0xfffffff0 : 0));
    int error = open_somehow(life);
    for (int i = 0; !error && i < STEPS; i++)
        error = take_step(life, &life->steps[i]);
    end(life);
    return error;
}

static int live_all(struct net *net, struct link *link, struct life *lives, uint64_t first,
                    size_t count)
{
    const struct net_addr here = {TESTBED_IP_B, PORT};
    struct peer peer = {.link = link};
    int listener = net_socket(net, NET_STREAM), error = 0;
    net_bind(net, listener, &here);
    net_listen(net, listener, 64);
    net_setsockopt(net, listener, NET_O_NONBLOCK, 1);
    for (size_t i = 0; !error && i < count; i++) {
        lives[i] = (struct life){.net = net, .peer = &peer, .listener = listener};
        error = live(&lives[i], first + i);
    }
    net_close(net, listener);
    return error;
}

/* ---- the two hosts ---- */

static int on_stack(enum stack_kind kind, struct life *lives, uint64_t first, size_t count,
                    struct fault *fault)
{
    /* Linux answers challenges about each connection once in 500 ms, ours ten times in 5 s. */
    static const char *const sysctls[] = {"net.ipv4.tcp_invalid_ratelimit=0", NULL};
    struct testbed_config config = {
        .stack = {STACK_OWN, kind}, .for_visitors = true, .direct = true, .small_frames = true};
    struct testbed *testbed;
    struct own_host own = {0};
    struct link *link = NULL;
    config.sysctls_of[HOST_B] = kind == STACK_KERNEL ? sysctls : NULL;
    int error = testbed_open(&testbed, &config, fault);
    if (error)
        return error;
    const struct testbed_device a = testbed_host_device(testbed, HOST_A),
                                b = testbed_host_device(testbed, HOST_B);
    const struct packet_socket_config card = {.netns_fd = a.netns_fd, .interface = a.name};
    error = packet_socket_open(&link, &card, fault);
    if (!error && kind == STACK_OWN)
        error = own_host_attach(&own, HOST_B, b.netns_fd, &config, fault);
    if (!error) {
        error =
            live_all(own.net ? own.net : testbed_net(testbed, HOST_B), link, lives, first, count);
        if (error)
            fault_errno(fault, error, "the %s stack", kind == STACK_OWN ? "own" : "kernel's");
    }
    if (own.stack)
        own_host_close(&own);
    link_close(link);
    testbed_close(testbed);
    return error;
}

/* ---- the comparison ---- */

/* The first step that differs; NULL for none. */
static const struct step *diverges(const struct life *kernel, const struct life *own,
                                   const struct step **ours)
{
    for (int i = 0; i < STEPS; i++) {
        *ours = &own->steps[i];
        if (strcmp(kernel->steps[i].outcome, own->steps[i].outcome) != 0)
            return &kernel->steps[i];
    }
    return NULL;
}

static void tell(const char *whose, const struct life *life)
{
    for (int i = 0; i < STEPS; i++)
        printf("%-6s %s | %s | %s\n", whose, life->steps[i].state, life->steps[i].stimulus,
               life->steps[i].outcome);
}

/* How many divergences nobody has explained. */
static unsigned compare(struct table *table, const struct life *kernel, const struct life *own,
                        uint64_t first, size_t count)
{
    unsigned unexplained = 0;
    for (size_t i = 0; i < count; i++) {
        const struct step *ours, *theirs = diverges(&kernel[i], &own[i], &ours);
        if (!theirs)
            continue;
        const char *const what[] = {theirs->state, theirs->stimulus, theirs->outcome,
                                    ours->outcome};
        struct row *row = table_find(table, what);
        if (row) {
            row->met++;
            continue;
        }
        unexplained++;
        printf("seed %llu: %s | %s | %s | %s\n", (unsigned long long)(first + i), what[0], what[1],
               what[2], what[3]);
    }
    return unexplained;
}

static void print_rows(const struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].met > 0)
            printf("%5u  %s: %s\n", table->rows[i].met, table->rows[i].columns[0],
                   table->rows[i].columns[COLUMNS - 1]);
}

static int play(struct table *table, uint64_t first, size_t count, struct fault *fault)
{
    struct life *kernel = calloc(count, sizeof(*kernel)), *own = calloc(count, sizeof(*own));
    int error = kernel && own ? testbed_enter(fault) : fault_set(fault, -ENOMEM, "no memory");
    if (!error)
        error = on_stack(STACK_KERNEL, kernel, first, count, fault);
    if (!error)
        error = on_stack(STACK_OWN, own, first, count, fault);
    if (!error) {
        unsigned unexplained = compare(table, kernel, own, first, count);
        print_rows(table);
        printf("seeds=%zu unexplained=%u\n", count, unexplained);
        error = unexplained > 0;
        if (count == 1)
            tell("kernel", kernel), tell("own", own);
    }
    free(kernel);
    free(own);
    return error;
}

int main(int argc, char **argv)
{
    struct table table;
    struct fault fault = {0};
    size_t count = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
    uint64_t first = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    if (count == 0 || count > SEEDS_MAX) {
        fprintf(stderr, "usage: play TABLE SEEDS [FIRST]\n");
        return 2;
    }
    int error = table_read(&table, argv[1]);
    if (error)
        fault_errno(&fault, error, "%s", argv[1]);
    else
        error = play(&table, first, count, &fault);
    table_free(&table);
    if (fault.error)
        fprintf(stderr, "differential: %s\n", fault.text);
    return fault.error ? fault_exit_code(&fault) : error;
}
