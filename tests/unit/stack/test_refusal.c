/* common/stack: a life of two hosts in which one request for memory is refused, or one frame, by a
 * link whose queue is full, for each that they make: it may cost an error, a drop or a
 * retransmission, but no crash and no leak, and the next life is as good as new. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/sched.h"
#include "base/thread.h"
#include "link/memory.h"
#include "stack/socket.h"
#include "stack/stack.h"
#include "tests/unit/refuse.h"
#include "tests/unit/resources.h"

enum {
    FRAMES_MAX = 256,
    FRAME_MAX = 1514,
    TEXT_LEN = 50000,
    REQUESTS_LEAST = 20, /* that a life makes */
};

/* Two hosts, and the frames under way to each. */
struct host {
    struct link *link;
    struct stack *stack;
    uint8_t frames[FRAMES_MAX][FRAME_MAX];
    size_t len[FRAMES_MAX];
    int count;
    struct host *peer;
};

static struct host hosts[2];
static bool text_arrived; /* in this life */

static void carry(void *arg, struct span frame)
{
    struct host *peer = ((struct host *)arg)->peer;
    if (peer->count == FRAMES_MAX)
        return; /* lost, as on any full link */
    memcpy(peer->frames[peer->count], frame.data, frame.len);
    peer->len[peer->count++] = frame.len;
}

/* ---- a link whose queue is full ---- */

static const struct link_ops *memory_ops;
static long frames_before_full; /* so many go out, one does not, then all do; negative: all */

static int send_unless_full(struct link *link, const struct link_frame *frames, int count)
{
    (void)count;
    return frames_before_full-- == 0 ? -ENOBUFS : memory_ops->send(link, frames, 1);
}

static void let_it_fill(struct link *link)
{
    static struct link_ops filling;
    memory_ops = link->ops;
    filling = *memory_ops;
    filling.send = send_unless_full;
    link->ops = &filling;
}

static int open_host(int index)
{
    struct host *host = &hosts[index];
    const struct memory_link_config link = {
        .mac = {{2, 0, 0, 0, 0, (uint8_t)(1 + index)}}, .mtu = 1500, .take = carry, .arg = host};
    struct stack_config config;
    stack_config_seeded(&config, 1, (char)('A' + index));
    config.ip = 0x0a000001 + (uint32_t)index;
    config.prefix_len = 24;
    config.tcp.time_wait_us = SECONDS(1);
    *host = (struct host){.peer = &hosts[1 - index]};
    int error = memory_link_open(&host->link, &link);
    if (error < 0)
        return error;
    let_it_fill(host->link);
    return stack_new(&host->stack, &config, host->link);
}

static void close_host(struct host *host)
{
    stack_free(host->stack);
    link_close(host->link);
}

/* Gives a host what is under way to it. */
static void deliver(struct host *host)
{
    static uint8_t frames[FRAMES_MAX][FRAME_MAX];
    int count = host->count;
    memcpy(frames, host->frames, (size_t)count * FRAME_MAX);
    host->count = 0;
    for (int i = 0; i < count; i++) {
        const struct link_frame frame = {.parts = {{frames[i], host->len[i]}}};
        stack_on_frames(host->stack, clock_now(), &frame, 1);
    }
}

/* Lets time pass up to the next thing that happens. False when nothing will. */
static bool step(void)
{
    usec_t next = NEVER;
    for (int i = 0; i < 2; i++)
        next = usec_min(next, hosts[i].count > 0 ? clock_now() : stack_deadline(hosts[i].stack));
    if (next == NEVER)
        return false;
    thread_sleep_until(next);
    for (int i = 0; i < 2; i++) {
        deliver(&hosts[i]);
        stack_on_time(hosts[i].stack, clock_now());
    }
    return true;
}

/* Calls that do not block, repeated until they say something else than "later" or nothing can
 * happen any more. */
static int accept_one(struct stack *stack, int listener)
{
    struct stack_addr peer;
    int result;
    while ((result = socket_accept(stack, listener, &peer)) == -EAGAIN && step())
        ;
    return result;
}

static int64_t send_all(struct stack *stack, int sock, struct span text)
{
    while (text.len > 0) {
        int64_t sent = socket_send(stack, sock, text, SOCKET_DONTWAIT, NULL);
        if (sent < 0 && (sent != -EAGAIN || !step()))
            return sent;
        text.data += usec_max(sent, 0);
        text.len -= (size_t)usec_max(sent, 0);
    }
    return 0;
}

static bool receive_all(struct stack *stack, int sock, size_t wanted)
{
    static uint8_t buffer[4096];
    size_t got = 0;
    while (got < wanted) {
        int64_t received = socket_recv(stack, sock, (struct buffer){buffer, sizeof(buffer)},
                                       SOCKET_DONTWAIT, NULL);
        if (received == 0 || (received < 0 && (received != -EAGAIN || !step())))
            return false;
        got += (size_t)usec_max(received, 0);
    }
    return true;
}

static int open_nonblocking(struct stack *stack, enum socket_type type)
{
    int sock = socket_open(stack, type);
    if (sock >= 0)
        socket_set_option(stack, sock, SOCKET_NONBLOCK, 1);
    return sock;
}

/* A connection from `client` to `listener`, a text, and the end. */
static void talk(int client, int listener)
{
    static const uint8_t text[TEXT_LEN];
    const struct stack_addr server = {0x0a000002, 80};
    struct stack *a = hosts[0].stack, *b = hosts[1].stack;
    int result = socket_connect(a, client, &server);
    if (result < 0 && result != -EINPROGRESS)
        return;
    int accepted = accept_one(b, listener);
    if (accepted < 0)
        return;
    socket_set_option(b, accepted, SOCKET_NONBLOCK, 1);
    if (send_all(a, client, (struct span){text, sizeof(text)}) == 0)
        text_arrived = receive_all(b, accepted, sizeof(text));
    socket_close(b, accepted);
}

static void send_datagrams(int from, int to)
{
    const struct span text = {(const uint8_t *)"datagram", 8};
    const struct stack_addr there = {0x0a000002, 53}, nowhere = {0x0a000003, 53};
    uint8_t buffer[16];
    if (socket_bind(hosts[1].stack, to, &there) < 0)
        return;
    socket_send(hosts[0].stack, from, text, SOCKET_DONTWAIT, &there);
    socket_send(hosts[0].stack, from, text, SOCKET_DONTWAIT, &nowhere);
    step();
    socket_recv(hosts[1].stack, to, (struct buffer){buffer, sizeof(buffer)}, SOCKET_DONTWAIT, NULL);
}

static void live(void)
{
    const struct stack_addr here = {0x0a000002, 80};
    struct stack *a = hosts[0].stack, *b = hosts[1].stack;
    int client = open_nonblocking(a, SOCKET_STREAM);
    int listener = open_nonblocking(b, SOCKET_STREAM);
    int from = open_nonblocking(a, SOCKET_DGRAM), to = open_nonblocking(b, SOCKET_DGRAM);
    if (from >= 0 && to >= 0)
        send_datagrams(from, to);
    if (client >= 0 && listener >= 0 && socket_bind(b, listener, &here) == 0 &&
        socket_listen(b, listener, 4) == 0)
        talk(client, listener);
    socket_close(a, client);
    socket_close(a, from);
    socket_close(b, to);
    socket_close(b, listener);
    while (step())
        ;
}

/* One life in which `after` requests for memory are granted and the next is refused. How many were:
 * none when there were no more requests. */
static long live_with_refusal(long after)
{
    sched_begin(1);
    memset(hosts, 0, sizeof(hosts));
    text_arrived = false;
    refuse.refused = 0;
    refuse.after = after;
    if (open_host(0) == 0 && open_host(1) == 0)
        live();
    refuse.after = -1;
    close_host(&hosts[0]);
    close_host(&hosts[1]);
    sched_end();
    return refuse.refused;
}

/* The whole text, whichever frame it is: that is what TCP is for. */
static void no_full_link_crashes_leaks_or_loses_text(void **state)
{
    (void)state;
    long lives = 0, before = refuse.live;
    bool refused;
    do {
        frames_before_full = lives++;
        live_with_refusal(-1);
        refused = frames_before_full < 0;
        assert_true(text_arrived);
        assert_int_equal(refuse.live, before);
    } while (refused);
    assert_true(lives > REQUESTS_LEAST);
}

static void no_refused_memory_crashes_or_leaks(void **state)
{
    (void)state;
    long lives = 0, refused, before = refuse.live;
    frames_before_full = -1;
    do {
        refused = live_with_refusal(lives++);
        assert_int_equal(refuse.live, before);
    } while (refused == 1);
    assert_true(text_arrived); /* in the last life, in which nothing was refused */
    assert_true(!refuse_works() || lives > REQUESTS_LEAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_refused_memory_crashes_or_leaks),
        cmocka_unit_test(no_full_link_crashes_leaks_or_loses_text),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
