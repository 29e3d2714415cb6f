/* Where running testbeds are found by name, and dead ones forgotten. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "testbed/registry.h"
#include "tests/unit/resources.h"

static const int fds[2] = {11, 12};
static char runtime[64]; /* stands in for $XDG_RUNTIME_DIR */
static struct registry registry;
static struct fault fault;

static int open_empty(void **state)
{
    (void)state;
    fault = (struct fault){0};
    snprintf(runtime, sizeof(runtime), "/tmp/test-registry-XXXXXX");
    if (!mkdtemp(runtime) || setenv("XDG_RUNTIME_DIR", runtime, 1) < 0)
        return -1;
    return registry_open(&registry, &fault);
}

static int close_and_remove(void **state)
{
    (void)state;
    registry_close(&registry);
    char command[128];
    snprintf(command, sizeof(command), "rm -r '%s'", runtime);
    return system(command);
}

/* A file as a holder that is gone would have left it. */
static void leave(const char *name, const char *text)
{
    int fd = openat(registry.folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
    close(fd);
}

static bool has_file(const char *name)
{
    return faccessat(registry.folder, name, F_OK, 0) == 0;
}

static void what_was_added_is_found(void **state)
{
    (void)state;
    struct registration found;
    assert_int_equal(registry_add(&registry, "class", fds, &fault), 0);
    assert_int_equal(registry_find(&registry, "class", &found, &fault), 0);
    assert_string_equal(found.name, "class");
    assert_int_equal(found.holder, getpid());
    assert_int_equal(found.netns[HOST_A], 11);
    assert_int_equal(found.netns[HOST_B], 12);
}

static void what_was_removed_is_not_found(void **state)
{
    (void)state;
    struct registration found;
    assert_int_equal(registry_add(&registry, "class", fds, &fault), 0);
    registry_remove(&registry, "class");
    assert_int_equal(registry_find(&registry, "class", &found, &fault), -ENOENT);
    assert_non_null(strstr(fault.text, "class"));
}

static void a_live_name_cannot_be_taken_twice(void **state)
{
    (void)state;
    assert_int_equal(registry_add(&registry, "class", fds, &fault), 0);
    assert_int_equal(registry_add(&registry, "class", fds, &fault), -EEXIST);
    assert_non_null(strstr(fault.text, "--name"));
}

static void a_dead_holders_name_can_be_taken(void **state)
{
    (void)state;
    struct registration found;
    leave("class", "2000000000 1 3 4\n");
    assert_int_equal(registry_add(&registry, "class", fds, &fault), 0);
    assert_int_equal(registry_find(&registry, "class", &found, &fault), 0);
    assert_int_equal(found.holder, getpid());
}

static void a_pid_used_again_is_not_the_holder(void **state)
{
    (void)state;
    struct registration found;
    char text[64];
    snprintf(text, sizeof(text), "%d 1 3 4\n", (int)getpid()); /* alive, but of another time */
    leave("class", text);
    assert_int_equal(registry_find(&registry, "class", &found, &fault), -ENOENT);
    assert_false(has_file("class"));
}

static void a_holder_nobody_waited_for_is_dead(void **state)
{
    (void)state;
    struct registration found;
    siginfo_t ended;
    pid_t child = fork();
    if (child == 0)
        _exit(registry_add(&registry, "class", fds, &fault) ? 1 : 0);
    assert_int_equal(waitid(P_PID, (id_t)child, &ended, WEXITED | WNOWAIT), 0);
    assert_int_equal(ended.si_status, 0);
    assert_int_equal(registry_find(&registry, "class", &found, &fault), -ENOENT);
    waitpid(child, NULL, 0);
}

static void half_a_registration_is_removed(void **state)
{
    (void)state;
    struct registration found;
    leave("class", "12");
    assert_int_equal(registry_find(&registry, "class", &found, &fault), -ENOENT);
    assert_false(has_file("class"));
}

static void the_live_ones_are_listed_by_name(void **state)
{
    (void)state;
    struct registration found[4];
    leave("dead", "2000000000 1 3 4\n");
    assert_int_equal(registry_add(&registry, "two", fds, &fault), 0);
    assert_int_equal(registry_add(&registry, "one", fds, &fault), 0);
    assert_int_equal(registry_list(&registry, found, 4), 2);
    assert_string_equal(found[0].name, "one");
    assert_string_equal(found[1].name, "two");
}

static void a_name_that_could_be_a_path_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "", ".", "..", "../x", "a/b", "a b", "a-name-of-more-than-thirty-one-characters"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct fault refused = {0};
        assert_int_equal(registry_add(&registry, names[i], fds, &refused), -EINVAL);
    }
}

static void a_folder_open_to_others_is_refused(void **state)
{
    (void)state;
    char path[96];
    struct registry other;
    snprintf(path, sizeof(path), "%s/twinstack", runtime);
    assert_int_equal(chmod(path, 0755), 0);
    assert_int_equal(registry_open(&other, &fault), -EACCES);
    assert_non_null(strstr(fault.text, path));
}

static bool has_folder(void)
{
    return access(registry.path, F_OK) == 0;
}

static void the_folder_stays_as_long_as_a_testbed_is_registered(void **state)
{
    (void)state;
    struct registry other;
    assert_int_equal(registry_add(&registry, "class", fds, &fault), 0);
    assert_int_equal(registry_open(&other, &fault), 0);
    registry_close(&other);
    assert_true(has_folder());
    registry_remove(&registry, "class");
    assert_int_equal(registry_open(&other, &fault), 0);
    registry_close(&other);
    assert_false(has_folder());
}

static void a_folder_that_another_process_removed_is_made_again(void **state)
{
    (void)state;
    struct registration found;
    assert_int_equal(rmdir(registry.path), 0);
    assert_int_equal(registry_add(&registry, "class", fds, &fault), 0);
    assert_int_equal(registry_find(&registry, "class", &found, &fault), 0);
    assert_true(has_folder());
}

static void ignore_and_interrupt(int signal)
{
    (void)signal;
}

/* Has the folder's lock, disturbs who waits for it, says so to `done`, and lets go by ending. */
static void hold_and_disturb(int held, int done)
{
    const struct timespec a_while = {.tv_nsec = 5000000};
    int folder = open(registry.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = flock(folder, LOCK_EX) == 0 && write(held, "h", 1) == 1;
    for (int i = 0; ok && i < 3; i++) {
        nanosleep(&a_while, NULL);
        kill(getppid(), SIGUSR1);
    }
    _exit(ok && write(done, "d", 1) == 1 ? 0 : 1);
}

static void a_signal_does_not_end_the_wait_for_the_lock(void **state)
{
    (void)state;
    const struct sigaction interrupting = {.sa_handler = ignore_and_interrupt};
    int held[2], done[2], status;
    char octet;
    assert_int_equal(sigaction(SIGUSR1, &interrupting, NULL), 0);
    assert_int_equal(pipe(held), 0);
    assert_int_equal(pipe2(done, O_NONBLOCK), 0);
    pid_t child = fork();
    if (child == 0)
        hold_and_disturb(held[1], done[1]);
    assert_int_equal(read(held[0], &octet, 1), 1);
    assert_int_equal(registry_add(&registry, "class", fds, &fault), 0);
    assert_int_equal(read(done[0], &octet, 1), 1); /* it had let go */
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    for (int i = 0; i < 2; i++) {
        close(held[i]);
        close(done[i]);
    }
}

static void a_holder_that_ended_needs_no_stopping(void **state)
{
    (void)state;
    const struct registration gone = {.name = "class", .holder = 2000000000, .started = 1};
    assert_int_equal(registry_stop(&gone, &fault), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_empty, close_and_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_added_is_found),
        TEST(what_was_removed_is_not_found),
        TEST(a_live_name_cannot_be_taken_twice),
        TEST(a_dead_holders_name_can_be_taken),
        TEST(a_pid_used_again_is_not_the_holder),
        TEST(a_holder_nobody_waited_for_is_dead),
        TEST(half_a_registration_is_removed),
        TEST(the_live_ones_are_listed_by_name),
        TEST(a_name_that_could_be_a_path_is_refused),
        TEST(a_folder_open_to_others_is_refused),
        TEST(the_folder_stays_as_long_as_a_testbed_is_registered),
        TEST(a_folder_that_another_process_removed_is_made_again),
        TEST(a_signal_does_not_end_the_wait_for_the_lock),
        TEST(a_holder_that_ended_needs_no_stopping),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
