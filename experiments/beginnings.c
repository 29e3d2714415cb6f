/* Many SYNs, and their sequence numbers. */
#include "experiments/beginnings.h"

#include "base/clock.h"
#include "client/knock.h"
#include "experiments/segments.h"

enum { SAME_PORT = 21000, A_LITTLE = 1 << 26 /* of the numbers there are, a sixty-fourth */ };

/* Each is aborted, so that its port is free at once. */
static int knock_and_leave(struct stage *stage, uint16_t port, uint16_t from_port)
{
    const struct knock how = {.server = {testbed_ip(HOST_B), port}, .from_port = from_port};
    int sock = knock(stage->a, &how, NULL);
    if (sock < 0)
        return sock;
    net_setsockopt(stage->a, sock, NET_SO_LINGER, 0);
    return net_close(stage->a, sock);
}

int beginnings_play(struct stage *stage, uint16_t port, int attempts, struct fault *fault)
{
    const struct net_addr addr = {testbed_ip(HOST_B), port};
    int listener = net_socket(stage->b, NET_STREAM);
    int error = listener < 0 ? listener : net_bind(stage->b, listener, &addr);
    if (!error)
        error = net_listen(stage->b, listener, 2 * BEGINNINGS_MAX);
    for (int i = 0; i < attempts && !error; i++)
        error = knock_and_leave(stage, port, SAME_PORT);
    for (int i = 1; i <= attempts && !error; i++)
        error = knock_and_leave(stage, port, (uint16_t)(SAME_PORT + i));
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    if (listener >= 0)
        net_close(stage->b, listener);
    return error ? fault_errno(fault, error, "cannot connect again and again") : 0;
}

int beginnings_review(struct stage *stage, const struct trace_log *log, int attempts)
{
    struct segments segments;
    struct segment_sent sent;
    int more, syns = 0, grew[2] = {0, 0};
    seq_t before = {0};
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        if ((sent.tcp->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN ||
            sent.tcp->marks & MARK_RETRANSMISSION)
            continue;
        int32_t step = seq_diff(sent.tcp->conn->end[0].base, before);
        if (syns % attempts != 0 && step > 0 && step < A_LITTLE)
            grew[syns >= attempts]++;
        before = sent.tcp->conn->end[0].base;
        syns++;
    }
    segments_end(&segments);
    results_put_number(&stage->results, "steps", attempts - 1);
    results_put_number(&stage->results, "same_grew", grew[0]);
    results_put_number(&stage->results, "others_grew", grew[1]);
    return more;
}
