/* Both ends of exp-backlog, and a look at the server's queues. */
#include "experiments/queues.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "experiments/await.h"
#include "net/io.h"
#include "testbed/listing.h"

int queues_begin(struct queues *queues, struct stage *stage, int64_t backlog, int64_t clients,
                 struct fault *fault)
{
    const struct net_addr addr = {testbed_ip(HOST_B), BACKLOG_PORT};
    *queues = (struct queues){.stage = stage, .clients = {.net = stage->a, .server = addr}};
    int error = backlog_open(&queues->server, stage->b, &addr, (int)backlog, fault);
    if (error)
        return error;
    error = queues_add_clients(queues, clients, QUEUES_PATIENCE, fault);
    if (error)
        queues_end(queues);
    return error;
}

void queues_end(struct queues *queues)
{
    hold_release(&queues->clients);
    queues_settle(queues);
    backlog_close(&queues->server);
}

int queues_add_clients(struct queues *queues, int64_t count, usec_t patience_us,
                       struct fault *fault)
{
    for (int64_t i = 0; i < count; i++) {
        int error = hold_one_more(&queues->clients, patience_us);
        if (error && error != -EINPROGRESS)
            return fault_errno(fault, error, "a client cannot connect");
    }
    queues_settle(queues); /* the last ACK is still on its way */
    return 0;
}

void queues_settle(const struct queues *queues)
{
    testbed_settle(queues->stage->testbed, usec_after(clock_now(), QUEUES_PATIENCE));
}

int queues_connected(const struct queues *queues)
{
    return hold_count(&queues->clients, STATE_ESTABLISHED);
}

/* As the system lists the listener and the handshakes under way. */
static int put_list(const struct queues *queues)
{
    struct testbed *testbed = queues->stage->testbed;
    struct tcp_entry listener;
    struct tcp_entry_text text;
    int found = testbed_find(testbed, HOST_B, STATE_LISTEN, BACKLOG_PORT, &listener);
    int half_open = testbed_count(testbed, HOST_B, STATE_SYN_RECEIVED, BACKLOG_PORT);
    if (found <= 0 || half_open < 0)
        return half_open < 0 ? half_open : -ENOENT;
    results_put_text(&queues->stage->results, "ss", tcp_entry_format(&text, &listener));
    results_put_number(&queues->stage->results, "half_open", half_open);
    return 0;
}

int queues_put(const struct queues *queues, struct fault *fault)
{
    struct results *results = &queues->stage->results;
    struct backlog_queue queue;
    int error = backlog_look(&queues->server, &queue);
    if (!error)
        error = put_list(queues);
    if (error)
        return fault_errno(fault, error, "cannot look at the queues");
    results_put_number(results, "backlog", queue.backlog);
    results_put_number(results, "waiting", queue.waiting);
    return 0;
}

static const struct span early_line = {(const uint8_t *)"early\n", 6};

int queues_write_early(const struct queues *queues, struct fault *fault)
{
    struct net *net = queues->stage->a;
    int sock = queues->clients.sock[0];
    struct net_info info;
    net_setsockopt(net, sock, NET_O_NONBLOCK, 0);
    net_setsockopt(net, sock, NET_SO_RCVTIMEO, SECONDS(10));
    int64_t sent = net_write_full(net, sock, early_line.data, early_line.len);
    queues_settle(queues);
    int error = sent < 0 ? (int)sent : net_info(net, sock, &info);
    if (error)
        return fault_errno(fault, error, "the first client cannot write");
    results_put_bool(&queues->stage->results, "early_line_acked", info.unacked + info.unsent == 0);
    return 0;
}

int queues_read_early(const struct queues *queues, struct fault *fault)
{
    struct stage *stage = queues->stage;
    char echo[16];
    int64_t got = net_read_full(stage->a, queues->clients.sock[0], echo, early_line.len);
    if (got < 0)
        return fault_errno(fault, (int)got, "the first client got no answer");
    results_put_bool(&stage->results, "early_line_echoed",
                     got == (int64_t)early_line.len &&
                         memcmp(echo, early_line.data, early_line.len) == 0);
    return 0;
}

int queues_await_healing(const struct queues *queues, struct fault *fault)
{
    const struct await_crowd none = {HOST_B, STATE_SYN_RECEIVED, BACKLOG_PORT, 0};
    struct stage *stage = queues->stage;
    usec_t start = clock_now();
    bool healed = await_count(stage->testbed, &none, SECONDS(10));
    results_put_number(&stage->results, "healed_ms", (clock_now() - start) / USEC_MS);
    return healed ? 0 : fault_set(fault, -ETIMEDOUT, "a handshake stays half open");
}
