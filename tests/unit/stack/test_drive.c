/* common/stack/drive.c: whose turn it is to sleep on the link. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/stack/cable.h"

/* Waits for a datagram at socket `which`, at most until `deadline`; its length or -EAGAIN. */
static int64_t read_from(int which, usec_t deadline)
{
    uint8_t data[64];
    struct udp_receiving receiving = {.out = {data, sizeof(data)}};
    int64_t len;
    usec_t now = stack_enter(host.stack);
    while ((len = udp_receive_locked(host.udp[which], &receiving)) == -EAGAIN && now < deadline)
        now = bell_wait_locked(host.stack, &host.bell[which], deadline);
    stack_leave(host.stack);
    return len;
}

/* A program that reads from one socket until an empty datagram or the end of the stream. */
struct reader {
    struct thread *thread;
    int which;
};

static void read_all(void *arg)
{
    const struct reader *reader = arg;
    while (read_from(reader->which, NEVER) > 0)
        ;
}

static void start_reader(struct reader *reader)
{
    assert_int_equal(thread_start(&reader->thread, "reader", read_all, reader), 0);
}

static void end_reader(const struct reader *reader)
{
    give_datagram((uint16_t)(4000 + reader->which), "");
    thread_join(reader->thread);
}

/* Who sleeps on the link now: a socket's number, -1 the reserve, -2 nobody. */
static int driver(void)
{
    int who = -2;
    stack_enter(host.stack);
    const struct drive *drive = host.stack->drive;
    if (drive->taken && drive->asleep && !drive->waiters)
        who = -1;
    for (int i = 0; i < 2; i++)
        if (drive->taken && drive->asleep && drive->waiters == &host.bell[i].waiting)
            who = i;
    stack_leave(host.stack);
    return who;
}

static void await_driver(int who)
{
    usec_t end = clock_now() + SECONDS(5);
    while (driver() != who && clock_now() < end)
        thread_sleep_until(clock_now() + 100);
    assert_int_equal(driver(), who);
}

static void await_sleeper(int which)
{
    usec_t end = clock_now() + SECONDS(5);
    uint32_t sleepers = 0;
    while (sleepers == 0 && clock_now() < end) {
        stack_enter(host.stack);
        sleepers = host.bell[which].waiting.sleepers;
        stack_leave(host.stack);
        thread_sleep_until(clock_now() + 100);
    }
    assert_int_equal(sleepers, 1);
}

/* Wakes the reader of socket `which` until it drives when it waits again. Once is enough where the
 * machine is not so busy that the reserve comes first. */
static void make_drive(int which)
{
    usec_t end = clock_now() + SECONDS(5);
    while (driver() != which && clock_now() < end) {
        give_datagram((uint16_t)(4000 + which), "your turn");
        thread_sleep_until(clock_now() + 500);
    }
    assert_int_equal(driver(), which);
}

static void the_reserve_drives_until_it_has_woken_a_program(void **state)
{
    (void)state;
    struct reader reader = {.which = 0};
    await_driver(-1);
    start_reader(&reader);
    await_sleeper(0);
    make_drive(0);
    end_reader(&reader);
    await_driver(-1); /* nobody else is left */
}

static void a_driver_that_wakes_another_is_relieved_by_it(void **state)
{
    (void)state;
    struct reader a = {.which = 0}, b = {.which = 1};
    start_reader(&a);
    make_drive(0);
    start_reader(&b);
    await_sleeper(1);
    make_drive(1);
    await_sleeper(0); /* waits, as others do */
    end_reader(&a);
    end_reader(&b);
}

static void a_driver_hears_its_bell_from_another_thread(void **state)
{
    (void)state;
    struct reader reader = {.which = 0};
    start_reader(&reader);
    make_drive(0);
    stack_enter(host.stack);
    udp_shutdown_locked(host.stack, host.udp[0], true, false);
    stack_leave(host.stack);
    thread_join(reader.thread);
}

static void a_driver_learns_of_an_earlier_deadline(void **state)
{
    (void)state;
    struct reader reader = {.which = 1};
    start_reader(&reader);
    make_drive(1);
    usec_t start = clock_now();
    send_somewhere();
    assert_int_equal(take_frame().arp.target_ip, PEER_IP);
    assert_int_equal(take_frame().arp.target_ip, PEER_IP);
    assert_true(clock_now() - start >= SECONDS(1));
    end_reader(&reader);
}

static void a_wait_ends_at_its_deadline_while_driving_and_while_not(void **state)
{
    (void)state;
    struct reader reader = {.which = 1};
    usec_t end = clock_now() + MS(20);
    assert_int_equal(read_from(0, end), -EAGAIN);
    assert_true(clock_now() >= end);
    start_reader(&reader);
    make_drive(1);
    end = clock_now() + MS(20);
    assert_int_equal(read_from(0, end), -EAGAIN);
    assert_true(clock_now() >= end);
    end_reader(&reader);
}

enum { EXCHANGES = 300 };

static void answer(void *arg)
{
    const struct reader *reader = arg;
    struct udp_socket *udp = host.udp[reader->which];
    uint8_t data[64];
    struct udp_receiving receiving = {.out = {data, sizeof(data)}};
    usec_t now = stack_enter(host.stack);
    for (int answered = 0; answered < EXCHANGES;) {
        int64_t len = udp_receive_locked(udp, &receiving);
        if (len == -EAGAIN) {
            now = bell_wait_locked(host.stack, &host.bell[reader->which], NEVER);
            continue;
        }
        const struct span back = {data, (size_t)len};
        udp_send_locked(host.stack, now, udp, back, &receiving.from);
        answered++;
    }
    stack_leave(host.stack);
}

static void many_turns_lose_nothing(void **state)
{
    (void)state;
    struct reader readers[2] = {{.which = 0}, {.which = 1}};
    assert_int_equal(stack_add_neighbour(host.stack, PEER_IP, &peer_mac), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(thread_start(&readers[i].thread, "echo", answer, &readers[i]), 0);
    for (int i = 0; i < EXCHANGES; i++) {
        give_datagram(4000, "again");
        give_datagram(4001, "and again");
        assert_int_equal(take_frame().kind, FRAME_UDP);
        assert_int_equal(take_frame().kind, FRAME_UDP);
    }
    for (int i = 0; i < 2; i++)
        thread_join(readers[i].thread);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DRIVEN(the_reserve_drives_until_it_has_woken_a_program),
        DRIVEN(a_driver_that_wakes_another_is_relieved_by_it),
        DRIVEN(a_driver_hears_its_bell_from_another_thread),
        DRIVEN(a_driver_learns_of_an_earlier_deadline),
        DRIVEN(a_wait_ends_at_its_deadline_while_driving_and_while_not),
        DRIVEN(many_turns_lose_nothing),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
