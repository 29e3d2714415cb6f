/* experiments/batch.c: programs side by side, their output apart, and when one must stop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>

#include "base/bytes.h"
#include "experiments/batch.h"
#include "tests/unit/resources.h"

#define SHELL(script) ((const char *const[]){"/bin/sh", "-c", script, NULL})

static void assert_said(FILE *file, const char *expected)
{
    char line[64] = "";
    assert_non_null(file);
    assert_true(fgets(line, sizeof line, file) || !*expected);
    assert_string_equal(line, expected);
}

static void each_keeps_its_own_output_and_exit_code(void **state)
{
    struct batch_job jobs[] = {{.command = SHELL("echo one")},
                               {.command = SHELL("echo two >&2; exit 3")}};
    struct batch batch = {.jobs = jobs, .count = 2, .parallel = 2};
    struct fault fault = {0};
    (void)state;
    assert_int_equal(batch_run(&batch, &fault), 0);
    assert_int_equal(jobs[0].status, 0);
    assert_int_equal(jobs[1].status, 3);
    assert_said(jobs[0].out, "one\n");
    assert_said(jobs[0].err, "");
    assert_said(jobs[1].out, "");
    assert_said(jobs[1].err, "two\n");
    batch_fini(&batch);
}

/* Counts those that run at a time. */
struct running {
    int now, most;
};

static void count(const struct batch_job *job, bool began, void *arg)
{
    struct running *running = arg;
    (void)job;
    running->now += began ? 1 : -1;
    running->most = running->now > running->most ? running->now : running->most;
}

static void no_more_run_at_a_time_than_allowed(void **state)
{
    struct running running = {0};
    struct batch_job jobs[5];
    struct batch batch = {
        .jobs = jobs, .count = ARRAY_LEN(jobs), .parallel = 2, .progress = count, .arg = &running};
    struct fault fault = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        jobs[i] = (struct batch_job){.command = SHELL(":")};
    assert_int_equal(batch_run(&batch, &fault), 0);
    assert_int_equal(running.now, 0);
    assert_int_equal(running.most, 2);
    batch_fini(&batch);
}

static void one_that_takes_too_long_is_ended(void **state)
{
    struct batch_job job = {.command = (const char *const[]){"/bin/sleep", "60", NULL}};
    struct batch batch = {.jobs = &job, .count = 1, .parallel = 1, .limit = 1};
    struct fault fault = {0};
    (void)state;
    assert_int_equal(batch_run(&batch, &fault), 0);
    assert_int_equal(job.status, 128 + SIGALRM);
    assert_true(job.took_us < SECONDS(30));
    batch_fini(&batch);
}

static void after_a_missing_privilege_no_other_is_begun(void **state)
{
    struct batch_job jobs[] = {{.command = SHELL("exit 77")}, {.command = SHELL("echo no")}};
    struct batch batch = {.jobs = jobs, .count = 2, .parallel = 1};
    struct fault fault = {0};
    (void)state;
    assert_int_equal(batch_run(&batch, &fault), 0);
    assert_int_equal(jobs[0].status, 77);
    assert_null(jobs[1].out);
    batch_fini(&batch);
}

static void what_is_no_program_ends_with_127(void **state)
{
    struct batch_job job = {.command = (const char *const[]){"/no/such/program", NULL}};
    struct batch batch = {.jobs = &job, .count = 1, .parallel = 1};
    struct fault fault = {0};
    (void)state;
    assert_int_equal(batch_run(&batch, &fault), 0);
    assert_int_equal(job.status, 127);
    batch_fini(&batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_keeps_its_own_output_and_exit_code),
        cmocka_unit_test(no_more_run_at_a_time_than_allowed),
        cmocka_unit_test(one_that_takes_too_long_is_ended),
        cmocka_unit_test(after_a_missing_privilege_no_other_is_begun),
        cmocka_unit_test(what_is_no_program_ends_with_127),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
