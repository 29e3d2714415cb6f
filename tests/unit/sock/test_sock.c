/* The wrappers: errors as values, interrupted calls resumed, namespaces entered and left. */
#include "kernel.h"

#include "tests/unit/resources.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static void failures_are_negative_errnos(void **state)
{
    (void)state;
    struct sockaddr_in addr;
    uint8_t byte = 0;
    assert_int_equal(sock_listen(-1, 1), -EBADF);
    assert_int_equal(sock_shutdown(-1, SHUT_WR), -EBADF);
    assert_int_equal(sock_send(-1, (struct span){&byte, 1}, 0, NULL, NEVER), -EBADF);
    assert_int_equal(sock_recv(-1, (struct buffer){&byte, 1}, 0, NULL, NEVER), -EBADF);
    assert_int_equal(netns_socket(-1, (struct socket_kind){.domain = 9999}), -EAFNOSUPPORT);
    int fd = tcp_socket();
    assert_int_equal(sock_peer(fd, &addr), -ENOTCONN);
    assert_int_equal(sock_shutdown(fd, SHUT_WR), -ENOTCONN);
    assert_int_equal(sock_close(fd), 0);
}

static void sockets_do_not_outlive_exec(void **state)
{
    (void)state;
    struct sockaddr_in addr;
    int listener = listening(&addr, 1), client = connected(&addr), server = accepted(listener);
    assert_int_equal(fcntl(client, F_GETFD), FD_CLOEXEC);
    assert_int_equal(fcntl(server, F_GETFD), FD_CLOEXEC);
    assert_int_equal(sock_close(client), 0);
    assert_int_equal(sock_close(server), 0);
    assert_int_equal(sock_close(listener), 0);
}

static void broken_pipe_raises_no_signal(void **state)
{
    (void)state;
    struct sockaddr_in addr;
    int listener = listening(&addr, 1), client = connected(&addr);
    assert_int_equal(sock_shutdown(client, SHUT_WR), 0);
    uint8_t byte = 0;
    assert_int_equal(sock_send(client, (struct span){&byte, 1}, 0, NULL, NEVER), -EPIPE);
    assert_int_equal(sock_close(client), 0);
    assert_int_equal(sock_close(listener), 0);
}

static void queues_are_counted_in_bytes(void **state)
{
    (void)state;
    struct sockaddr_in addr;
    int listener = listening(&addr, 1), client = connected(&addr), server = accepted(listener);
    struct span text = {(const uint8_t *)"seven b", 7};
    assert_int_equal(sock_send(client, text, 0, NULL, NEVER), 7);
    assert_int_equal(sock_poll(&(struct pollfd){.fd = server, .events = POLLIN}, 1, NEVER), 1);
    assert_int_equal(sock_unread(server), 7);
    for (usec_t end = clock_now() + SECONDS(10); sock_unacked(client) && clock_now() < end;)
        sched_yield();
    assert_int_equal(sock_unacked(client), 0);
    assert_int_equal(sock_unread(listener), -EINVAL);
    assert_int_equal(sock_close(client), 0);
    assert_int_equal(sock_close(server), 0);
    assert_int_equal(sock_close(listener), 0);
}

static void ignore_signal(int number)
{
    (void)number;
}

/* Signals come every 2 ms while each call waits for 30. The handler stays: under valgrind the last
 * signal may be delivered some calls after the timer was stopped. */
static void interrupted_waits_keep_their_deadline(void **state)
{
    (void)state;
    struct sockaddr_in addr, peer;
    int listener = listening(&addr, 0), first = connected(&addr), second = tcp_socket();
    struct timeval timeout = {.tv_usec = 30000};
    struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
    struct sigaction action = {.sa_handler = ignore_signal};
    assert_int_equal(setsockopt(first, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)), 0);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    uint8_t byte;
    usec_t start = clock_now();
    int64_t got =
        sock_recv(first, (struct buffer){&byte, 1}, 0, NULL, sock_deadline(first, SO_RCVTIMEO));
    usec_t took = clock_now() - start;
    int connects = sock_connect(second, &addr, clock_now() + MS(30));
    int polls = sock_poll(&(struct pollfd){.fd = first, .events = POLLIN}, 1, clock_now() + MS(30));
    int taken = sock_accept(listener, &peer, NEVER);
    setitimer(ITIMER_REAL, &never, NULL);
    assert_int_equal(got, -EAGAIN);
    assert_in_range(took, MS(30), SECONDS(5));
    assert_int_equal(connects, -EINPROGRESS);
    assert_int_equal(polls, 0);
    assert_true(taken >= 0);
    int fds[] = {taken, second, first, listener};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(sock_close(fds[i]), 0);
}

static ino_t namespace_now(void)
{
    struct stat stat_now;
    return stat("/proc/thread-self/ns/net", &stat_now) ? 0 : stat_now.st_ino;
}

static int namespace_here(void)
{
    return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

/* The child: 0 as it should be, 1 not so, 77 where namespaces are not allowed. A port that is busy
 * at home and free elsewhere tells where a socket is. */
static int open_a_socket_elsewhere(void)
{
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) && unshare(CLONE_NEWNET))
        return 77;
    int home = namespace_here();
    struct sockaddr_in addr = {.sin_family = AF_INET};
    int busy = netns_socket(-1, TCP_SOCKET);
    if (sock_bind(busy, &addr) || sock_local(busy, &addr) || unshare(CLONE_NEWNET))
        return 1;
    int away = namespace_here();
    if (setns(home, CLONE_NEWNET))
        return 1;
    ino_t before = namespace_now();
    int there = netns_socket(away, TCP_SOCKET), here = netns_socket(-1, TCP_SOCKET);
    bool right = namespace_now() == before && sock_bind(there, &addr) == 0 &&
                 sock_bind(here, &addr) == -EADDRINUSE;
    return right ? 0 : 1;
}

static void socket_is_opened_in_the_namespace_asked_for(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(open_a_socket_elsewhere());
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void what_is_no_namespace_is_refused(void **state)
{
    (void)state;
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_int_equal(netns_socket(file, TCP_SOCKET), -EINVAL);
    assert_int_equal(sock_close(file), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_are_negative_errnos),
        cmocka_unit_test(sockets_do_not_outlive_exec),
        cmocka_unit_test(broken_pipe_raises_no_signal),
        cmocka_unit_test(queues_are_counted_in_bytes),
        cmocka_unit_test(interrupted_waits_keep_their_deadline),
        cmocka_unit_test(socket_is_opened_in_the_namespace_asked_for),
        cmocka_unit_test(what_is_no_namespace_is_refused),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
