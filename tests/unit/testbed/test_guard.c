/* What is left of a testbed whose holder was killed: nothing. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/thread.h"
#include "testbed/guard.h"
#include "tests/unit/resources.h"

static char runtime[64]; /* stands in for $XDG_RUNTIME_DIR */
static struct registry registry;

static int open_empty(void **state)
{
    (void)state;
    struct fault fault = {0};
    snprintf(runtime, sizeof(runtime), "/tmp/test-guard-XXXXXX");
    if (!mkdtemp(runtime) || setenv("XDG_RUNTIME_DIR", runtime, 1) < 0)
        return -1;
    return registry_open(&registry, &fault);
}

static int close_and_remove(void **state)
{
    (void)state;
    registry_close(&registry);
    return rmdir(runtime); /* which fails when anything is left in it */
}

/* The life of a holder that is killed: posts a guard, registers, says so, and waits. */
static void hold(int out)
{
    const int fds[2] = {11, 12};
    struct fault fault = {0};
    struct guard guard;
    if (guard_post(&guard, &registry, "class") || registry_add(&registry, "class", fds, &fault) ||
        write(out, "x", 1) != 1)
        _exit(1);
    thread_sleep_until(NEVER);
}

static pid_t start_holder(void)
{
    int ends[2];
    char ready;
    assert_int_equal(pipe(ends), 0);
    pid_t holder = fork();
    if (holder == 0)
        hold(ends[1]);
    close(ends[1]);
    assert_int_equal(read(ends[0], &ready, 1), 1);
    close(ends[0]);
    return holder;
}

static bool has_file(void)
{
    return faccessat(registry.folder, "class", F_OK, 0) == 0;
}

static void a_killed_holder_is_forgotten_at_once(void **state)
{
    (void)state;
    pid_t holder = start_holder();
    bool registered = has_file();
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
    assert_true(registered);
    usec_t end = clock_now() + SECONDS(10);
    while (has_file() && clock_now() < end)
        thread_sleep_until(clock_now() + MS(1));
    assert_false(has_file());
}

static void a_guard_that_is_dismissed_touches_nothing(void **state)
{
    (void)state;
    const int fds[2] = {11, 12};
    struct fault fault = {0};
    struct guard guard;
    assert_int_equal(guard_post(&guard, &registry, "class"), 0);
    assert_int_equal(registry_add(&registry, "class", fds, &fault), 0);
    guard_dismiss(&guard);
    assert_int_equal(waitpid(guard.pid, NULL, 0), -1);
    assert_int_equal(errno, ECHILD);
    assert_true(has_file());
    registry_remove(&registry, "class");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_empty, close_and_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_killed_holder_is_forgotten_at_once),
        TEST(a_guard_that_is_dismissed_touches_nothing),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
