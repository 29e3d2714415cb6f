/* common/stack/io.c: a real thread, a real clock, and a link made of a socket pair. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "packet/frame.h"
#include "stack/internal.h"
#include "stack/io.h"
#include "tests/unit/resources.h"

#define OUR_IP  UINT32_C(0x0a000001)
#define PEER_IP UINT32_C(0x0a000002)

enum { FRAME_MAX = 1514 };

/* ---- a link whose other end is a descriptor ---- */

static struct cable {
    struct link link;
    int peer_fd;
    uint8_t received[LINK_BATCH][FRAME_MAX];
} cable;

static int cable_receive(struct link *link, struct link_frame *frames, int max)
{
    int count = 0;
    for (; count < max; count++) {
        ssize_t len = recv(link->fd, cable.received[count], FRAME_MAX, MSG_DONTWAIT);
        if (len < 0)
            break;
        frames[count] = (struct link_frame){.parts = {{cable.received[count], (size_t)len}}};
    }
    return count;
}

static int cable_send(struct link *link, const struct link_frame *frames, int count)
{
    for (int i = 0; i < count; i++)
        if (send(link->fd, frames[i].parts[0].data, frames[i].parts[0].len, MSG_DONTWAIT) < 0)
            return i > 0 ? i : -errno;
    return count;
}

static const struct link_ops cable_ops = {.receive = cable_receive, .send = cable_send};

/* ---- a driven host at one end, the test at the other ---- */

static struct {
    struct stack *stack;
    struct stack_io *io;
    struct bell bell;
    struct udp_socket *udp;
} host;

static const struct mac our_mac = {{2, 0, 0, 0, 0, 1}}, peer_mac = {{2, 0, 0, 0, 0, 2}};

static int open_cable(void)
{
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
        return -1;
    cable.link = (struct link){.ops = &cable_ops, .fd = fds[0], .mtu = 1500, .mac = our_mac};
    cable.peer_fd = fds[1];
    return 0;
}

static int open_host(void **state)
{
    (void)state;
    struct stack_config config;
    if (open_cable() < 0 || stack_config_random(&config, 'A') < 0)
        return -1;
    config.ip = OUR_IP;
    config.prefix_len = 24;
    bell_init(&host.bell);
    if (stack_new(&host.stack, &config, &cable.link) < 0)
        return -1;
    stack_enter(host.stack);
    int error = udp_open_locked(&host.udp, &host.bell);
    const struct stack_addr addr = {0, 4000};
    if (error == 0)
        error = udp_bind_locked(host.stack, host.udp, &addr);
    stack_leave(host.stack);
    return error < 0 ? error : stack_io_start(&host.io, host.stack, "io");
}

static int close_host(void **state)
{
    (void)state;
    stack_io_stop(host.io);
    udp_close_locked(host.udp);
    bell_fini(&host.bell);
    stack_free(host.stack);
    close(cable.link.fd);
    close(cable.peer_fd);
    return 0;
}

#define DRIVEN(test) cmocka_unit_test_setup_teardown(test, open_host, close_host)

static void give_frame(uint16_t type, const uint8_t *payload, size_t len)
{
    uint8_t frame[FRAME_MAX];
    const struct ethernet header = {.dst = our_mac, .src = peer_mac, .type = type};
    size_t header_len = ethernet_emit(&header, frame);
    memcpy(frame + header_len, payload, len);
    assert_int_equal(send(cable.peer_fd, frame, header_len + len, 0), header_len + len);
}

static void give_datagram(const char *words)
{
    const struct ipv4 ip = {
        .src_ip = PEER_IP, .dst_ip = OUR_IP, .ttl = 64, .protocol = IPV4_PROTOCOL_UDP};
    const struct segment_addresses addresses = {PEER_IP, OUR_IP};
    const struct udp udp = {9, 4000, {(const uint8_t *)words, strlen(words)}};
    uint8_t datagram[FRAME_MAX];
    size_t len =
        udp_emit(&udp, datagram + IPV4_HEADER_MIN, FRAME_MAX - IPV4_HEADER_MIN, &addresses);
    ipv4_emit(&ip, len, datagram);
    give_frame(ETHERNET_TYPE_IPV4, datagram, IPV4_HEADER_MIN + len);
}

/* The next frame from the host, which must come within five seconds. */
static struct frame_view take_frame(void)
{
    static uint8_t frame[FRAME_MAX];
    const struct timeval patience = {.tv_sec = 5};
    struct frame_view view;
    setsockopt(cable.peer_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ssize_t len = recv(cable.peer_fd, frame, sizeof(frame), 0);
    assert_true(len > 0);
    frame_parse(&view, frame, (size_t)len);
    return view;
}

static void send_somewhere(void)
{
    const struct stack_addr to = {PEER_IP, 9};
    usec_t now = stack_enter(host.stack);
    const struct span data = {(const uint8_t *)"x", 1};
    assert_int_equal(udp_send_locked(host.stack, now, host.udp, data, &to), 1);
    stack_leave(host.stack);
}

static void a_question_is_answered_by_the_driver(void **state)
{
    (void)state;
    const struct arp question = {ARP_REQUEST, peer_mac, {{0}}, PEER_IP, OUR_IP};
    uint8_t packet[ARP_LEN];
    arp_emit(&question, packet);
    give_frame(ETHERNET_TYPE_ARP, packet, sizeof(packet));
    assert_int_equal(take_frame().arp.operation, ARP_REPLY);
}

static void a_program_that_waits_is_woken_by_a_frame(void **state)
{
    (void)state;
    uint8_t data[64];
    struct udp_receiving receiving = {.out = {data, sizeof(data)}};
    int64_t len;
    give_datagram("wake up");
    usec_t now = stack_enter(host.stack);
    usec_t end = now + SECONDS(5);
    while ((len = udp_receive_locked(host.udp, &receiving)) == -EAGAIN && now < end)
        now = bell_wait_locked(host.stack, &host.bell, end);
    stack_leave(host.stack);
    assert_int_equal(len, 7);
}

static void a_wait_ends_at_its_deadline(void **state)
{
    (void)state;
    usec_t now = stack_enter(host.stack);
    usec_t end = now + MS(20);
    while (now < end)
        now = bell_wait_locked(host.stack, &host.bell, end);
    stack_leave(host.stack);
    assert_true(clock_now() >= end);
}

/* The driver sleeps without end when a program sends for the first time. */
static void a_sleeping_driver_learns_of_an_earlier_deadline(void **state)
{
    (void)state;
    usec_t start = clock_now();
    send_somewhere();
    assert_int_equal(take_frame().arp.target_ip, PEER_IP);
    assert_int_equal(take_frame().arp.target_ip, PEER_IP);
    assert_true(clock_now() - start >= SECONDS(1));
}

static struct {
    int exchanges;
} answered;

static void answer_all(void *arg)
{
    (void)arg;
    uint8_t data[64];
    struct udp_receiving receiving = {.out = {data, sizeof(data)}};
    usec_t now = stack_enter(host.stack);
    while (answered.exchanges < 200) {
        int64_t len = udp_receive_locked(host.udp, &receiving);
        if (len == -EAGAIN) {
            now = bell_wait_locked(host.stack, &host.bell, NEVER);
            continue;
        }
        const struct span back = {data, (size_t)len};
        udp_send_locked(host.stack, now, host.udp, back, &receiving.from);
        answered.exchanges++;
    }
    stack_leave(host.stack);
}

static void programs_and_driver_take_turns(void **state)
{
    (void)state;
    struct thread *thread;
    answered.exchanges = 0;
    assert_int_equal(stack_add_neighbour(host.stack, PEER_IP, &peer_mac), 0);
    assert_int_equal(thread_start(&thread, "echo", answer_all, NULL), 0);
    for (int i = 0; i < 200; i++) {
        give_datagram("again");
        assert_int_equal(take_frame().udp.payload.len, 5);
    }
    thread_join(thread);
}

static void it_stops_while_it_sleeps(void **state)
{
    (void)state;
    thread_sleep_until(clock_now() + MS(5));
    stack_io_stop(host.io);
    host.io = NULL;
    assert_null(host.stack->wake_driver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DRIVEN(a_question_is_answered_by_the_driver),
        DRIVEN(a_program_that_waits_is_woken_by_a_frame),
        DRIVEN(a_wait_ends_at_its_deadline),
        DRIVEN(a_sleeping_driver_learns_of_an_earlier_deadline),
        DRIVEN(programs_and_driver_take_turns),
        DRIVEN(it_stops_while_it_sleeps),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
