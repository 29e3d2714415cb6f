/* Raw kernel sockets for the tests below the API. Assertions are for the main thread only. */
#ifndef TESTS_UNIT_SOCK_KERNEL_H
#define TESTS_UNIT_SOCK_KERNEL_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/clock.h"
#include "sock/sock.h"

#define TCP_SOCKET ((struct socket_kind){.domain = AF_INET, .type = SOCK_STREAM})

static inline int tcp_socket(void)
{
    int fd = netns_socket(-1, TCP_SOCKET);
    assert_true(fd >= 0);
    return fd;
}

static inline int listening(struct sockaddr_in *addr, int backlog)
{
    int fd = tcp_socket();
    *addr = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(sock_bind(fd, addr), 0);
    assert_int_equal(sock_local(fd, addr), 0);
    assert_int_equal(sock_listen(fd, backlog), 0);
    return fd;
}

static inline int connected(const struct sockaddr_in *addr)
{
    int fd = tcp_socket();
    assert_int_equal(sock_connect(fd, addr, NEVER), 0);
    return fd;
}

static inline int accepted(int listener)
{
    struct sockaddr_in peer;
    int fd = sock_accept(listener, &peer, NEVER);
    assert_true(fd >= 0);
    return fd;
}

#endif
