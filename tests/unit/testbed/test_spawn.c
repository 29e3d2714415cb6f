/* Children inside a namespace. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/thread.h"
#include "testbed/netns.h"
#include "testbed/spawn.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"

static int netns = -1;

static int enter_and_count(void **state)
{
    if (!tier_fault.error)
        netns = netns_new();
    return resources_before(state);
}

static int count_and_leave(void **state)
{
    int left = resources_after(state);
    if (netns >= 0)
        close(netns);
    return left;
}

/* Runs a shell line in the namespace and waits for it. */
static int status_of(const char *line)
{
    char *const command[] = {"sh", "-c", (char *)line, NULL};
    int status = -1;
    int pid = spawn_inside(netns, command);
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void a_child_runs_and_its_exit_code_arrives(void **state)
{
    (void)state;
    tier_need_t1();
    assert_int_equal(WEXITSTATUS(status_of("exit 7")), 7);
}

static void a_child_sees_the_network_of_its_namespace(void **state)
{
    (void)state;
    tier_need_t1();
    char line[80];
    snprintf(line, sizeof(line), "[ /proc/self/ns/net -ef /proc/%d/fd/%d ]", (int)getpid(), netns);
    assert_int_equal(status_of(line), 0);
}

static void a_command_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    tier_need_t1();
    char *const command[] = {"/no/such/command", NULL};
    assert_int_equal(spawn_inside(netns, command), -ENOENT);
}

static void a_child_has_no_signal_blocked_or_ignored(void **state)
{
    (void)state;
    tier_need_t1();
    sigset_t before, blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    signal(SIGPIPE, SIG_IGN);
    void (*hangup)(int) = signal(SIGHUP, SIG_DFL); /* the tests may run under nohup, */
    void (*quit)(int) = signal(SIGQUIT, SIG_DFL);  /* or in a shell's background */
    /* Of sixteen digits the last seven are the signals 1 to 28; two of those above are the C
     * library's own, and whoever started the tests may ignore them. */
    int status = status_of("grep -Eq 'Sig(Blk|Ign):.[0-9a-f]{9}[0-9a-f]*[1-9a-f]' "
                           "/proc/self/status");
    signal(SIGPIPE, SIG_DFL);
    signal(SIGHUP, hangup);
    signal(SIGQUIT, quit);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    assert_int_equal(WEXITSTATUS(status), 1);
}

static void start_sleeper(void *arg)
{
    char *const command[] = {"sleep", "1000", NULL};
    *(int *)arg = spawn_inside(netns, command);
}

static void a_child_dies_with_the_thread_that_started_it(void **state)
{
    (void)state;
    tier_need_t1();
    int pid = -1, status = 0;
    struct thread *thread;
    assert_int_equal(thread_start(&thread, "parent", start_sleeper, &pid), 0);
    thread_join(thread);
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_runs_and_its_exit_code_arrives),
        cmocka_unit_test(a_child_sees_the_network_of_its_namespace),
        cmocka_unit_test(a_command_that_is_not_there_is_an_error),
        cmocka_unit_test(a_child_has_no_signal_blocked_or_ignored),
        cmocka_unit_test(a_child_dies_with_the_thread_that_started_it),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, enter_and_count, count_and_leave);
}
