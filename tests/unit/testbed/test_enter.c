/* Entering namespaces, and being told why not. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/thread.h"
#include "testbed/enter.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"

static ino_t namespace_before;

static ino_t own_namespace(void)
{
    struct stat status;
    return stat("/proc/self/ns/net", &status) < 0 ? 0 : status.st_ino;
}

static void the_network_is_not_the_machines(void **state)
{
    (void)state;
    tier_need_t1();
    assert_int_not_equal(own_namespace(), namespace_before);
}

static void entering_twice_changes_nothing(void **state)
{
    (void)state;
    tier_need_t1();
    struct fault fault = {0};
    ino_t once = own_namespace();
    assert_int_equal(testbed_enter(&fault), 0);
    assert_int_equal(own_namespace(), once);
}

static void the_user_has_all_capabilities_inside(void **state)
{
    (void)state;
    tier_need_t1();
    assert_true(enter_is_privileged());
    assert_int_equal(geteuid(), 0);
}

static const char *own_path;

/* What this program does as its own child: puts itself into a user namespace that allows no
 * further ones, tries once more, and prints what it is told. */
static int meet_closed_door(void)
{
    struct fault fault = {0};
    int limit = -1;
    if (enter_user_namespace(&fault) == 0)
        limit = open("/proc/sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC);
    if (limit >= 0 && write(limit, "0", 1) == 1)
        enter_user_namespace(&fault);
    puts(fault.text);
    return fault_exit_code(&fault);
}

static void a_failure_names_the_line_that_mends_it(void **state)
{
    (void)state;
    tier_need_t1();
    char command[PATH_MAX + 16], text[512] = "";
    snprintf(command, sizeof(command), "'%s' closed-door", own_path);
    FILE *child = popen(command, "re");
    assert_non_null(child);
    assert_non_null(fgets(text, sizeof(text), child));
    assert_int_equal(WEXITSTATUS(pclose(child)), 77);
    assert_non_null(strstr(text, "sudo sysctl -w user.max_user_namespaces="));
}

struct gate {
    struct monitor monitor;
    bool open; /* guarded by the monitor */
};

static void wait_at_gate(void *arg)
{
    struct gate *gate = arg;
    monitor_enter(&gate->monitor);
    while (!gate->open)
        monitor_wait(&gate->monitor, NEVER);
    monitor_leave(&gate->monitor);
}

static void a_process_with_threads_cannot_enter(void **state)
{
    (void)state;
    struct gate gate = {.open = false};
    struct fault fault = {0};
    struct thread *thread;
    monitor_init(&gate.monitor);
    assert_int_equal(thread_start(&thread, "waiter", wait_at_gate, &gate), 0);
    int error = enter_user_namespace(&fault);
    monitor_enter(&gate.monitor);
    gate.open = true;
    monitor_wake(&gate.monitor);
    monitor_leave(&gate.monitor);
    thread_join(thread);
    monitor_fini(&gate.monitor);
    assert_int_equal(error, -EBUSY);
    assert_non_null(strstr(fault.text, "threads"));
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return meet_closed_door();
    own_path = argv[0];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_network_is_not_the_machines),
        cmocka_unit_test(entering_twice_changes_nothing),
        cmocka_unit_test(the_user_has_all_capabilities_inside),
        cmocka_unit_test(a_failure_names_the_line_that_mends_it),
        cmocka_unit_test(a_process_with_threads_cannot_enter),
    };
    namespace_before = own_namespace();
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
