/* common/trace/diagram.c: what connections did, as arrows of the state diagram. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tcp/state.h"
#include "tests/unit/resources.h"
#include "tests/unit/trace/fake.h"
#include "trace/diagram.h"

static void tell(struct fake *fake, char host, struct event_state told)
{
    fake_tell(fake, (struct event){.kind = EVENT_STATE,
                                   .host = host,
                                   .flow = {FAKE_IP_A, FAKE_IP_B, FAKE_PORT_A, FAKE_PORT_B},
                                   .state = told});
}

struct page {
    char text[16384];
};

static const char *print(struct page *page, const struct diagram *diagram, bool ascii)
{
    FILE *out = fmemopen(page->text, sizeof page->text, "w");
    diagram_print(diagram, out, ascii, false);
    fclose(out);
    return page->text;
}

static void the_states_of_a_silent_host_follow_from_its_segments(void **state)
{
    struct fake *fake = *state;
    struct diagram diagram;
    fake_handshake(fake);
    assert_int_equal(diagram_read(&diagram, &fake->log), 0);
    assert_int_equal(diagram.taken[STATE_CLOSED][STATE_SYN_SENT], 1);
    assert_int_equal(diagram.taken[STATE_SYN_SENT][STATE_ESTABLISHED], 1);
    assert_int_equal(diagram.taken[STATE_LISTEN][STATE_SYN_RECEIVED], 1);
    assert_int_equal(diagram.taken[STATE_SYN_RECEIVED][STATE_ESTABLISHED], 1);
    assert_int_equal(diagram_arrows_taken(&diagram), 4);
    assert_int_equal(diagram_strayed(&diagram), 0);
    assert_false(diagram.visited[STATE_FIN_WAIT_1]);
}

static void a_host_that_tells_its_states_is_believed_and_counted_once(void **state)
{
    struct fake *fake = *state;
    struct diagram diagram;
    tell(fake, 'A', (struct event_state){STATE_CLOSED, STATE_SYN_SENT, false});
    fake_handshake(fake);
    tell(fake, 'A', (struct event_state){STATE_SYN_SENT, STATE_ESTABLISHED, false});
    assert_int_equal(diagram_read(&diagram, &fake->log), 0);
    assert_int_equal(diagram.taken[STATE_CLOSED][STATE_SYN_SENT], 1);
    assert_int_equal(diagram.taken[STATE_SYN_SENT][STATE_ESTABLISHED], 1);
    assert_int_equal(diagram.taken[STATE_SYN_RECEIVED][STATE_ESTABLISHED], 1);
}

static void a_sample_shows_that_a_list_had_the_state(void **state)
{
    struct fake *fake = *state;
    struct diagram diagram;
    fake_handshake(fake);
    tell(fake, 'A', (struct event_state){STATE_SYN_SENT, STATE_ESTABLISHED, true});
    assert_int_equal(diagram_read(&diagram, &fake->log), 0);
    assert_true(diagram.listed[STATE_ESTABLISHED]);
    assert_false(diagram.listed[STATE_SYN_SENT]);
    assert_int_equal(diagram.taken[STATE_SYN_SENT][STATE_ESTABLISHED], 1);
}

static void a_way_that_is_no_arrow_has_strayed(void **state)
{
    struct diagram diagram = {0};
    (void)state;
    diagram.taken[STATE_FIN_WAIT_1][STATE_TIME_WAIT] = 2;
    assert_int_equal(diagram_strayed(&diagram), 2);
    assert_int_equal(diagram_arrows_taken(&diagram), 0);
}

static void every_arrow_of_the_table_is_shown_with_what_causes_it(void **state)
{
    struct diagram diagram;
    struct page page;
    size_t count;
    const struct state_edge *edges = state_edges(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        char told[80];
        diagram = (struct diagram){0};
        diagram.taken[edges[i].from][edges[i].to] = 7;
        snprintf(told, sizeof told, "%s (7)", edges[i].cause);
        const char *text = print(&page, &diagram, false);
        assert_non_null(strstr(text, told));
    }
}

static void an_arrow_taken_is_drawn_heavy(void **state)
{
    struct diagram diagram = {0};
    struct page page;
    (void)state;
    assert_null(strchr(print(&page, &diagram, true), '#'));
    diagram.taken[STATE_CLOSE_WAIT][STATE_LAST_ACK] = 1;
    assert_non_null(strstr(print(&page, &diagram, true), "# CLOSE (1)"));
}

static void no_line_is_wider_than_a_terminal(void **state)
{
    struct diagram diagram;
    struct page page;
    (void)state;
    memset(&diagram, 0, sizeof diagram);
    for (int from = 0; from < STATE_COUNT; from++)
        for (int to = 0; to < STATE_COUNT; to++)
            diagram.taken[from][to] = 99;
    const char *text = print(&page, &diagram, true);
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        assert_in_range(strchr(line, '\n') - line, 0, 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(the_states_of_a_silent_host_follow_from_its_segments),
        WITH_FAKE(a_host_that_tells_its_states_is_believed_and_counted_once),
        WITH_FAKE(a_sample_shows_that_a_list_had_the_state),
        cmocka_unit_test(a_way_that_is_no_arrow_has_strayed),
        cmocka_unit_test(every_arrow_of_the_table_is_shown_with_what_causes_it),
        cmocka_unit_test(an_arrow_taken_is_drawn_heavy),
        cmocka_unit_test(no_line_is_wider_than_a_terminal),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
