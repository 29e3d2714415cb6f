/* common/packetdrill/kept.c: the control message of TCP_INQ, which scripts do not reach. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <linux/tcp.h>
#include <netinet/in.h>

#include "packet/ipv4.h"
#include "packet/segment.h"
#include "packetdrill/interface.h"
#include "tests/unit/resources.h"

enum { PORT = 8080, PEER_PORT = 9 };
static const uint32_t host_ip = 0xc0a80001, peer_ip = 0xc0000201;

packetdrill_init_fn packetdrill_interface_init;
static struct packetdrill_interface door;

/* The peer sends. */
static void inject(struct segment seg, const char *text)
{
    uint8_t datagram[128];
    const struct segment_addresses addresses = {peer_ip, host_ip};
    const struct ipv4 ip = {
        .src_ip = peer_ip, .dst_ip = host_ip, .protocol = IPV4_PROTOCOL_TCP, .ttl = 64};
    seg.src_port = PEER_PORT;
    seg.dst_port = PORT;
    seg.wnd = 1000;
    seg.text[0] = (struct span){(const uint8_t *)text, strlen(text)};
    size_t len = segment_emit(&seg, datagram + IPV4_HEADER_MIN, 100, &addresses);
    ipv4_emit(&ip, len, datagram);
    assert_int_equal(door.netdev_send(door.userdata, datagram, IPV4_HEADER_MIN + len), 0);
}

/* The first sequence number of the SYN-ACK on the wire. */
static seq_t initial_sequence(void)
{
    uint8_t datagram[1500];
    size_t len = sizeof(datagram);
    long long at;
    uint32_t sequence;
    assert_int_equal(door.netdev_receive(door.userdata, datagram, &len, &at), 0);
    memcpy(&sequence, datagram + IPV4_HEADER_MIN + 4, sizeof(sequence));
    return seq_make(ntohl(sequence));
}

/* A connection over which `text` has come, and the end behind it. */
static int receive(const char *text)
{
    const struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    const int on = 1;
    int fd = door.socket(door.userdata, AF_INET, SOCK_STREAM, 0);
    door.setsockopt(door.userdata, fd, IPPROTO_TCP, TCP_INQ, &on, sizeof(on));
    door.bind(door.userdata, fd, (const struct sockaddr *)&addr, sizeof(addr));
    door.listen(door.userdata, fd, 1);
    inject((struct segment){.flags = TCP_SYN}, "");
    seq_t ack = seq_add(initial_sequence(), 1);
    inject((struct segment){.seq = seq_make(1), .ack = ack, .flags = TCP_ACK | TCP_FIN}, text);
    int accepted = door.accept(door.userdata, fd, NULL, NULL);
    assert_int_equal(door.close(door.userdata, fd), 0);
    return accepted;
}

/* Reads, and returns what the control message says is left. */
static int left_after(int fd, size_t octets)
{
    char text[16];
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    struct iovec part = {text, octets};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof(control)};
    int left;
    assert_true(door.recvmsg(door.userdata, fd, &message, 0) >= 0);
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    assert_non_null(header);
    assert_int_equal(header->cmsg_level, IPPROTO_TCP);
    assert_int_equal(header->cmsg_type, TCP_CM_INQ);
    memcpy(&left, CMSG_DATA(header), sizeof(left));
    return left;
}

static void recvmsg_tells_what_is_left_and_the_end_as_one(void **state)
{
    (void)state;
    packetdrill_interface_init(NULL, &door);
    int fd = receive("abcdef");
    assert_int_equal(left_after(fd, 2), 4);
    assert_int_equal(left_after(fd, 4), 1);
    assert_int_equal(door.close(door.userdata, fd), 0);
    door.free(door.userdata);
}

static void a_message_without_room_says_that_it_was_cut(void **state)
{
    (void)state;
    char octet;
    struct iovec part = {&octet, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    packetdrill_interface_init(NULL, &door);
    int fd = receive("abcdef");
    assert_int_equal(door.recvmsg(door.userdata, fd, &message, 0), 1);
    assert_int_equal(message.msg_flags, MSG_CTRUNC);
    assert_int_equal(door.close(door.userdata, fd), 0);
    door.free(door.userdata);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recvmsg_tells_what_is_left_and_the_end_as_one),
        cmocka_unit_test(a_message_without_room_says_that_it_was_cut),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
