/* common/stack/conn_table.c: each connection is found by its four-tuple, however many there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "stack/conn.h"
#include "stack/conn_table.h"
#include "tests/unit/resources.h"

enum { MANY = 3000 };

static const struct siphash_key key = {1, 2};

static struct isn_tuple tuple_of(uint32_t i)
{
    return (struct isn_tuple){.local_ip = 1,
                              .remote_ip = i / 1000,
                              .local_port = 80,
                              .remote_port = (uint16_t)(i % 1000)};
}

static void what_was_added_is_found_until_it_is_removed(void **state)
{
    (void)state;
    struct conn_table table;
    struct conn *conns = calloc(MANY, sizeof(*conns));
    assert_non_null(conns);
    assert_int_equal(conn_table_init(&table, &key), 0);
    for (uint32_t i = 0; i < MANY; i++) {
        conns[i].tcb.tuple = tuple_of(i);
        conns[i].tcb.state = STATE_ESTABLISHED;
        assert_null(conn_table_find(&table, &conns[i].tcb.tuple));
        conn_table_add(&table, &conns[i]);
    }
    for (uint32_t i = 0; i < MANY; i += 2)
        conn_table_remove(&table, &conns[i]);
    assert_int_equal(table.count, MANY / 2);
    for (uint32_t i = 0; i < MANY; i++) {
        struct isn_tuple tuple = tuple_of(i);
        assert_ptr_equal(conn_table_find(&table, &tuple), i % 2 ? &conns[i] : NULL);
    }
    struct conn *any;
    while ((any = conn_table_next(&table, NULL)) != NULL)
        conn_table_remove(&table, any);
    assert_int_equal(table.count, 0);
    conn_table_fini(&table);
    free(conns);
}

/* Somebody may hold it still. */
static void one_that_is_closed_is_not_found_and_its_successor_is(void **state)
{
    (void)state;
    struct conn_table table;
    struct conn old = {.tcb.tuple = tuple_of(7), .tcb.state = STATE_ESTABLISHED};
    struct conn new = {.tcb.tuple = tuple_of(7), .tcb.state = STATE_SYN_SENT};
    assert_int_equal(conn_table_init(&table, &key), 0);
    conn_table_add(&table, &old);
    assert_ptr_equal(conn_table_find(&table, &old.tcb.tuple), &old);
    old.tcb.state = STATE_CLOSED;
    assert_null(conn_table_find(&table, &old.tcb.tuple));
    conn_table_add(&table, &new);
    assert_ptr_equal(conn_table_find(&table, &old.tcb.tuple), &new);
    conn_table_remove(&table, &new);
    conn_table_remove(&table, &old);
    conn_table_fini(&table);
}

static void chains_stay_short(void **state)
{
    (void)state;
    struct conn_table table;
    struct conn *conns = calloc(MANY, sizeof(*conns));
    assert_non_null(conns);
    assert_int_equal(conn_table_init(&table, &key), 0);
    for (uint32_t i = 0; i < MANY; i++) {
        conns[i].tcb.tuple = tuple_of(i);
        conns[i].tcb.state = STATE_ESTABLISHED;
        conn_table_add(&table, &conns[i]);
    }
    assert_true(table.chain_count >= MANY / 2);
    for (uint32_t i = 0; i < table.chain_count; i++) {
        int length = 0;
        for (const struct conn *at = table.chains[i]; at; at = at->chained)
            length++;
        assert_true(length <= 12); /* a longer one has a chance of less than one in a million */
    }
    for (uint32_t i = 0; i < MANY; i++)
        conn_table_remove(&table, &conns[i]);
    conn_table_fini(&table);
    free(conns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_found_until_it_is_removed),
        cmocka_unit_test(one_that_is_closed_is_not_found_and_its_successor_is),
        cmocka_unit_test(chains_stay_short),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
