/* common/trace/options.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake.h"
#include "tests/unit/resources.h"
#include "trace/options.h"

static char folder[] = "/tmp/twinstack-trace-XXXXXX";

static int begin(void **state)
{
    (void)state;
    if (resources_before(state) < 0)
        return -1;
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    if (rmdir(folder) < 0) /* each test removes what it wrote */
        exit(EXIT_FAILURE);
    return resources_after(state);
}

static const char *in_folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

/* What a test of files has: a run, and options of which none was given. */
static struct fake fake;
static struct trace_options options;
static struct fault fault;

static int begin_run(void **state)
{
    (void)state;
    fake_begin(&fake);
    trace_options_group(&options);
    fault = (struct fault){0};
    return 0;
}

static int end_run(void **state)
{
    (void)state;
    fake_end(&fake);
    return 0;
}

#define OF_A_RUN(test) cmocka_unit_test_setup_teardown(test, begin_run, end_run)

static int write_one(void)
{
    return trace_write_files(&options, &(struct trace_run){"own", &fake.log}, 1, &fault);
}

static void options_on_the_command_line_win_over_what_suits(void **state)
{
    (void)state;
    struct ladder_options ladder;
    struct option_group group = trace_options_group(&options);
    struct program program = {.name = "test", .groups = &group, .group_count = 1};
    char *argv[] = {"test", "--width", "77", "--rows=12", "--ascii", "--calls", "--no-color", NULL};
    fault = (struct fault){0};
    FILE *out = tmpfile();
    assert_non_null(out);
    assert_int_equal(options_parse(&program, 7, argv, &fault), OPTIONS_RUN);
    trace_options_ladder(&options, out, &ladder);
    assert_int_equal(ladder.width, 77);
    assert_int_equal(ladder.max_rows, 12);
    assert_true(ladder.ascii);
    assert_true(ladder.calls);
    assert_false(ladder.color);
    fclose(out);
}

static void nothing_asked_nothing_written(void **state)
{
    (void)state;
    assert_int_equal(write_one(), 0);
}

static void one_run_has_the_file_that_was_named(void **state)
{
    (void)state;
    options.pcap = in_folder("out.pcapng");
    assert_int_equal(write_one(), 0);
    assert_int_equal(unlink(in_folder("out.pcapng")), 0);
}

static void each_of_several_runs_has_its_own_file(void **state)
{
    (void)state;
    static char events[128];
    snprintf(events, sizeof(events), "%s", in_folder("run.ndjson"));
    options.events = events;
    const struct trace_run runs[] = {{"kernel", &fake.log}, {"own, lossy (2 %)", &fake.log}};
    assert_int_equal(trace_write_files(&options, runs, 2, &fault), 0);
    assert_int_equal(unlink(in_folder("run-kernel.ndjson")), 0);
    assert_int_equal(unlink(in_folder("run-own-lossy-2.ndjson")), 0);
}

static void a_dot_in_a_folder_is_no_ending(void **state)
{
    (void)state;
    static char events[128];
    snprintf(events, sizeof(events), "%s", in_folder("./run"));
    options.events = events;
    const struct trace_run runs[] = {{"a", &fake.log}, {"b", &fake.log}};
    assert_int_equal(trace_write_files(&options, runs, 2, &fault), 0);
    assert_int_equal(unlink(in_folder("run-a")), 0);
    assert_int_equal(unlink(in_folder("run-b")), 0);
}

static void a_file_that_cannot_be_written_is_named(void **state)
{
    (void)state;
    options.events = "/nowhere/at/all.ndjson";
    assert_int_equal(write_one(), -ENOENT);
    assert_non_null(strstr(fault.text, "/nowhere/at/all.ndjson"));
    fault = (struct fault){0};
    options.events = "/dev/full";
    fake_handshake(&fake);
    assert_int_equal(write_one(), -EIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_on_the_command_line_win_over_what_suits),
        OF_A_RUN(nothing_asked_nothing_written),
        OF_A_RUN(one_run_has_the_file_that_was_named),
        OF_A_RUN(each_of_several_runs_has_its_own_file),
        OF_A_RUN(a_dot_in_a_folder_is_no_ending),
        OF_A_RUN(a_file_that_cannot_be_written_is_named),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
