/* common/stack/conn.c: memory that is refused costs speed, or a clear error, and nothing else; and
 * whatever strangers send, a connection's life comes to its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* The file under test gets its memory from here. */
static int refuse_after = INT32_MAX; /* so many requests more are granted */

static void *refusing_malloc(size_t size)
{
    return refuse_after-- > 0 ? malloc(size) : NULL;
}

static void *refusing_calloc(size_t count, size_t size)
{
    return refuse_after-- > 0 ? calloc(count, size) : NULL;
}

#define malloc refusing_malloc
#define calloc refusing_calloc
#include "common/stack/conn.c"
#undef malloc
#undef calloc

#include "tests/unit/resources.h"
#include "tests/unit/stack/peer.h"

static void grant_all(void)
{
    refuse_after = INT32_MAX;
}

static void grant_and_close(const struct ends *ends)
{
    grant_all();
    close_ends(ends);
}

static int64_t send_to(int sock, size_t len)
{
    static uint8_t octets[20000];
    return socket_send(host.stack, sock, (struct span){octets, len}, 0, NULL);
}

/* ---- refused memory ---- */

static void without_memory_for_a_connection_a_syn_is_dropped(void **state)
{
    (void)state;
    int listener = listening(1);
    refuse_after = 0;
    receive_flags(TCP_SYN, PEER_ISS, 0);
    assert_dropped(DROP_NO_MEMORY);
    grant_all();
    shake(PEER_PORT); /* the next one is welcome */
    close_all(&listener, 1);
}

static void without_memory_for_a_connection_connect_fails(void **state)
{
    (void)state;
    const struct stack_addr peer = {PEER_IP, PEER_PORT};
    int sock = socket_open(host.stack, SOCKET_STREAM);
    refuse_after = 0;
    assert_int_equal(socket_connect(host.stack, sock, &peer), -ENOMEM);
    grant_all();
    close_all(&sock, 1);
    assert_int_equal(host.sent_count, 0);
}

static void without_any_memory_send_says_so(void **state)
{
    (void)state;
    struct ends ends = connected();
    refuse_after = 0;
    assert_int_equal(send_to(ends.sock, 1), -ENOBUFS);
    grant_all();
    assert_int_equal(send_to(ends.sock, 1), 1);
    grant_and_close(&ends);
}

static void a_buffer_that_cannot_grow_is_used_as_it_is(void **state)
{
    (void)state;
    struct ends ends = connected();
    assert_int_equal(send_to(ends.sock, 3000), 3000);
    refuse_after = 0;
    assert_int_equal(send_to(ends.sock, 3000), BUFFER_START - 3000);
    assert_int_equal(send_to(ends.sock, 1), -EAGAIN);
    struct socket_poll poll = {.sock = ends.sock, .events = SOCKET_OUT};
    assert_int_equal(socket_poll(host.stack, &poll, 1, 0), 0);
    receive_flags(TCP_ACK, PEER_ISS + 1, ends.ack + 3000);
    assert_int_equal(socket_poll(host.stack, &poll, 1, 0), 1); /* a waiting writer would wake */
    assert_int_equal(send_to(ends.sock, 1000), 1000);
    grant_and_close(&ends);
}

static void text_without_memory_is_not_acknowledged(void **state)
{
    (void)state;
    struct ends ends = connected();
    refuse_after = 0;
    receive_text(PEER_ISS + 1, ends.ack, "text");
    assert_int_equal(expect_sent(TCP_ACK).ack.value, PEER_ISS + 1);
    grant_all();
    receive_text(PEER_ISS + 1, ends.ack, "text");
    assert_int_equal(expect_sent(TCP_ACK).ack.value, PEER_ISS + 5);
    grant_and_close(&ends);
}

static void without_memory_for_the_record_less_is_on_its_way(void **state)
{
    (void)state;
    struct ends ends = connected();
    refuse_after = 1; /* the send buffer's */
    assert_int_equal(send_to(ends.sock, 20000), 20000);
    uint32_t acked = ends.ack;
    while (acked != ends.ack + 20000) { /* it goes on as the peer acknowledges */
        struct segment last = take_sent();
        acked = last.seq.value + segment_text_len(&last);
        pass(MS(1));
        receive_flags(TCP_ACK, PEER_ISS + 1, acked);
    }
    grant_and_close(&ends);
}

static void without_memory_for_holes_the_farthest_text_is_sent_again(void **state)
{
    (void)state;
    enum { PIECE = 4, PIECES = 20 };
    struct ends ends = connected();
    refuse_after = 1; /* the receive buffer's */
    for (uint32_t i = 1; i < PIECES; i += 2)
        receive_text(PEER_ISS + 1 + i * PIECE, ends.ack, "odd.");
    for (uint32_t i = 0; i < PIECES; i += 2)
        receive_text(PEER_ISS + 1 + i * PIECE, ends.ack, "even");
    uint32_t next = take_sent().ack.value;
    assert_true(next >= PEER_ISS + 1 + 2 * PIECE);
    for (; next < PEER_ISS + 1 + PIECES * PIECE; next = take_sent().ack.value)
        receive_text(next, ends.ack, "more");
    assert_int_equal(info_of(ends.sock).unread, PIECES * PIECE);
    grant_and_close(&ends);
}

/* ---- time ---- */

/* Moving it forward must not wait for the one that is set. */
static void the_earliest_of_its_timers_counts(void **state)
{
    (void)state;
    struct ends ends = connected();
    assert_int_equal(socket_set_option(host.stack, ends.sock, SOCKET_KEEPALIVE, 1), 0);
    pass(SECONDS(2)); /* of the handshake nothing is left */
    assert_true(stack_deadline(host.stack) > clock_now() + SECONDS(3600));
    assert_int_equal(send_to(ends.sock, 1), 1);
    assert_int_equal(stack_deadline(host.stack), clock_now() + SECONDS(1)); /* RTO */
    host.sent_count = 0;
    pass(SECONDS(1));
    struct segment again = expect_sent(TCP_ACK);
    assert_int_equal(segment_text_len(&again), 1);
    grant_and_close(&ends);
}

/* ---- strangers ---- */

/* A segment near the connection's numbers, with any flags. */
static struct segment any_segment(struct prng *prng, uint32_t ack)
{
    static const char words[] = "whatever a stranger may say";
    struct segment seg = from_port(
        (uint16_t)(PEER_PORT + prng_below(prng, 2)), (uint8_t)prng_below(prng, 64),
        PEER_ISS - 4 + (uint32_t)prng_below(prng, 16), ack - 4 + (uint32_t)prng_below(prng, 16));
    seg.wnd = (uint16_t)prng_next(prng);
    seg.urg_ptr = (uint16_t)prng_below(prng, 8);
    seg.text[0] = (struct span){(const uint8_t *)words, prng_below(prng, sizeof(words))};
    if (prng_chance(prng, PPM / 4)) {
        seg.options.has_tstamp = true;
        seg.options.ts_val = (uint32_t)prng_next(prng);
    }
    return seg;
}

/* What a program may do with its end, at any moment. */
static void any_call(struct prng *prng, int sock)
{
    uint8_t got[16];
    struct buffer room = {got, sizeof(got)};
    switch (prng_below(prng, 6)) {
    case 0:
        (void)socket_set_option(host.stack, sock, SOCKET_NONBLOCK, 1);
        (void)send_to(sock, prng_below(prng, 4000));
        break;
    case 1:
        (void)socket_recv(host.stack, sock, room, SOCKET_DONTWAIT, NULL);
        break;
    case 2:
        (void)socket_shutdown(host.stack, sock, prng_below(prng, 2), prng_below(prng, 2));
        break;
    default: /* nothing */
        break;
    }
}

/* The host's sequence number as its last segment tells it. */
static void learn(uint32_t *ack)
{
    if (host.sent_count == 0 || host.sent_count > SENT_MAX)
        return;
    struct segment last = take_sent();
    *ack = last.seq.value + segment_len(&last);
}

static void storm(uint64_t seed)
{
    struct prng prng;
    prng_seed(&prng, seed);
    int listener = listening(4);
    uint32_t ack = seed % 2 ? shake(PEER_PORT) : shake_first_half(PEER_PORT);
    int sock = seed % 2 ? accepted(listener) : -1;
    for (int i = 0; i < 60; i++) {
        struct segment seg = any_segment(&prng, ack);
        receive_tcp(&seg);
        if (sock < 0)
            sock = socket_accept(host.stack, listener, NULL);
        else
            any_call(&prng, sock);
        learn(&ack);
        pass(MS(1));
    }
    if (sock >= 0)
        close_all(&sock, 1);
    close_all(&listener, 1);
}

static void no_storm_leaves_a_connection_behind(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        storm(seed);
        host.sent_count = 0;
        pass(SECONDS(3000)); /* whatever may still be waited for */
        host.sent_count = 0;
        if (connections() != 0 || stack_deadline(host.stack) != NEVER)
            fail_msg("seed %d leaves something behind", (int)seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BESIDE_PEER(without_memory_for_a_connection_a_syn_is_dropped),
        BESIDE_PEER(without_memory_for_a_connection_connect_fails),
        BESIDE_PEER(without_any_memory_send_says_so),
        BESIDE_PEER(a_buffer_that_cannot_grow_is_used_as_it_is),
        BESIDE_PEER(text_without_memory_is_not_acknowledged),
        BESIDE_PEER(without_memory_for_the_record_less_is_on_its_way),
        BESIDE_PEER(without_memory_for_holes_the_farthest_text_is_sent_again),
        BESIDE_PEER(the_earliest_of_its_timers_counts),
        BESIDE_PEER(no_storm_leaves_a_connection_behind),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
