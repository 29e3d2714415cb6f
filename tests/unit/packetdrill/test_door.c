/* common/packetdrill: the table's functions that scripts do not reach, and the clock. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/usec.h"
#include "packet/ipv4.h"
#include "packet/udp.h"
#include "packetdrill/interface.h"
#include "tests/unit/resources.h"

enum { PORT = 8080, PEER_PORT = 9 };
static const uint32_t host_ip = 0xc0a80001, peer_ip = 0xc0000201;

packetdrill_init_fn packetdrill_interface_init;
static struct packetdrill_interface door;

static int open_door(void **state)
{
    (void)state;
    packetdrill_interface_init(NULL, &door);
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    door.free(door.userdata);
    return 0;
}

static usec_t now(void)
{
    struct timeval time;
    assert_int_equal(door.gettimeofday(door.userdata, &time, NULL), 0);
    return SECONDS(time.tv_sec) + time.tv_usec;
}

/* A bound UDP socket. */
static int bound(void)
{
    const struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    int fd = door.socket(door.userdata, AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(door.bind(door.userdata, fd, (const struct sockaddr *)&addr, sizeof(addr)), 0);
    return fd;
}

/* The peer sends a UDP datagram. */
static void inject(const char *text)
{
    uint8_t datagram[128];
    const struct segment_addresses addresses = {peer_ip, host_ip};
    const struct udp udp = {
        .src_port = PEER_PORT, .dst_port = PORT, .payload = {(const uint8_t *)text, strlen(text)}};
    const struct ipv4 ip = {
        .src_ip = peer_ip, .dst_ip = host_ip, .protocol = IPV4_PROTOCOL_UDP, .ttl = 64};
    size_t len = udp_emit(&udp, datagram + IPV4_HEADER_MIN, 100, &addresses);
    ipv4_emit(&ip, len, datagram);
    assert_int_equal(door.netdev_send(door.userdata, datagram, IPV4_HEADER_MIN + len), 0);
}

static void recvmsg_scatters_and_names_the_sender(void **state)
{
    (void)state;
    int fd = bound();
    char first[3], second[10];
    struct iovec parts[] = {{first, sizeof(first)}, {second, sizeof(second)}};
    struct sockaddr_in from = {0};
    struct msghdr message = {
        .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = parts, .msg_iovlen = 2};
    inject("abcdef");
    assert_int_equal(door.recvmsg(door.userdata, fd, &message, 0), 6);
    assert_memory_equal(first, "abc", 3);
    assert_memory_equal(second, "def", 3);
    assert_int_equal(ntohs(from.sin_port), PEER_PORT);
    assert_int_equal(ntohl(from.sin_addr.s_addr), peer_ip);
    assert_int_equal(door.close(door.userdata, fd), 0);
}

static void sendmsg_gathers_and_the_wire_shows_it(void **state)
{
    (void)state;
    int fd = bound();
    char first[] = "abc", second[] = "def";
    struct iovec parts[] = {{first, 3}, {second, 3}};
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(PEER_PORT), .sin_addr.s_addr = htonl(peer_ip)};
    const struct msghdr message = {
        .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = parts, .msg_iovlen = 2};
    usec_t before = now();
    assert_int_equal(door.sendmsg(door.userdata, fd, &message, 0), 6);
    uint8_t datagram[1500];
    size_t len = sizeof(datagram);
    long long at;
    assert_int_equal(door.netdev_receive(door.userdata, datagram, &len, &at), 0);
    assert_int_equal(len, IPV4_HEADER_MIN + 8 + 6);
    assert_memory_equal(datagram + IPV4_HEADER_MIN + 8, "abcdef", 6);
    assert_in_range(at, before, before + MS(1));
    assert_int_equal(door.close(door.userdata, fd), 0);
}

static void what_is_no_memory_is_refused(void **state)
{
    (void)state;
    int fd = bound();
    struct iovec part = {NULL, 10};
    assert_int_equal(door.readv(door.userdata, fd, &part, 1), -1);
    assert_int_equal(errno, EFAULT);
    assert_int_equal(door.writev(door.userdata, fd, &part, -1), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(door.recv(door.userdata, fd, NULL, 10, 0), -1);
    assert_int_equal(errno, EFAULT);
    assert_int_equal(door.close(door.userdata, fd), 0);
}

static void refuses(int64_t result, int error)
{
    assert_int_equal(result, -1);
    assert_int_equal(errno, error);
}

static void no_pointer_is_followed_to_nowhere(void **state)
{
    (void)state;
    int fd = bound(), set = door.epoll_create(door.userdata, 1);
    struct sockaddr_in addr = {.sin_family = AF_INET};
    socklen_t len = sizeof(int);
    void *user = door.userdata;
    refuses(door.bind(user, fd, NULL, sizeof(addr)), EFAULT);
    refuses(door.connect(user, fd, NULL, sizeof(addr)), EFAULT);
    refuses(door.accept(user, fd, (struct sockaddr *)&addr, NULL), EFAULT);
    refuses(door.setsockopt(user, fd, SOL_SOCKET, SO_KEEPALIVE, NULL, sizeof(int)), EFAULT);
    refuses(door.getsockopt(user, fd, SOL_SOCKET, SO_KEEPALIVE, NULL, &len), EFAULT);
    refuses(door.getsockopt(user, fd, SOL_SOCKET, SO_KEEPALIVE, &addr, NULL), EFAULT);
    refuses(door.ioctl(user, fd, FIONREAD, NULL), EFAULT);
    refuses(door.poll(user, NULL, 1, 0), EFAULT);
    refuses(door.epoll_ctl(user, set, EPOLL_CTL_ADD, fd, NULL), EFAULT);
    refuses(door.recvmsg(user, fd, NULL, 0), EFAULT);
    refuses(door.sendmsg(user, fd, NULL, 0), EFAULT);
    assert_int_equal(door.close(user, set), 0);
    assert_int_equal(door.close(user, fd), 0);
}

static void a_pipe_is_no_socket_and_can_be_polled(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(door.pipe(door.userdata, ends), 0);
    struct pollfd poll = {.fd = ends[1], .events = POLLOUT};
    assert_int_equal(door.poll(door.userdata, &poll, 1, 0), 1);
    assert_int_equal(poll.revents, POLLOUT);
    refuses(door.listen(door.userdata, ends[0], 1), ENOTSOCK);
    assert_int_equal(door.close(door.userdata, ends[0]), 0);
    assert_int_equal(door.close(door.userdata, ends[1]), 0);
    refuses(door.listen(door.userdata, ends[0], 1), EBADF);
}

static void splice_moves_octets_between_socket_and_pipe(void **state)
{
    (void)state;
    int fd = bound(), ends[2];
    char text[10];
    assert_int_equal(door.pipe(door.userdata, ends), 0);
    inject("abc");
    assert_int_equal(door.splice(door.userdata, fd, NULL, ends[1], NULL, 100, 0), 3);
    assert_int_equal(door.read(door.userdata, ends[0], text, sizeof(text)), 3);
    assert_memory_equal(text, "abc", 3);
    assert_int_equal(door.close(door.userdata, ends[0]), 0);
    assert_int_equal(door.close(door.userdata, ends[1]), 0);
    assert_int_equal(door.close(door.userdata, fd), 0);
}

static void sleep_takes_exactly_its_time(void **state)
{
    (void)state;
    usec_t before = now();
    assert_int_equal(door.usleep(door.userdata, 3000000), 0);
    assert_int_equal(now() - before, 3000000);
}

static void clock_stands_still_for_a_look_and_moves_for_many(void **state)
{
    (void)state;
    usec_t before = now();
    assert_int_equal(now(), before);
    while (now() < before + 100)
        ;
    assert_int_equal(now(), before + 101);
}

static void a_packet_that_never_comes_is_not_waited_for(void **state)
{
    (void)state;
    uint8_t datagram[100];
    size_t len = sizeof(datagram);
    long long at;
    assert_int_equal(door.netdev_receive(door.userdata, datagram, &len, &at), 0);
    assert_int_equal(len, 0);
}

#define DOOR_TEST(name) cmocka_unit_test_setup_teardown(name, open_door, close_door)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DOOR_TEST(recvmsg_scatters_and_names_the_sender),
        DOOR_TEST(sendmsg_gathers_and_the_wire_shows_it),
        DOOR_TEST(what_is_no_memory_is_refused),
        DOOR_TEST(no_pointer_is_followed_to_nowhere),
        DOOR_TEST(a_pipe_is_no_socket_and_can_be_polled),
        DOOR_TEST(splice_moves_octets_between_socket_and_pipe),
        DOOR_TEST(sleep_takes_exactly_its_time),
        DOOR_TEST(clock_stands_still_for_a_look_and_moves_for_many),
        DOOR_TEST(a_packet_that_never_comes_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
