/* common/stack/io.c: a host that nobody waits at is served all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>

#include "tests/unit/resources.h"
#include "tests/unit/stack/cable.h"

static void give_question(void)
{
    const struct arp question = {ARP_REQUEST, peer_mac, {{0}}, PEER_IP, OUR_IP};
    uint8_t packet[ARP_LEN];
    arp_emit(&question, packet);
    give_frame(ETHERNET_TYPE_ARP, packet, sizeof(packet));
}

static void frames_are_dealt_with_while_no_program_waits(void **state)
{
    (void)state;
    give_question();
    assert_int_equal(take_frame().arp.operation, ARP_REPLY);
}

/* The reserve sleeps without end when a program sends for the first time. */
static void a_deadline_is_kept_while_no_program_waits(void **state)
{
    (void)state;
    usec_t start = clock_now();
    send_somewhere();
    assert_int_equal(take_frame().arp.target_ip, PEER_IP);
    assert_int_equal(take_frame().arp.target_ip, PEER_IP);
    assert_true(clock_now() - start >= SECONDS(1));
}

/* ---- a link that reports an error and has no frames ---- */

static _Atomic int looks;

static int receive_nothing(struct link *link, struct link_frame *frames, int max)
{
    (void)link;
    (void)frames;
    (void)max;
    looks++;
    return 0;
}

/* A socket that has learned of a refusal, as an interface's socket does of the interface's end. */
static int failed_socket(void)
{
    const struct sockaddr_in nobody = {
        .sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&nobody, sizeof(nobody)), 0);
    assert_int_equal(send(fd, "", 0, 0), 0);
    struct pollfd refused = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&refused, 1, 5000), 1);
    return fd;
}

static void an_error_at_the_link_does_not_keep_it_awake(void **state)
{
    (void)state;
    static const struct link_ops silent_ops = {.receive = receive_nothing, .send = cable_send};
    const struct link link = cable.link;
    stack_io_stop(host.io);
    cable.link.ops = &silent_ops;
    cable.link.fd = failed_socket();
    looks = 0;
    assert_int_equal(stack_io_start(&host.io, host.stack, "io"), 0);
    thread_sleep_until(clock_now() + MS(50));
    stack_io_stop(host.io);
    host.io = NULL;
    close(cable.link.fd);
    cable.link = link;
    assert_in_range(looks, 1, 10);
}

static void it_stops_while_it_sleeps(void **state)
{
    (void)state;
    thread_sleep_until(clock_now() + MS(5));
    stack_io_stop(host.io);
    host.io = NULL;
    assert_null(host.stack->drive);
}

static void it_stops_at_once_after_its_start(void **state)
{
    (void)state;
    stack_io_stop(host.io);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(stack_io_start(&host.io, host.stack, "io"), 0);
        stack_io_stop(host.io);
    }
    host.io = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DRIVEN(frames_are_dealt_with_while_no_program_waits),
        DRIVEN(a_deadline_is_kept_while_no_program_waits),
        DRIVEN(an_error_at_the_link_does_not_keep_it_awake),
        DRIVEN(it_stops_while_it_sleeps),
        DRIVEN(it_stops_at_once_after_its_start),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
