/* common/base/interrupt.c: the first signal calls back, the second ends the process, and stopping
 * leaves nothing behind. Signals are sent to the process itself or to a child of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>

#include "base/interrupt.h"
#include "base/sched.h"
#include "tests/unit/resources.h"

static struct {
    struct monitor monitor;
    int calls; /* guarded by the monitor */
} heard;

static int set_up(void **state)
{
    (void)state;
    heard.calls = 0;
    monitor_init(&heard.monitor);
    signal(SIGHUP, SIG_DFL); /* the tests themselves may run under nohup */
    interrupt_block();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    interrupt_restore();
    monitor_fini(&heard.monitor);
    return 0;
}

static void hear(void *arg)
{
    (void)arg;
    monitor_enter(&heard.monitor);
    heard.calls++;
    monitor_wake(&heard.monitor);
    monitor_leave(&heard.monitor);
}

static bool hears_within(usec_t patience)
{
    usec_t deadline = clock_now() + patience;
    monitor_enter(&heard.monitor);
    while (heard.calls == 0 && monitor_wait(&heard.monitor, deadline))
        ;
    bool called = heard.calls == 1;
    monitor_leave(&heard.monitor);
    return called;
}

static void called_back_on(int number)
{
    assert_int_equal(interrupt_start(hear, NULL), 0);
    kill(getpid(), number);
    assert_true(hears_within(SECONDS(10)));
    interrupt_stop();
}

static void the_first_signal_calls_back(void **state)
{
    (void)state;
    called_back_on(SIGINT);
}

static void termination_is_heard_like_an_interrupt(void **state)
{
    (void)state;
    called_back_on(SIGTERM);
}

static void a_closed_terminal_is_heard_like_an_interrupt(void **state)
{
    (void)state;
    called_back_on(SIGHUP);
}

static void under_nohup_a_closed_terminal_is_ignored(void **state)
{
    (void)state;
    sigset_t pending;
    interrupt_restore();
    signal(SIGHUP, SIG_IGN);
    interrupt_block();
    kill(getpid(), SIGHUP);
    sigpending(&pending);
    signal(SIGHUP, SIG_DFL);
    assert_false(sigismember(&pending, SIGHUP));
}

static void stopping_calls_nobody_and_can_be_followed_by_a_start(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        assert_int_equal(interrupt_start(hear, NULL), 0);
        interrupt_stop();
    }
    assert_int_equal(heard.calls, 0);
    called_back_on(SIGINT);
}

static void stopping_what_was_not_started_does_nothing(void **state)
{
    (void)state;
    interrupt_stop();
}

static void a_signal_that_meets_the_stop_is_not_left_pending(void **state)
{
    (void)state;
    sigset_t pending;
    for (int i = 0; i < 50; i++) {
        assert_int_equal(interrupt_start(hear, NULL), 0);
        kill(getpid(), SIGINT);
        interrupt_stop();
        sigpending(&pending);
        assert_false(sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM));
    }
}

static void a_write_to_nobody_fails_instead_of_killing(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(write(ends[1], "x", 1), -1);
    close(ends[1]);
}

/* ---- processes that end ---- */

/* Runs `life` in a child until it writes a byte, calls `interfere` if there is one, and gives the
 * child's wait status. */
static int status_of(void (*life)(int out), void (*interfere)(pid_t child))
{
    int ends[2], status;
    char ready;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        life(ends[1]);
        _exit(0);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &ready, 1), 1);
    if (interfere)
        interfere(child);
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ends[0]);
    return status;
}

static void hang(void *arg)
{
    if (write(*(int *)arg, "x", 1) != 1)
        _exit(1);
    thread_sleep_until(clock_now() + SECONDS(60));
}

static void hang_when_interrupted(int out)
{
    if (interrupt_start(hang, &out) == 0)
        kill(getpid(), SIGINT);
    thread_sleep_until(clock_now() + SECONDS(60));
}

static void interrupt_again(pid_t child)
{
    kill(child, SIGINT);
}

static void the_second_signal_ends_even_what_hangs_in_the_callback(void **state)
{
    (void)state;
    int status = status_of(hang_when_interrupted, interrupt_again);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGINT);
}

static void simulate(int out)
{
    sched_begin(1);
    if (interrupt_start(hear, NULL) == 0 && write(out, "x", 1) == 1)
        kill(getpid(), SIGINT);
    _exit(1);
}

static void under_the_simulation_the_signal_just_ends_the_process(void **state)
{
    (void)state;
    int status = status_of(simulate, NULL);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGINT);
}

#define BLOCKED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BLOCKED(the_first_signal_calls_back),
        BLOCKED(termination_is_heard_like_an_interrupt),
        BLOCKED(a_closed_terminal_is_heard_like_an_interrupt),
        BLOCKED(under_nohup_a_closed_terminal_is_ignored),
        BLOCKED(stopping_calls_nobody_and_can_be_followed_by_a_start),
        BLOCKED(stopping_what_was_not_started_does_nothing),
        BLOCKED(a_signal_that_meets_the_stop_is_not_left_pending),
        BLOCKED(a_write_to_nobody_fails_instead_of_killing),
        BLOCKED(the_second_signal_ends_even_what_hangs_in_the_callback),
        BLOCKED(under_the_simulation_the_signal_just_ends_the_process),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
