/* common/base/list.h: elements come out in order, leave from anywhere and know when they are in
 * none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/list.h"
#include "tests/unit/resources.h"

struct element {
    int number;
    struct list_link link;
};

static struct list list;
static struct element elements[3];

/* The list 0, 1, 2. */
static int fill(void **state)
{
    (void)state;
    list_init(&list);
    for (int i = 0; i < (int)ARRAY_LEN(elements); i++) {
        elements[i] = (struct element){.number = i};
        list_append(&list, &elements[i].link);
    }
    return 0;
}

static void expect(const int *numbers, size_t count)
{
    struct list_link *at = list_first(&list);
    for (size_t i = 0; i < count; i++, at = list_next(&list, at)) {
        assert_non_null(at);
        assert_int_equal(list_entry(at, struct element, link)->number, numbers[i]);
    }
    assert_null(at);
    at = list_last(&list);
    for (size_t i = count; i > 0; i--, at = list_prev(&list, at))
        assert_int_equal(list_entry(at, struct element, link)->number, numbers[i - 1]);
    assert_null(at);
}

static void elements_stand_in_the_order_they_came(void **state)
{
    (void)state;
    expect((const int[]){0, 1, 2}, 3);
    assert_false(list_is_empty(&list));
}

static void one_leaves_from_the_middle_and_may_come_back(void **state)
{
    (void)state;
    list_remove(&elements[1].link);
    expect((const int[]){0, 2}, 2);
    list_insert(&list, NULL, &elements[1].link);
    expect((const int[]){1, 0, 2}, 3);
}

static void one_goes_in_behind_another(void **state)
{
    (void)state;
    struct element fourth = {.number = 3};
    list_insert(&list, &elements[0].link, &fourth.link);
    expect((const int[]){0, 3, 1, 2}, 4);
}

static void removing_what_is_in_no_list_does_nothing(void **state)
{
    (void)state;
    list_remove(&elements[1].link);
    list_remove(&elements[1].link);
    expect((const int[]){0, 2}, 2);
}

static void the_first_is_taken_until_none_is_left(void **state)
{
    (void)state;
    for (int i = 0; i < (int)ARRAY_LEN(elements); i++) {
        assert_ptr_equal(list_take_first(&list), &elements[i].link);
        assert_null(elements[i].link.next);
        assert_null(elements[i].link.prev);
        expect((const int[]){1, 2} + i, (size_t)(2 - i));
    }
    assert_null(list_take_first(&list));
    assert_true(list_is_empty(&list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(elements_stand_in_the_order_they_came, fill),
        cmocka_unit_test_setup(one_leaves_from_the_middle_and_may_come_back, fill),
        cmocka_unit_test_setup(one_goes_in_behind_another, fill),
        cmocka_unit_test_setup(removing_what_is_in_no_list_does_nothing, fill),
        cmocka_unit_test_setup(the_first_is_taken_until_none_is_left, fill),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
