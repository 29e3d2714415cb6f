/* Ways through the state diagram. */
#include "experiments/walks.h"

#include <errno.h>

#include "base/clock.h"
#include "experiments/await.h"
#include "experiments/ends.h"
#include "net/io.h"
#include "testbed/listing.h"

#define PATIENCE SECONDS(5)

enum { FIRST_CLIENT_PORT = 20000 };

static void settle(struct stage *stage)
{
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
}

static void close_end(struct net *net, int *sock)
{
    net_close(net, *sock);
    *sock = -1;
}

/* Gone at once, with a RST where the state has one. */
static void abort_end(struct net *net, int *sock)
{
    net_setsockopt(net, *sock, NET_SO_LINGER, 0);
    close_end(net, sock);
}

static int expect_state(struct net *net, int sock, enum tcp_state state, struct fault *fault)
{
    if (await_state(net, sock, state, PATIENCE))
        return 0;
    return fault_set(fault, -ETIMEDOUT, "the connection did not get into %s",
                     tcp_state_name(state));
}

/* Both ends are in `state`. */
static int expect_both(const struct ends *ends, enum tcp_state state, struct fault *fault)
{
    int error = expect_state(ends->stage->a, ends->a, state, fault);
    return error ? error : expect_state(ends->stage->b, ends->b, state, fault);
}

/* Waits until A's end has heard a RST. */
static int expect_reset(const struct ends *ends, struct fault *fault)
{
    char nothing;
    int64_t got = net_recv(ends->stage->a, ends->a, &nothing, 1, 0);
    if (got == -ECONNRESET)
        return 0;
    return fault_set(fault, -EPROTO, "A did not hear of the abort");
}

/* ---- A opens, and ends its direction ---- */

static int half_close(const struct ends *ends, struct fault *fault)
{
    char nothing;
    net_shutdown(ends->stage->a, ends->a, NET_SHUT_WR);
    if (net_recv(ends->stage->b, ends->b, &nothing, 1, 0) != 0)
        return fault_set(fault, -EPROTO, "B did not hear A's end");
    return expect_state(ends->stage->a, ends->a, STATE_FIN_WAIT_2, fault);
}

/* B is left to close; then A has nothing more to wait for. */
static void part(struct ends *ends)
{
    char nothing;
    close_end(ends->stage->b, &ends->b);
    net_recv(ends->stage->a, ends->a, &nothing, 1, 0);
    settle(ends->stage);
}

int walk_in_order(struct stage *stage, uint16_t port, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, port, fault);
    if (error)
        return error;
    error = half_close(&ends, fault);
    if (!error)
        part(&ends);
    ends_close(&ends);
    return error;
}

static int put_state(struct stage *stage, const char *key, struct net *net, int sock)
{
    struct net_info info;
    int error = net_info(net, sock, &info);
    if (!error)
        results_put_text(&stage->results, key, tcp_state_name(info.state));
    return error;
}

/* From CLOSE_WAIT to FIN_WAIT_2 everything goes as ever. */
static int speak_on(const struct ends *ends, struct fault *fault)
{
    struct stage *stage = ends->stage;
    char heard[5];
    int64_t done = net_write_full(stage->b, ends->b, "still", sizeof heard);
    if (done >= 0)
        done = net_read_full(stage->a, ends->a, heard, sizeof heard);
    if (done >= 0)
        done = put_state(stage, "halves_a", stage->a, ends->a);
    if (done >= 0)
        done = put_state(stage, "halves_b", stage->b, ends->b);
    return done < 0 ? fault_errno(fault, (int)done, "half of a connection carries nothing") : 0;
}

int walk_by_halves(struct stage *stage, uint16_t port, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, port, fault);
    if (error)
        return error;
    error = half_close(&ends, fault);
    if (!error)
        error = speak_on(&ends, fault);
    if (!error)
        part(&ends);
    ends_close(&ends);
    return error;
}

/* ---- both open ---- */

/* Each connects to the port that the other one connects from. */
struct crossing {
    struct knock from_a, from_b;
};

static struct crossing crossing_at(uint16_t port)
{
    const uint16_t client_port = (uint16_t)(FIRST_CLIENT_PORT + port % 1000);
    return (struct crossing){
        .from_a = {.server = {testbed_ip(HOST_B), port}, .from_port = client_port},
        .from_b = {.server = {testbed_ip(HOST_A), client_port}, .from_port = port},
    };
}

static int open_both(struct ends *ends, struct stage *stage, uint16_t port, struct fault *fault)
{
    const struct crossing crossing = crossing_at(port);
    struct knocker b;
    int error = knock_begin(&b, stage->b, &crossing.from_b);
    if (error)
        return fault_errno(fault, error, "cannot start a thread");
    const int a = knock(stage->a, &crossing.from_a, NULL);
    knock_end(&b);
    *ends = (struct ends){stage, a, b.sock};
    if (a >= 0 && b.sock >= 0)
        return 0;
    ends_close(ends);
    return fault_errno(fault, a < 0 ? a : b.sock, "a simultaneous open failed");
}

int walk_crossing(struct stage *stage, uint16_t port, struct fault *fault)
{
    struct ends ends;
    int before = testbed_count(stage->testbed, HOST_A, STATE_TIME_WAIT, 0);
    int error = open_both(&ends, stage, port, fault);
    if (error)
        return error;
    ends_close(&ends);
    const struct await_crowd a = {HOST_A, STATE_TIME_WAIT, 0, before + 1};
    const struct await_crowd b = {HOST_B, STATE_TIME_WAIT, port, 1};
    if (await_count(stage->testbed, &a, PATIENCE) && await_count(stage->testbed, &b, PATIENCE))
        return 0;
    return fault_set(fault, -ETIMEDOUT, "two that close at once should both wait");
}

/* ---- to CLOSED from SYN_SENT ---- */

int walk_refused(struct stage *stage, uint16_t port, struct fault *fault)
{
    const struct knock how = {.server = {testbed_ip(HOST_B), port}};
    int sock = knock(stage->a, &how, NULL);
    if (sock == -ECONNREFUSED)
        return 0;
    if (sock >= 0)
        net_close(stage->a, sock);
    return fault_set(fault, -EPROTO, "nobody listens, and A was not refused");
}

/* Returns a socket that is connecting, or a negative errno. */
static int begin_connecting(struct net *net, const struct knock *how)
{
    const struct net_addr from = {.port = how->from_port};
    int sock = net_socket(net, NET_STREAM);
    if (sock < 0)
        return sock;
    int error = net_setsockopt(net, sock, NET_O_NONBLOCK, 1);
    if (!error && how->from_port)
        error = net_bind(net, sock, &from);
    if (!error)
        error = net_connect(net, sock, &how->server);
    if (error == -EINPROGRESS)
        return sock;
    net_close(net, sock);
    return error ? error : -EISCONN;
}

/* B's SYN-ACK comes back to somebody who has never heard of it. */
int walk_withdrawn(struct stage *stage, uint16_t port, struct fault *fault)
{
    const struct knock how = {.server = {testbed_ip(HOST_B), port}};
    const struct await_crowd asked = {HOST_B, STATE_SYN_RECEIVED, port, 1};
    const struct await_crowd left = {HOST_B, STATE_SYN_RECEIVED, port, 0};
    int listener = net_socket(stage->b, NET_STREAM);
    int error = listener < 0 ? listener : net_bind(stage->b, listener, &how.server);
    if (!error)
        error = net_listen(stage->b, listener, 1);
    int sock = error ? error : begin_connecting(stage->a, &how);
    if (sock >= 0)
        net_close(stage->a, sock);
    bool seen = sock >= 0 && await_count(stage->testbed, &asked, PATIENCE) &&
                await_count(stage->testbed, &left, PATIENCE);
    if (listener >= 0)
        net_close(stage->b, listener);
    if (sock < 0)
        return fault_errno(fault, sock, "cannot begin to connect");
    return seen ? 0 : fault_set(fault, -ETIMEDOUT, "B did not go back to LISTEN");
}

/* ---- to CLOSED from elsewhere ---- */

int walk_aborted(struct stage *stage, uint16_t port, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, port, fault);
    if (error)
        return error;
    abort_end(stage->b, &ends.b);
    error = expect_reset(&ends, fault);
    ends_close(&ends);
    return error;
}

int walk_aborted_half_closed(struct stage *stage, uint16_t port, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, port, fault);
    if (error)
        return error;
    error = half_close(&ends, fault);
    abort_end(stage->b, &ends.b);
    if (!error)
        error = expect_reset(&ends, fault);
    ends_close(&ends);
    return error;
}

/* B aborts before A's FIN reaches it. */
int walk_aborted_in_fin_wait_1(struct stage *stage, uint16_t port, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, port, fault);
    if (error)
        return error;
    net_shutdown(stage->a, ends.a, NET_SHUT_WR);
    error = expect_state(stage->a, ends.a, STATE_FIN_WAIT_1, fault);
    abort_end(stage->b, &ends.b);
    if (!error)
        error = expect_reset(&ends, fault);
    ends_close(&ends);
    settle(stage);
    return error;
}

int walk_aborted_in_syn_received(struct stage *stage, uint16_t port, struct fault *fault)
{
    const struct crossing crossing = crossing_at(port);
    struct ends ends = {stage, begin_connecting(stage->a, &crossing.from_a),
                        begin_connecting(stage->b, &crossing.from_b)};
    int error = 0;
    if (ends.a < 0 || ends.b < 0)
        error = fault_errno(fault, ends.a < 0 ? ends.a : ends.b, "cannot begin to connect");
    if (!error)
        error = expect_both(&ends, STATE_SYN_RECEIVED, fault);
    if (!error) {
        abort_end(stage->a, &ends.a);
        error = expect_state(stage->b, ends.b, STATE_CLOSED, fault);
    }
    ends_close(&ends);
    return error;
}

/* The FINs have crossed, and nothing acknowledges them. */
int walk_aborted_in_closing(struct stage *stage, uint16_t port, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, port, fault);
    if (error)
        return error;
    net_shutdown(stage->a, ends.a, NET_SHUT_WR);
    net_shutdown(stage->b, ends.b, NET_SHUT_WR);
    error = expect_both(&ends, STATE_CLOSING, fault);
    abort_end(stage->a, &ends.a);
    abort_end(stage->b, &ends.b);
    return error;
}
