/* experiments/wires.c: rows of a file of wires; experiments/goodput.c: what a wire should carry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "experiments/goodput.h"
#include "tests/unit/resources.h"

static struct wires wires;

/* Reads a file of this text. */
static int read_text(const char *text, struct fault *fault)
{
    char path[] = "/tmp/twinstack-wires-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    int error = wires_read(&wires, path, fault);
    unlink(path);
    return error;
}

static void a_row_is_a_name_octets_and_options(void **state)
{
    struct fault fault = {0};
    (void)state;
    assert_int_equal(read_text("# wires\n\nbad  2M  --loss 1%   --delay 10ms # far\n", &fault), 0);
    assert_int_equal(wires.count, 1);
    const struct wire *wire = wires_find(&wires, "bad");
    assert_non_null(wire);
    assert_int_equal(wire->bytes, 2 << 20);
    assert_int_equal(wire->impairment.loss_ppm, 10000);
    assert_int_equal(wire->impairment.delay, MS(10));
    assert_string_equal(wire->options, "--loss 1% --delay 10ms");
}

static void a_name_that_is_not_there_finds_nothing(void **state)
{
    struct fault fault = {0};
    (void)state;
    assert_int_equal(read_text("bad 2M\n", &fault), 0);
    assert_null(wires_find(&wires, "good"));
}

static void a_bad_row_is_told_with_its_line(void **state)
{
    static const char *const rows[] = {"x\n", "x 0\n", "x 1M --speed 3\n", "x 1M --loss much\n",
                                       "x 1M --script cut\n"};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[64];
        struct fault fault = {0};
        snprintf(text, sizeof text, "good 1M\n%s", rows[i]);
        assert_int_equal(read_text(text, &fault), -EBADMSG);
        assert_non_null(strstr(fault.text, ":2: "));
    }
}

/* Mbit/s of a wire with 50 Mbit/s, as whole hundredths. */
static long predicted(uint32_t loss_ppm, uint32_t corrupt_ppm, usec_t delay)
{
    const struct wire wire = {.impairment = {.delay = delay,
                                             .rate_bps = 50000000,
                                             .loss_ppm = loss_ppm,
                                             .corrupt_ppm = corrupt_ppm}};
    return (long)(goodput_predicted(&wire) * 100);
}

static void losses_and_the_round_trip_say_how_fast(void **state)
{
    (void)state;
    assert_int_equal(predicted(10000, 0, MS(10)), 709); /* 1448 * 8 / 20 ms * sqrt(150) */
    assert_int_equal(predicted(10000, 0, MS(100)), 70);
    assert_int_equal(predicted(0, 10000, MS(10)), 709);
}

static void the_rate_is_the_most(void **state)
{
    (void)state;
    assert_int_equal(predicted(0, 0, MS(10)), 5000);
    assert_int_equal(predicted(50000, 0, 0), 5000);
    assert_int_equal(predicted(1, 0, MS(10)), 5000);
}

static void the_median_is_in_the_middle(void **state)
{
    static const double odd[] = {3, 9, 1}, even[] = {4, 1, 2, 8};
    (void)state;
    assert_int_equal(goodput_median(odd, 3), 3);
    assert_int_equal(goodput_median(even, 4), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_a_name_octets_and_options),
        cmocka_unit_test(a_name_that_is_not_there_finds_nothing),
        cmocka_unit_test(a_bad_row_is_told_with_its_line),
        cmocka_unit_test(losses_and_the_round_trip_say_how_fast),
        cmocka_unit_test(the_rate_is_the_most),
        cmocka_unit_test(the_median_is_in_the_middle),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
