/* common/base/sched_monitor.c: who is inside, who comes next, and who wakes whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/base/simulation.h"
#include "tests/unit/resources.h"

static struct {
    struct monitor monitor;
    int turn, rounds;
} table_tennis;

static void play(void *arg)
{
    int self = *(char *)arg - 'a';
    monitor_enter(&table_tennis.monitor);
    for (int i = 0; i < 50; i++) {
        while (table_tennis.turn != self)
            monitor_wait(&table_tennis.monitor, NEVER);
        table_tennis.turn = !self;
        table_tennis.rounds++;
        tell(*(char *)arg);
        monitor_wake(&table_tennis.monitor);
    }
    monitor_leave(&table_tennis.monitor);
}

static void two_threads_play_ping_pong(void **state)
{
    (void)state;
    table_tennis.turn = table_tennis.rounds = 0;
    monitor_init(&table_tennis.monitor);
    run_all(2, play);
    monitor_fini(&table_tennis.monitor);
    assert_int_equal(table_tennis.rounds, 100);
    assert_memory_equal(story.text, "abababab", 8);
}

static void a_wait_ends_at_its_deadline(void **state)
{
    (void)state;
    struct monitor monitor;
    monitor_init(&monitor);
    monitor_enter(&monitor);
    assert_false(monitor_wait(&monitor, SECONDS(7)));
    assert_int_equal(clock_now(), SECONDS(7));
    monitor_leave(&monitor);
    monitor_fini(&monitor);
}

static void wake_at_five(void *arg)
{
    thread_sleep_until(SECONDS(5));
    monitor_enter(arg);
    monitor_wake(arg);
    monitor_leave(arg);
}

static void a_wake_comes_before_the_deadline(void **state)
{
    (void)state;
    struct monitor monitor;
    monitor_init(&monitor);
    struct thread *thread = start("waker", wake_at_five, &monitor);
    monitor_enter(&monitor);
    assert_true(monitor_wait(&monitor, SECONDS(7)));
    assert_int_equal(clock_now(), SECONDS(5));
    monitor_leave(&monitor);
    thread_join(thread);
    monitor_fini(&monitor);
}

static void wake_at_five_leave_at_nine(void *arg)
{
    thread_sleep_until(SECONDS(5));
    monitor_enter(arg);
    monitor_wake(arg);
    thread_sleep_until(SECONDS(9));
    monitor_leave(arg);
}

static void one_woken_in_time_is_not_late_for_having_to_wait_outside(void **state)
{
    (void)state;
    struct monitor monitor;
    monitor_init(&monitor);
    struct thread *thread = start("waker", wake_at_five_leave_at_nine, &monitor);
    monitor_enter(&monitor);
    assert_true(monitor_wait(&monitor, SECONDS(7)));
    assert_int_equal(clock_now(), SECONDS(9));
    monitor_leave(&monitor);
    thread_join(thread);
    monitor_fini(&monitor);
}

static struct monitor room;

static void sleep_inside(void *arg)
{
    monitor_enter(&room);
    tell(*(char *)arg);
    thread_sleep_until(clock_now() + MS(1));
    tell(*(char *)arg);
    monitor_leave(&room);
}

static void nobody_enters_while_the_owner_sleeps_inside(void **state)
{
    (void)state;
    monitor_init(&room);
    run_all(3, sleep_inside);
    monitor_fini(&room);
    assert_string_equal(story.text, "aabbcc");
}

static void enter_again_and_again(void *arg)
{
    for (int i = 0; i < 3; i++) {
        monitor_enter(&room);
        tell(*(char *)arg);
        sched_point();
        monitor_leave(&room);
    }
}

static void who_enters_again_at_once_does_not_starve_the_others(void **state)
{
    (void)state;
    monitor_init(&room);
    run_all(3, enter_again_and_again);
    monitor_fini(&room);
    assert_string_equal(story.text, "abcabcabc");
}

static struct {
    struct sched_handler handler;
    struct monitor monitor;
    usec_t due;
    bool arrived;
} post;

static usec_t post_deadline(void *arg)
{
    (void)arg;
    monitor_enter(&post.monitor);
    usec_t due = post.due;
    monitor_leave(&post.monitor);
    return due;
}

static void post_deliver(void *arg, usec_t now)
{
    (void)arg;
    (void)now;
    monitor_enter(&post.monitor);
    post.due = NEVER;
    post.arrived = true;
    monitor_wake(&post.monitor);
    monitor_leave(&post.monitor);
}

static void a_handler_wakes_a_thread_that_waits_without_end(void **state)
{
    (void)state;
    monitor_init(&post.monitor);
    post.due = SECONDS(3);
    post.arrived = false;
    post.handler =
        (struct sched_handler){.name = "post", .deadline = post_deadline, .run = post_deliver};
    sched_add_handler(&post.handler);
    monitor_enter(&post.monitor);
    while (!post.arrived)
        monitor_wait(&post.monitor, NEVER);
    monitor_leave(&post.monitor);
    assert_int_equal(clock_now(), SECONDS(3));
    sched_remove_handler(&post.handler);
    monitor_fini(&post.monitor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SIMULATED(two_threads_play_ping_pong),
        SIMULATED(a_wait_ends_at_its_deadline),
        SIMULATED(a_wake_comes_before_the_deadline),
        SIMULATED(one_woken_in_time_is_not_late_for_having_to_wait_outside),
        SIMULATED(nobody_enters_while_the_owner_sleeps_inside),
        SIMULATED(who_enters_again_at_once_does_not_starve_the_others),
        SIMULATED(a_handler_wakes_a_thread_that_waits_without_end),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
