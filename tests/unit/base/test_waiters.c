/* common/base/thread.c: queues of their own under one monitor, with real threads and simulated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/sched.h"
#include "tests/unit/resources.h"

enum { DOORS = 3 };

/* Three threads, each of which waits at a door of its own. */
static struct {
    struct monitor monitor;
    struct waiters door[DOORS];
    bool open[DOORS];
    int waiting, inside, looks;
    char story[DOORS + 1]; /* who came in, in that order */
} house;

static void go_in(void *arg)
{
    int door = *(char *)arg - 'a';
    monitor_enter(&house.monitor);
    house.waiting++;
    monitor_wake(&house.monitor);
    while (!house.open[door]) {
        waiters_wait(&house.door[door], &house.monitor, NEVER);
        house.looks++;
    }
    house.story[house.inside++] = *(char *)arg;
    monitor_wake(&house.monitor);
    monitor_leave(&house.monitor);
}

/* Opens `door` and waits until somebody came in by it. */
static void open_door(int door)
{
    monitor_enter(&house.monitor);
    int before = house.inside;
    house.open[door] = true;
    waiters_wake(&house.door[door], &house.monitor);
    while (house.inside == before)
        monitor_wait(&house.monitor, NEVER);
    monitor_leave(&house.monitor);
}

static int build(void **state)
{
    (void)state;
    memset(&house, 0, sizeof(house));
    monitor_init(&house.monitor);
    for (int i = 0; i < DOORS; i++)
        waiters_init(&house.door[i]);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < DOORS; i++)
        waiters_fini(&house.door[i]);
    monitor_fini(&house.monitor);
    return 0;
}

static int build_simulated(void **state)
{
    sched_begin(1);
    return build(state);
}

static int tear_down_simulated(void **state)
{
    tear_down(state);
    sched_end();
    return 0;
}

static void wait_until_all_wait(void)
{
    monitor_enter(&house.monitor);
    while (house.waiting < DOORS)
        monitor_wait(&house.monitor, NEVER);
    monitor_leave(&house.monitor);
}

static void open_all_from_the_last(void)
{
    static char letters[] = "abc";
    struct thread *threads[DOORS];
    for (int i = 0; i < DOORS; i++)
        assert_int_equal(thread_start(&threads[i], "guest", go_in, &letters[i]), 0);
    wait_until_all_wait();
    for (int i = DOORS - 1; i >= 0; i--)
        open_door(i);
    for (int i = 0; i < DOORS; i++)
        thread_join(threads[i]);
}

static void each_queue_is_woken_alone(void **state)
{
    (void)state;
    open_all_from_the_last();
    assert_string_equal(house.story, "cba");
}

static void a_simulated_wake_costs_no_other_queue_a_look(void **state)
{
    (void)state;
    open_all_from_the_last();
    assert_string_equal(house.story, "cba");
    assert_int_equal(house.looks, DOORS);
}

static void a_wait_ends_at_its_deadline(void **state)
{
    (void)state;
    monitor_enter(&house.monitor);
    usec_t deadline = clock_now() + MS(5);
    while (waiters_wait(&house.door[0], &house.monitor, deadline))
        ;
    assert_true(clock_now() >= deadline);
    monitor_leave(&house.monitor);
}

static void a_wake_without_waiters_is_forgotten(void **state)
{
    (void)state;
    monitor_enter(&house.monitor);
    waiters_wake(&house.door[0], &house.monitor);
    usec_t deadline = clock_now() + MS(5);
    while (waiters_wait(&house.door[0], &house.monitor, deadline))
        ;
    assert_true(clock_now() >= deadline);
    monitor_leave(&house.monitor);
}

#define REAL(test) cmocka_unit_test_setup_teardown(test, build, tear_down)
#define IN_SIMULATION(test)                                                                        \
    cmocka_unit_test_setup_teardown(test, build_simulated, tear_down_simulated)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REAL(each_queue_is_woken_alone),
        REAL(a_wait_ends_at_its_deadline),
        REAL(a_wake_without_waiters_is_forgotten),
        IN_SIMULATION(each_queue_is_woken_alone),
        IN_SIMULATION(a_simulated_wake_costs_no_other_queue_a_look),
        IN_SIMULATION(a_wait_ends_at_its_deadline),
        IN_SIMULATION(a_wake_without_waiters_is_forgotten),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
