/* common/tcp/state.c: the diagram of RFC 9293 Figure 5 as data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/state.h"
#include "tcp/tcb.h"
#include "tests/unit/resources.h"

static void every_state_can_be_reached_from_closed(void **state)
{
    (void)state;
    bool reached[STATE_COUNT] = {[STATE_CLOSED] = true};
    size_t count;
    const struct state_edge *edges = state_edges(&count);
    for (int round = 0; round < STATE_COUNT; round++)
        for (size_t i = 0; i < count; i++)
            reached[edges[i].to] = reached[edges[i].to] || reached[edges[i].from];
    for (int s = 0; s < STATE_COUNT; s++)
        assert_true(reached[s]);
}

static void every_state_can_end_in_closed(void **state)
{
    (void)state;
    for (int s = STATE_LISTEN; s < STATE_COUNT; s++)
        assert_true(state_edge_is_legal((enum tcp_state)s, STATE_CLOSED));
}

static void each_arrow_is_told_once_and_has_a_cause(void **state)
{
    (void)state;
    size_t count;
    const struct state_edge *edges = state_edges(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(edges[i].cause[0] != '\0');
        assert_int_not_equal(edges[i].from, edges[i].to);
        for (size_t k = 0; k < i; k++)
            assert_false(edges[i].from == edges[k].from && edges[i].to == edges[k].to);
    }
}

static void what_the_figure_does_not_draw_is_illegal(void **state)
{
    (void)state;
    assert_false(state_edge_is_legal(STATE_CLOSED, STATE_ESTABLISHED));
    assert_false(state_edge_is_legal(STATE_ESTABLISHED, STATE_TIME_WAIT));
    assert_false(state_edge_is_legal(STATE_CLOSE_WAIT, STATE_TIME_WAIT));
    assert_false(state_edge_is_legal(STATE_TIME_WAIT, STATE_ESTABLISHED));
    assert_false(state_edge_is_legal(STATE_LAST_ACK, STATE_TIME_WAIT));
}

static void a_change_is_told_to_the_journal(void **state)
{
    (void)state;
    struct tcb t = {.state = STATE_CLOSED};
    struct event event;
    state_enter(&t, STATE_LISTEN);
    assert_int_equal(t.state, STATE_LISTEN);
    assert_true(journal_next(&t.journal, &event));
    assert_int_equal(event.kind, EVENT_STATE);
    assert_int_equal(event.state.from, STATE_CLOSED);
    assert_int_equal(event.state.to, STATE_LISTEN);
    assert_false(journal_next(&t.journal, &event));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_can_be_reached_from_closed),
        cmocka_unit_test(every_state_can_end_in_closed),
        cmocka_unit_test(each_arrow_is_told_once_and_has_a_cause),
        cmocka_unit_test(what_the_figure_does_not_draw_is_illegal),
        cmocka_unit_test(a_change_is_told_to_the_journal),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
