/* common/base/options.c: the walk over argv, the one clear line for each mistake, and --help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/options.h"
#include "tests/unit/resources.h"

/* One option of each kind, as a program would have them. */
static struct {
    bool nodelay;
    int64_t count, offset;
    uint16_t port;
    uint64_t seed, rate, buffer;
    usec_t delay, timeout;
    uint32_t loss, host;
    const char *file;
    int stack, pace;
} values;

static const struct option_spec wire[] = {
    {.name = "delay", .kind = OPTION_DURATION, .value = &values.delay, .help = "One way"},
    {.name = "loss", .kind = OPTION_PERCENT, .value = &values.loss, .help = "Frames lost"},
    {.name = "rate", .kind = OPTION_RATE, .value = &values.rate, .help = "Of the wire"},
    {.name = "seed", .kind = OPTION_SEED, .value = &values.seed, .help = "Of all chance"},
};

static const struct option_spec own[] = {
    {.name = "port",
     .letter = 'p',
     .kind = OPTION_PORT,
     .value = &values.port,
     .min = 1,
     .help = "Where to connect"},
    {.name = "count",
     .kind = OPTION_INT,
     .value = &values.count,
     .min = 1,
     .max = 1000,
     .help = "Messages"},
    {.name = "offset", .kind = OPTION_INT, .value = &values.offset, .help = "Any number"},
    {.name = "buffer",
     .kind = OPTION_SIZE,
     .value = &values.buffer,
     .min = 512,
     .max = 8 << 20,
     .help = "Bytes"},
    {.name = "timeout",
     .kind = OPTION_DURATION,
     .value = &values.timeout,
     .min = 1000,
     .max = 60000000,
     .help = "Patience"},
    {.name = "nodelay",
     .letter = 'n',
     .kind = OPTION_FLAG,
     .value = &values.nodelay,
     .help = "No Nagle"},
    {.name = "file", .kind = OPTION_STRING, .value = &values.file, .help = "What to send"},
    {.name = "stack",
     .kind = OPTION_CHOICE,
     .value = &values.stack,
     .choices = "kernel|own|sim",
     .help = "Whose TCP"},
    {.name = "pace",
     .kind = OPTION_CHOICE,
     .value = &values.pace,
     .choices = "one-by-one|all-at-once",
     .help = "How fast"},
    {.name = "host", .kind = OPTION_ADDRESS, .value = &values.host, .help = "Where to"},
};

static const struct option_group groups[] = {
    {"The client", own, ARRAY_LEN(own)},
    {"The wire", wire, ARRAY_LEN(wire)},
};

static struct program program;
static struct fault fault;

static int set_up(void **state)
{
    (void)state;
    memset(&values, 0, sizeof(values));
    values.port = 7;
    values.count = 10;
    values.buffer = 65536;
    values.timeout = MS(1500);
    program = (struct program){.name = "echo-client",
                               .summary = "Sends and checks.",
                               .groups = groups,
                               .group_count = ARRAY_LEN(groups)};
    fault = (struct fault){0};
    return 0;
}

/* The words of a command line, the program's name not among them; at most seven. */
#define PARSE(...) parse((char *[9]){"echo-client", __VA_ARGS__})

static enum options_result parse(char **argv)
{
    int argc = 0;
    while (argv[argc])
        argc++;
    fault = (struct fault){0};
    return options_parse(&program, argc, argv, &fault);
}

static void refused(char *option, const char *line)
{
    assert_int_equal(PARSE(option), OPTIONS_BAD);
    assert_int_equal(fault.error, -EINVAL);
    assert_string_equal(fault.text, line);
}

/* ---- the walk over argv ---- */

static void a_value_stands_behind_its_option_or_an_equals_sign(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--port", "8080", "--count=20", "--file", "-x"), OPTIONS_RUN);
    assert_int_equal(values.port, 8080);
    assert_int_equal(values.count, 20);
    assert_string_equal(values.file, "-x");
}

static void a_letter_takes_its_value_attached_or_behind(void **state)
{
    (void)state;
    assert_int_equal(PARSE("-p", "81", "-n"), OPTIONS_RUN);
    assert_int_equal(values.port, 81);
    assert_true(values.nodelay);
    assert_int_equal(PARSE("-p82"), OPTIONS_RUN);
    assert_int_equal(values.port, 82);
}

static void no_in_front_turns_a_flag_off_and_the_last_word_counts(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--nodelay", "--no-nodelay"), OPTIONS_RUN);
    assert_false(values.nodelay);
    assert_int_equal(PARSE("--no-nodelay", "--nodelay"), OPTIONS_RUN);
    assert_true(values.nodelay);
    refused("--no-port", "unknown option --no-port: did you mean --port?");
}

static void a_flag_takes_no_value(void **state)
{
    (void)state;
    refused("--nodelay=1", "--nodelay takes no value: write --nodelay or --no-nodelay");
    refused("-nx", "--nodelay takes no value: write --nodelay or --no-nodelay");
}

static void an_unknown_option_names_the_nearest(void **state)
{
    (void)state;
    refused("--prot=80", "unknown option --prot: did you mean --port?");
    refused("--cuont", "unknown option --cuont: did you mean --count?");
    refused("--nodlay", "unknown option --nodlay: did you mean --nodelay?");
    refused("--no-nodlay", "unknown option --no-nodlay: did you mean --no-nodelay?");
    refused("--congestion", "unknown option --congestion: see --help");
    refused("-z", "unknown option -z: see --help");
}

static void a_missing_value_is_told(void **state)
{
    (void)state;
    refused("--port", "--port lacks its value: give a port from 1 to 65535");
}

static void an_operand_nobody_asked_for_is_refused(void **state)
{
    (void)state;
    refused("10.0.0.1", "'10.0.0.1' is not expected here: see --help");
}

static void operands_keep_their_order_between_options(void **state)
{
    (void)state;
    program.operands = "HOST FILE...";
    assert_int_equal(PARSE("a", "--port", "80", "b", "-", "--", "--c"), OPTIONS_RUN);
    assert_int_equal(program.operand_count, 4);
    assert_string_equal(program.operand[0], "a");
    assert_string_equal(program.operand[1], "b");
    assert_string_equal(program.operand[2], "-");
    assert_string_equal(program.operand[3], "--c");
    assert_null(program.operand[4]);
}

static void the_first_operand_ends_the_options_of_a_program_that_runs_another(void **state)
{
    (void)state;
    program.operands = "+HOST COMMAND...";
    assert_int_equal(PARSE("--port=80", "A", "ping", "--count", "3"), OPTIONS_RUN);
    assert_int_equal(values.count, 10);
    assert_int_equal(program.operand_count, 4);
    assert_string_equal(program.operand[2], "--count");
}

/* ---- refusals ---- */

static void a_refusal_says_what_was_wrong_and_what_is_taken(void **state)
{
    (void)state;
    refused("--port=70000", "--port 70000 is out of range: give a port from 1 to 65535");
    refused("--port=12abc", "--port 12abc is not understood: give a port from 1 to 65535");
    refused("--port=", "--port '' is not understood: give a port from 1 to 65535");
    refused("--delay=0.5us", "--delay 0.5us is finer than can be kept: give a time such as 250us, "
                             "10ms, 1.5s or 2min");
}

static void a_refusal_tells_the_bounds_in_the_units_one_types(void **state)
{
    (void)state;
    refused("--count=0", "--count 0 is out of range: give a whole number from 1 to 1000");
    refused("--timeout=61s", "--timeout 61s is out of range: give a time such as 250us, 10ms, "
                             "1.5s or 2min, from 1ms to 1min");
    refused("--buffer=9M", "--buffer 9M is out of range: give a size in bytes such as 512, 64k or "
                           "8M, from 512 to 8M");
    refused("--loss=100.0001", "--loss 100.0001 is out of range: give a percentage such as 2, 0.1 "
                               "or 2%, 100 at most");
    refused("--stack=tcp", "--stack tcp is not understood: give one of kernel|own|sim");
}

static void a_refused_option_leaves_its_default(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--port", "x"), OPTIONS_BAD);
    assert_int_equal(values.port, 7);
}

/* ---- help ---- */

static void help_is_asked_for_anywhere_before_the_operands_end(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--port=80", "--help"), OPTIONS_HELP);
    assert_int_equal(PARSE("-h"), OPTIONS_HELP);
    program.operands = "WORD...";
    assert_int_equal(PARSE("--", "--help"), OPTIONS_RUN);
}

static void help_shows_defaults_in_the_units_one_types(void **state)
{
    (void)state;
    values.delay = MS(10);
    values.loss = 1000;
    values.rate = 10000000;
    values.host = 0x7f000001;
    program.operands = "+HOST COMMAND...";
    program.example = "echo-client\necho-client --port 7";
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    options_help(&program, out);
    fclose(out);
    static const char *const lines[] = {
        "echo-client: Sends and checks.\n\nUsage: echo-client [OPTION]... HOST COMMAND...\n",
        "\nThe client:\n  -p, --port PORT ",
        "Where to connect (default 7)\n",
        "Messages (default 10)\n",
        "Bytes (default 64k)\n",
        "Patience (default 1500ms)\n",
        "  -n, --nodelay  ",
        "No Nagle (default off)\n",
        "What to send\n",
        "      --stack kernel|own|sim     Whose TCP (default kernel)\n",
        "--pace one-by-one|all-at-once\n                                 How fast (default",
        "Where to (default 127.0.0.1)\n",
        "\nThe wire:\n      --delay TIME ",
        "One way (default 10ms)\n",
        "Frames lost (default 0.1%)\n",
        "Of the wire (default 10mbit)\n",
        "\nExample:\n  echo-client\n  echo-client --port 7\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        if (!strstr(text, lines[i]))
            fail_msg("no '%s' in\n%s", lines[i], text);
    free(text);
}

#define FRESH(test) cmocka_unit_test_setup(test, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(a_value_stands_behind_its_option_or_an_equals_sign),
        FRESH(a_letter_takes_its_value_attached_or_behind),
        FRESH(no_in_front_turns_a_flag_off_and_the_last_word_counts),
        FRESH(a_flag_takes_no_value),
        FRESH(an_unknown_option_names_the_nearest),
        FRESH(a_missing_value_is_told),
        FRESH(an_operand_nobody_asked_for_is_refused),
        FRESH(operands_keep_their_order_between_options),
        FRESH(the_first_operand_ends_the_options_of_a_program_that_runs_another),
        FRESH(a_refusal_says_what_was_wrong_and_what_is_taken),
        FRESH(a_refusal_tells_the_bounds_in_the_units_one_types),
        FRESH(a_refused_option_leaves_its_default),
        FRESH(help_is_asked_for_anywhere_before_the_operands_end),
        FRESH(help_shows_defaults_in_the_units_one_types),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
