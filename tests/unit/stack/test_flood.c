/* A SYN flood from 100,000 addresses that answer nothing, and an honest client behind it: what the
 * host holds stays bounded, and the client is served. RFC 4987. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <malloc.h>

#include "base/prng.h"
#include "tests/unit/resources.h"
#include "tests/unit/stack/peer.h"

enum {
    SYNS = 100000,
    MEMORY_MAX_KIB = 2048, /* 1,024 half-open connections, and their table */
};

static size_t memory_kib(void)
{
    return mallinfo2().uordblks / 1024;
}

/* From one of the subnet's addresses that are not there, 16 million of them. */
static void receive_syn_of_nobody(struct prng *prng)
{
    uint8_t payload[TCP_HEADER_MAX];
    struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_TCP);
    ip.src_ip = SUBNET | (uint32_t)(256 + prng_below(prng, (1 << 24) - 512));
    struct segment syn =
        from_port((uint16_t)prng_next(prng), TCP_SYN, (uint32_t)prng_next(prng), 0);
    const struct segment_addresses addresses = {ip.src_ip, ip.dst_ip};
    size_t len = segment_emit(&syn, payload, sizeof(payload), &addresses);
    receive_ip(&ip, (struct span){payload, len});
}

static void flood(void)
{
    struct prng prng;
    prng_seed(&prng, 1);
    for (int i = 0; i < SYNS; i++) {
        receive_syn_of_nobody(&prng);
        if (i % 100 == 0)
            pass(MS(1)); /* 100,000 a second */
    }
    host.sent_count = 0;
}

static void serve_an_honest_client(int listener)
{
    uint32_t ack = shake(PEER_PORT);
    int sock = accepted(listener);
    receive_text(PEER_ISS + 1, ack, "hello");
    char got[8];
    assert_int_equal(recv_from(sock, got, sizeof(got)), 5);
    close_all(&sock, 1);
}

static void a_flood_costs_a_bounded_memory_and_no_honest_client(void **state)
{
    (void)state;
    host.stack->config.prefix_len = 8;
    int listener = listening(4);
    size_t before = memory_kib();
    flood();
    size_t held = memory_kib() - before;
    struct stack_counters counters;
    stack_get_counters(host.stack, &counters);
    print_message("syns=%d half_open=%u cookies_sent=%lu arp_questions=%lu memory_kib=%zu\n", SYNS,
                  connections(), (unsigned long)counters.cookies_sent,
                  (unsigned long)counters.frames_out, held);
    assert_int_equal(connections(), host.stack->config.syn_queue_limit);
    assert_int_equal(counters.cookies_sent, SYNS - connections());
    assert_true(counters.frames_out <= ARP_ASKING_MAX * ARP_ASK_MAX); /* nobody answers them */
    assert_true(held <= MEMORY_MAX_KIB);
    serve_an_honest_client(listener);
    close_all(&listener, 1);
}

static void without_cookies_the_honest_client_is_locked_out(void **state)
{
    (void)state;
    host.stack->config.prefix_len = 8;
    host.stack->config.syn_cookies = SYN_COOKIES_OFF;
    int listener = listening(4);
    flood();
    receive_flags(TCP_SYN, PEER_ISS, 0);
    assert_int_equal(host.sent_count, 0);
    assert_int_equal(connections(), host.stack->config.syn_queue_limit);
    close_all(&listener, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BESIDE_PEER(a_flood_costs_a_bounded_memory_and_no_honest_client),
        BESIDE_PEER(without_cookies_the_honest_client_is_locked_out),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
