/* Who is inside a socket, and who closes it in the end. */
#include "kernel.h"

#include "tests/unit/resources.h"

#include <fcntl.h>
#include <unistd.h>

#include "sock/table.h"

static struct sock_table table; /* too large for a stack */

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static int added(uint32_t marks)
{
    int fd = tcp_socket();
    assert_int_equal(sock_table_add(&table, fd, marks), 0);
    return fd;
}

static void nobody_inside_closes_at_once(void **state)
{
    (void)state;
    sock_table_init(&table);
    int fd = added(0);
    assert_int_equal(sock_table_close(&table, fd), 0);
    assert_false(is_open(fd));
    assert_int_equal(sock_table_close(&table, fd), -EBADF);
    assert_int_equal(sock_table_enter(&table, fd), -EBADF);
    sock_table_fini(&table);
}

static void last_one_out_closes(void **state)
{
    (void)state;
    sock_table_init(&table);
    int fd = added(0);
    assert_true(sock_table_enter(&table, fd) >= 0);
    assert_true(sock_table_enter(&table, fd) >= 0);
    assert_int_equal(sock_table_close(&table, fd), 0);
    sock_table_leave(&table, fd);
    assert_true(is_open(fd));
    assert_true(sock_table_marks(&table, fd) & SOCK_CLOSING);
    sock_table_leave(&table, fd);
    assert_false(is_open(fd));
    sock_table_fini(&table);
}

static void number_in_use_is_not_given_to_the_next_socket(void **state)
{
    (void)state;
    sock_table_init(&table);
    int fd = added(0);
    assert_true(sock_table_enter(&table, fd) >= 0);
    assert_int_equal(sock_table_close(&table, fd), 0);
    int next = added(0);
    assert_int_not_equal(next, fd);
    sock_table_leave(&table, fd);
    assert_int_equal(sock_table_close(&table, next), 0);
    sock_table_fini(&table);
}

static void closed_socket_lets_nobody_in(void **state)
{
    (void)state;
    sock_table_init(&table);
    int fd = added(0);
    assert_true(sock_table_enter(&table, fd) >= 0);
    assert_int_equal(sock_table_close(&table, fd), 0);
    assert_int_equal(sock_table_enter(&table, fd), -EBADF);
    assert_int_equal(sock_table_close(&table, fd), -EBADF);
    sock_table_leave(&table, fd);
    sock_table_fini(&table);
}

static void marks_stay_with_the_socket_and_go_with_it(void **state)
{
    (void)state;
    sock_table_init(&table);
    int fd = added(SOCK_DATAGRAMS);
    int marks = sock_table_enter(&table, fd);
    assert_int_equal(marks, SOCK_OPEN | SOCK_DATAGRAMS);
    sock_table_mark(&table, fd, SOCK_TIMED);
    sock_table_leave(&table, fd);
    marks = sock_table_enter(&table, fd);
    assert_int_equal(marks, SOCK_OPEN | SOCK_DATAGRAMS | SOCK_TIMED);
    sock_table_leave(&table, fd);
    assert_int_equal(sock_table_close(&table, fd), 0);
    int again = added(0);
    assert_int_equal(again, fd);
    assert_int_equal(sock_table_marks(&table, again), SOCK_OPEN);
    assert_int_equal(sock_table_close(&table, again), 0);
    sock_table_fini(&table);
}

static void high_descriptors_find_their_place(void **state)
{
    (void)state;
    sock_table_init(&table);
    int fd = tcp_socket();
    int high = fcntl(fd, F_DUPFD_CLOEXEC, 1000);
    assert_true(high >= 1000);
    assert_int_equal(sock_table_enter(&table, high), -EBADF);
    assert_int_equal(sock_table_add(&table, high, 0), 0);
    assert_true(sock_table_enter(&table, high) >= 0);
    sock_table_leave(&table, high);
    assert_int_equal(sock_table_close(&table, high), 0);
    assert_int_equal(sock_table_add(&table, 1 << 20, 0), -EMFILE);
    assert_int_equal(sock_close(fd), 0);
    sock_table_fini(&table);
}

enum { ROUNDS = 3000, VISITORS = 3 };

struct visits {
    _Atomic int fd;    /* the socket of this round; -1 when all are over */
    _Atomic int wrong; /* times a visitor was inside a closed socket, or lost one of its own */
};

/* Comes by the number of whatever was closed last. */
static bool opens_and_closes(void)
{
    int fd = netns_socket(-1, TCP_SOCKET);
    return fd >= 0 && sock_table_add(&table, fd, 0) == 0 && sock_table_close(&table, fd) == 0;
}

static void visit(void *arg)
{
    struct visits *visits = arg;
    for (int fd = visits->fd; fd >= 0; fd = visits->fd) {
        if (sock_table_enter(&table, fd) < 0)
            continue;
        if (!is_open(fd))
            visits->wrong++;
        sock_table_leave(&table, fd);
        if (!opens_and_closes())
            visits->wrong++;
    }
}

static void inside_a_socket_it_stays_open_whoever_closes_it(void **state)
{
    (void)state;
    sock_table_init(&table);
    int fd = added(0);
    struct visits visits = {.fd = fd};
    struct thread *visitors[VISITORS];
    for (int i = 0; i < VISITORS; i++)
        assert_int_equal(thread_start(&visitors[i], "visitor", visit, &visits), 0);
    for (int i = 0; i < ROUNDS; i++) {
        assert_int_equal(sock_table_close(&table, fd), 0);
        fd = added(0);
        visits.fd = fd;
    }
    assert_int_equal(sock_table_close(&table, fd), 0);
    visits.fd = -1;
    for (int i = 0; i < VISITORS; i++)
        thread_join(visitors[i]);
    assert_int_equal(visits.wrong, 0);
    sock_table_fini(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_inside_closes_at_once),
        cmocka_unit_test(last_one_out_closes),
        cmocka_unit_test(number_in_use_is_not_given_to_the_next_socket),
        cmocka_unit_test(closed_socket_lets_nobody_in),
        cmocka_unit_test(marks_stay_with_the_socket_and_go_with_it),
        cmocka_unit_test(inside_a_socket_it_stays_open_whoever_closes_it),
        cmocka_unit_test(high_descriptors_find_their_place),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
