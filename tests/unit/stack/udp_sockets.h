/* UDP sockets on the host of host.h, for their tests. */
#ifndef TESTS_UNIT_STACK_UDP_SOCKETS_H
#define TESTS_UNIT_STACK_UDP_SOCKETS_H

#include "tests/unit/stack/host.h"

enum { SOCKETS_MAX = 4 };

/* The sockets of a test, closed after it. */
static struct {
    struct bell bell;
    struct udp_socket *udp[SOCKETS_MAX];
    int count;
} ours;

static inline int open_with_sockets(void **state)
{
    bell_init(&ours.bell);
    ours.count = 0;
    return open_host_beside_peer(state);
}

static inline int close_with_sockets(void **state)
{
    while (ours.count > 0)
        udp_close_locked(ours.udp[--ours.count]);
    bell_fini(&ours.bell);
    return close_host(state);
}

#define UDP(test) cmocka_unit_test_setup_teardown(test, open_with_sockets, close_with_sockets)

static inline struct udp_socket *open_socket(void)
{
    struct udp_socket **udp = &ours.udp[ours.count++];
    assert_int_equal(udp_open_locked(udp, &ours.bell), 0);
    return *udp;
}

static inline int bind_to(struct udp_socket *udp, uint32_t ip, uint16_t port)
{
    const struct stack_addr addr = {ip, port};
    stack_enter(host.stack);
    int result = udp_bind_locked(host.stack, udp, &addr);
    stack_leave(host.stack);
    return result;
}

static inline int connect_to(struct udp_socket *udp, uint32_t ip, uint16_t port)
{
    const struct stack_addr addr = {ip, port};
    stack_enter(host.stack);
    int result = udp_connect_locked(host.stack, udp, &addr);
    stack_leave(host.stack);
    return result;
}

static inline int64_t send_to(struct udp_socket *udp, struct span data, const struct stack_addr *to)
{
    usec_t now = stack_enter(host.stack);
    int64_t result = udp_send_locked(host.stack, now, udp, data, to);
    stack_leave(host.stack);
    return result;
}

static inline int64_t send_text(struct udp_socket *udp, const char *words, uint32_t ip,
                                uint16_t port)
{
    const struct stack_addr to = {ip, port};
    return send_to(udp, text(words), &to);
}

static inline struct udp_socket *bound_to(uint32_t ip, uint16_t port)
{
    struct udp_socket *udp = open_socket();
    assert_int_equal(bind_to(udp, ip, port), 0);
    return udp;
}

static inline void receive_text(uint32_t src_ip, uint16_t src_port, uint16_t dst_port,
                                const char *words)
{
    struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_UDP);
    const struct udp udp = {src_port, dst_port, text(words)};
    ip.src_ip = src_ip;
    receive_udp(&ip, &udp);
}

static inline void assert_reads(struct udp_socket *udp, const char *words)
{
    char data[64] = {0};
    struct udp_receiving receiving = {.out = {(uint8_t *)data, sizeof(data) - 1}};
    assert_int_equal(udp_receive_locked(udp, &receiving), strlen(words));
    assert_string_equal(data, words);
}

static inline int64_t reads_nothing(struct udp_socket *udp)
{
    struct udp_receiving receiving = {0};
    return udp_receive_locked(udp, &receiving);
}

#endif
