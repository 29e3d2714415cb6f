/* common/trace/plot_views.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake.h"
#include "tests/unit/resources.h"
#include "trace/plot_views.h"

static const struct event_flow flow_of_a = {FAKE_IP_A, FAKE_IP_B, FAKE_PORT_A, FAKE_PORT_B};

static void tell_window(struct fake *fake, uint32_t cwnd, uint32_t ssthresh)
{
    fake_tell(fake, (struct event){.kind = EVENT_SAMPLE,
                                   .host = 'A',
                                   .flow = flow_of_a,
                                   .sample = {.cwnd = cwnd, .ssthresh = ssthresh}});
    fake_pass(fake, MS(10));
}

/* "x,y x,y" of a series, x in milliseconds. */
static void expect_points(const struct plot *plot, unsigned index, const char *expected)
{
    const struct plot_series *series = &plot->series[index];
    char all[512] = "";
    for (size_t i = 0; i < series->count; i++) {
        size_t used = strlen(all);
        snprintf(all + used, sizeof(all) - used, "%s%.0f,%.0f", i ? " " : "",
                 1000 * series->points[i].x, series->points[i].y);
    }
    assert_string_equal(all, expected);
}

struct picture {
    struct fake fake;
    struct plot plot;
    struct plot_view view;
};

static void begin(struct picture *picture)
{
    fake_begin(&picture->fake);
    picture->fake.wire_delay = MS(5) - 20; /* with what a segment takes besides: 5 ms */
    plot_init(&picture->plot, "", "", "");
    picture->view = (struct plot_view){.log = &picture->fake.log};
}

static void end(struct picture *picture)
{
    plot_fini(&picture->plot);
    fake_end(&picture->fake);
}

static void windows_are_drawn_in_the_unit_asked_for(void **state)
{
    (void)state;
    struct picture picture;
    begin(&picture);
    fake_handshake(&picture.fake); /* 15 ms */
    tell_window(&picture.fake, 10000, INT32_MAX);
    tell_window(&picture.fake, 20000, UINT32_MAX);
    tell_window(&picture.fake, 5000, 7000);
    picture.view.unit = 1000;
    assert_int_equal(plot_cwnd(&picture.plot, &picture.view, "cwnd"), 0);
    assert_int_equal(plot_ssthresh(&picture.plot, &picture.view, "ssthresh"), 0);
    expect_points(&picture.plot, 0, "15,10 25,20 35,5");
    expect_points(&picture.plot, 1, "35,7"); /* arbitrarily high before */
    end(&picture);
}

static void another_connection_and_the_other_end_are_left_out(void **state)
{
    (void)state;
    struct picture picture;
    begin(&picture);
    fake_handshake(&picture.fake);
    picture.fake.port_a++;
    fake_handshake(&picture.fake);
    tell_window(&picture.fake, 10, 20);
    picture.view.conn = 2;
    assert_int_equal(plot_cwnd(&picture.plot, &picture.view, ""), 0);
    picture.view = (struct plot_view){.log = &picture.fake.log, .from = 1};
    assert_int_equal(plot_cwnd(&picture.plot, &picture.view, ""), 0);
    picture.view.from = 0;
    assert_int_equal(plot_cwnd(&picture.plot, &picture.view, ""), 0);
    expect_points(&picture.plot, 0, "");
    expect_points(&picture.plot, 1, "");
    expect_points(&picture.plot, 2, "30,10");
    end(&picture);
}

static void a_segment_sent_again_is_marked_on_the_window(void **state)
{
    (void)state;
    struct picture picture;
    begin(&picture);
    fake_handshake(&picture.fake);
    tell_window(&picture.fake, 3000, 0);
    fake_pass_segment(&picture.fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 100});
    fake_pass_segment(&picture.fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 100});
    assert_int_equal(plot_resent(&picture.plot, &picture.view, ""), 0);
    expect_points(&picture.plot, 0, "30,3000");
    end(&picture);
}

static void the_sequence_graph_shows_what_became_of_each_segment(void **state)
{
    (void)state;
    static const struct plot_sequence_names names = {"sent", "again", "lost", "ACK", "duplicate"};
    struct picture picture;
    begin(&picture);
    struct fake *fake = &picture.fake;
    fake_handshake(fake);
    fake_lose(fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 100}, "script");
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_ACK, 101, 1, 100});
    fake_pass_segment(fake, 'B', (struct fake_segment){TCP_ACK, 1, 1, 0});
    fake_pass(fake, MS(5));
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 100});
    fake_pass_segment(fake, 'B', (struct fake_segment){TCP_ACK, 1, 201, 0});
    assert_int_equal(plot_sequence(&picture.plot, &picture.view, &names), 0);
    expect_points(&picture.plot, 0, "15,1 15,101 15,101 15,201"); /* two strokes: */
    assert_true(picture.plot.series[0].points[2].apart);
    expect_points(&picture.plot, 1, "15,1");             /* lost */
    expect_points(&picture.plot, 2, "10,1 25,1 40,201"); /* ACKs, at the sender */
    expect_points(&picture.plot, 3, "25,1");             /* duplicate */
    expect_points(&picture.plot, 4, "30,1");             /* again */
    end(&picture);
}

static void progress_is_counted_by_stretches_of_time(void **state)
{
    (void)state;
    struct picture picture;
    begin(&picture);
    struct fake *fake = &picture.fake;
    fake_handshake(fake);
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 100}); /* at 15 ms */
    fake_pass_segment(fake, 'B', (struct fake_segment){TCP_ACK, 1, 101, 0}); /* heard at 25 */
    fake_pass(fake, MS(20));
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_ACK, 101, 1, 200}); /* at 45 */
    fake_pass_segment(fake, 'B', (struct fake_segment){TCP_ACK, 1, 301, 0});   /* heard at 55 */
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_ACK, 301, 1, 50});  /* at 55 */
    assert_int_equal(plot_acked(&picture.plot, &picture.view, MS(12), ""), 0);
    expect_points(&picture.plot, 0, "15,100 27,0 39,0");
    picture.view.from = 1; /* which sent no text */
    assert_int_equal(plot_acked(&picture.plot, &picture.view, MS(12), ""), 0);
    expect_points(&picture.plot, 1, "");
    end(&picture);
}

static void the_queue_is_what_each_frame_met(void **state)
{
    (void)state;
    struct picture picture;
    begin(&picture);
    for (uint32_t i = 0; i < 3; i++) {
        fake_tell(&picture.fake, (struct event){.kind = EVENT_FRAME,
                                                .host = i == 1 ? 'B' : 'A',
                                                .frame = {.id = i + 1, .queue = i}});
        fake_pass(&picture.fake, MS(1));
    }
    assert_int_equal(plot_queue(&picture.plot, &picture.view, ""), 0);
    expect_points(&picture.plot, 0, "0,0 2,2");
    end(&picture);
}

static void a_queue_that_nobody_joins_runs_empty(void **state)
{
    (void)state;
    struct picture picture;
    begin(&picture);
    static const struct event_frame frames[] = {{.id = 1, .queue = 0}, {.id = 2, .queue = 3}};
    for (int i = 0; i < 2; i++)
        fake_tell(&picture.fake,
                  (struct event){.kind = EVENT_FRAME, .host = 'A', .frame = frames[i]});
    fake_pass(&picture.fake, MS(10)); /* the way of a frame that does not wait */
    fake_deliver(&picture.fake, 'B', 1);
    fake_pass(&picture.fake, MS(4));
    fake_deliver(&picture.fake, 'B', 2);
    assert_int_equal(plot_queue(&picture.plot, &picture.view, ""), 0);
    expect_points(&picture.plot, 0, "0,0 0,3 4,0");
    end(&picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_are_drawn_in_the_unit_asked_for),
        cmocka_unit_test(another_connection_and_the_other_end_are_left_out),
        cmocka_unit_test(a_segment_sent_again_is_marked_on_the_window),
        cmocka_unit_test(the_sequence_graph_shows_what_became_of_each_segment),
        cmocka_unit_test(progress_is_counted_by_stretches_of_time),
        cmocka_unit_test(the_queue_is_what_each_frame_met),
        cmocka_unit_test(a_queue_that_nobody_joins_runs_empty),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
