/* common/base/thread.c on real threads: what must hold whatever the kernel's scheduler does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/bytes.h"
#include "tests/unit/resources.h"

/* How many threads at once a test may have: ThreadSanitizer and valgrind set limits of their own.
 */
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define RUNNING_ON_VALGRIND 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { CROWD = 1000 };
#else
enum { CROWD = 10000 };
#endif

static struct thread *start(void (*run)(void *arg), void *arg)
{
    struct thread *thread;
    assert_int_equal(thread_start(&thread, "worker", run, arg), 0);
    return thread;
}

static void set(void *arg)
{
    *(bool *)arg = true;
}

static void join_returns_after_the_thread_has(void **state)
{
    (void)state;
    bool ran = false;
    thread_join(start(set, &ran));
    assert_true(ran);
}

static void tell_name(void *arg)
{
    prctl(PR_GET_NAME, arg);
}

static void a_thread_carries_its_name_as_far_as_the_kernel_takes_it(void **state)
{
    (void)state;
    char name[16] = "";
    struct thread *thread;
    assert_int_equal(thread_start(&thread, "a-name-beyond-fifteen", tell_name, name), 0);
    thread_join(thread);
    assert_string_equal(name, "a-name-beyond-f");
}

static void look_where_it_runs(void *cpus)
{
    sched_getaffinity(0, sizeof(cpu_set_t), cpus);
}

static void threads_stay_on_the_cpu_of_who_started_them(void **state)
{
    (void)state;
    cpu_set_t before, pinned;
    sched_getaffinity(0, sizeof(before), &before);
    int cpu = sched_getcpu();
    assert_int_equal(thread_pin(NULL, cpu), 0);
    thread_join(start(look_where_it_runs, &pinned));
    sched_setaffinity(0, sizeof(before), &before);
    assert_int_equal(CPU_COUNT(&pinned), 1);
    assert_true(CPU_ISSET((size_t)cpu, &pinned));
}

static void no_thread_can_be_pinned_where_there_is_no_cpu(void **state)
{
    (void)state;
    assert_int_equal(thread_pin(NULL, CPU_SETSIZE - 1), -EINVAL);
}

static void sleep_does_not_end_early(void **state)
{
    (void)state;
    usec_t when = clock_now() + MS(20);
    thread_sleep_until(when);
    assert_true(clock_now() >= when);
    thread_sleep_until(when); /* has passed: returns */
}

/* ---- monitors ---- */

static struct {
    struct monitor monitor;
    int count;    /* guarded by the monitor */
    int arrivals; /* likewise */
    bool open;    /* likewise */
} room;

static int set_up(void **state)
{
    (void)state;
    memset(&room, 0, sizeof(room));
    monitor_init(&room.monitor);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    monitor_fini(&room.monitor);
    return 0;
}

static void count_to_1000(void *arg)
{
    (void)arg;
    for (int i = 0; i < 1000; i++) {
        monitor_enter(&room.monitor);
        room.count++;
        monitor_leave(&room.monitor);
    }
}

static void one_at_a_time_is_inside(void **state)
{
    (void)state;
    struct thread *threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        threads[i] = start(count_to_1000, NULL);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        thread_join(threads[i]);
    assert_int_equal(room.count, 4000);
}

static void a_wait_ends_at_its_deadline_and_not_before(void **state)
{
    (void)state;
    usec_t deadline = clock_now() + MS(20);
    monitor_enter(&room.monitor);
    while (monitor_wait(&room.monitor, deadline)) /* woken for nothing */
        ;
    assert_true(clock_now() >= deadline);
    assert_false(monitor_wait(&room.monitor, deadline));
    monitor_leave(&room.monitor);
}

/* Arrives, wakes who counts the arrivals, and waits for the door. */
static void wait_for_door(void *arg)
{
    (void)arg;
    monitor_enter(&room.monitor);
    room.arrivals++;
    monitor_wake(&room.monitor);
    while (!room.open)
        monitor_wait(&room.monitor, NEVER);
    room.count++;
    monitor_leave(&room.monitor);
}

static void open_door_when_all_have_arrived(int all)
{
    monitor_enter(&room.monitor);
    while (room.arrivals < all)
        monitor_wait(&room.monitor, NEVER);
    room.open = true;
    monitor_wake(&room.monitor);
    monitor_leave(&room.monitor);
}

static void a_wake_reaches_all_who_wait(void **state)
{
    (void)state;
    struct thread *threads[8];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        threads[i] = start(wait_for_door, NULL);
    open_door_when_all_have_arrived(8);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        thread_join(threads[i]);
    assert_int_equal(room.count, 8);
}

/* ---- many ---- */

static void linger(void *arg)
{
    (void)arg;
    monitor_enter(&room.monitor);
    room.arrivals++;
    while (!room.open)
        monitor_wait(&room.monitor, NEVER);
    monitor_leave(&room.monitor);
}

static int arrivals(void)
{
    monitor_enter(&room.monitor);
    int count = room.arrivals;
    monitor_leave(&room.monitor);
    return count;
}

static void open_door(void)
{
    monitor_enter(&room.monitor);
    room.open = true;
    monitor_wake(&room.monitor);
    monitor_leave(&room.monitor);
}

static void ten_thousand_threads_live_at_once(void **state)
{
    (void)state;
    static struct thread *threads[CROWD];
    size_t crowd = RUNNING_ON_VALGRIND ? 300 : CROWD;
    for (size_t i = 0; i < crowd; i++)
        threads[i] = start(linger, NULL);
    while (arrivals() < (int)crowd)
        thread_sleep_until(clock_now() + MS(1));
    open_door();
    for (size_t i = 0; i < crowd; i++)
        thread_join(threads[i]);
}

/* A thread of ours prints: printf with everything it may need must fit the stack. */
static void print_much(void *arg)
{
    char text[4096];
    snprintf(text, sizeof(text), "%2000d %s %f %lld", 1, "words", 3.25, (long long)clock_now());
    *(bool *)arg = strlen(text) > 2000;
}

static void the_stack_has_room_for_printing(void **state)
{
    (void)state;
    bool printed = false;
    thread_join(start(print_much, &printed));
    assert_true(printed);
}

#define IN_ROOM(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(join_returns_after_the_thread_has),
        cmocka_unit_test(a_thread_carries_its_name_as_far_as_the_kernel_takes_it),
        cmocka_unit_test(threads_stay_on_the_cpu_of_who_started_them),
        cmocka_unit_test(no_thread_can_be_pinned_where_there_is_no_cpu),
        cmocka_unit_test(sleep_does_not_end_early),
        IN_ROOM(one_at_a_time_is_inside),
        IN_ROOM(a_wait_ends_at_its_deadline_and_not_before),
        IN_ROOM(a_wake_reaches_all_who_wait),
        IN_ROOM(ten_thousand_threads_live_at_once),
        cmocka_unit_test(the_stack_has_room_for_printing),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
