/* experiments/record.c: what an experiment printed, pair by pair. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "experiments/record.h"
#include "tests/unit/resources.h"

static int read_text(struct record *record, const char *text)
{
    struct fault fault = {0};
    FILE *file = fmemopen((char *)text, strlen(text), "r");
    int error = record_read(record, file, &fault);
    fclose(file);
    return error;
}

static const char *scene(const struct evidence *evidence, size_t index)
{
    return results_get(evidence->scenes[index], "scene");
}

static void each_pair_has_its_scenes_in_their_order(void **state)
{
    struct record record;
    (void)state;
    assert_int_equal(read_text(&record, "[\n"
                                        "  {\"scene\":\"z\",\"stack\":\"own-own\"},\n"
                                        "  {\"scene\":\"z\",\"stack\":\"kernel-kernel\"},\n"
                                        "  {\"scene\":\"a\",\"stack\":\"own-own\"},\n"
                                        "  {\"scene\":\"a\",\"stack\":\"kernel-kernel\"}\n"
                                        "]\n"),
                     0);
    assert_int_equal(record.count, 4);
    const struct evidence own = record_evidence(&record, (struct pair){STACK_OWN, STACK_OWN});
    assert_int_equal(own.count, 2);
    assert_string_equal(scene(&own, 0), "z");
    assert_string_equal(scene(&own, 1), "a");
    const struct evidence sim = record_evidence(&record, (struct pair){STACK_SIM, STACK_SIM});
    assert_int_equal(sim.count, 0);
    record_fini(&record);
}

static void what_is_no_result_is_refused(void **state)
{
    struct record record;
    (void)state;
    assert_int_equal(read_text(&record, "[\n  {\"scene\":[]}\n]\n"), -EPROTO);
    record_fini(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pair_has_its_scenes_in_their_order),
        cmocka_unit_test(what_is_no_result_is_refused),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
