/* common/tcp/cwnd.c where CUBIC is chosen: who decides when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/cwnd.h"
#include "tcp/params.h"
#include "tests/unit/resources.h"

enum { SMSS = 1000 };

static struct cwnd fresh(void)
{
    struct cwnd c;
    cwnd_init(&c, SMSS, CWND_INITIAL_SEGMENTS_DEFAULT, false);
    return c;
}

static void ack(struct cwnd *c, uint32_t acked)
{
    const struct cwnd_ack news = {.acked = acked, .flight = c->wnd};
    cwnd_on_ack(c, &news);
}

static void cubic_gives_back_less_and_grows_with_time(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    cwnd_choose(&c, CWND_CUBIC);
    c.wnd = 100 * SMSS;
    cwnd_on_loss(&c, 100 * SMSS);
    assert_int_equal(c.wnd, 70 * SMSS);
    struct cwnd_ack news = {.acked = 70 * SMSS, .flight = c.wnd, .srtt_us = SECONDS(1)};
    cwnd_on_ack(&c, &news);
    news.now = SECONDS(1);
    cwnd_on_ack(&c, &news);
    assert_true(c.wnd > 75 * SMSS); /* Reno would add one segment */
    cwnd_on_timeout(&c, 50 * SMSS, false);
    assert_int_equal(c.ssthresh, 35 * SMSS);
    assert_int_equal(c.wnd, SMSS);
}

static void cubic_starts_slowly_as_reno_does(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    cwnd_choose(&c, CWND_CUBIC);
    ack(&c, SMSS);
    assert_int_equal(c.wnd, 11 * SMSS);
}

/* One round of ten ACKs in the first slow start. */
static void round_with(struct cwnd *c, uint32_t rtt_us)
{
    for (int i = 0; i < 10; i++) {
        struct cwnd_ack news = {.acked = SMSS, .flight = c->wnd, .rtt_us = rtt_us};
        c->hystart.left = (uint32_t)(10 - i) * SMSS;
        cwnd_on_ack(c, &news);
    }
}

static void cubic_leaves_the_first_slow_start_when_the_delay_grows(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    cwnd_choose(&c, CWND_CUBIC);
    round_with(&c, MS(100));
    assert_int_equal(c.wnd, 20 * SMSS);
    round_with(&c, MS(100));
    assert_int_equal(c.wnd, 30 * SMSS);
    round_with(&c, MS(150)); /* it shows with the eighth ACK */
    assert_int_equal(c.wnd, 37 * SMSS + 3 * (SMSS / 4));
    for (int i = 0; i < 3; i++)
        round_with(&c, MS(150));
    assert_true(cwnd_in_slow_start(&c));
    round_with(&c, MS(150));
    assert_false(cwnd_in_slow_start(&c));
    assert_in_range(c.ssthresh, 47 * SMSS, 48 * SMSS);
    assert_int_equal(c.cubic.w_max, 0);
}

static void reno_starts_until_it_loses(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    round_with(&c, MS(100));
    for (int i = 0; i < 9; i++)
        round_with(&c, MS(300));
    assert_int_equal(c.wnd, 110 * SMSS);
}

/* After an idle time the curve begins anew; the time between must not count as growth. */
static void cubic_does_not_grow_while_nothing_is_sent(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    cwnd_choose(&c, CWND_CUBIC);
    c.wnd = 100 * SMSS;
    cwnd_on_loss(&c, 100 * SMSS);
    ack(&c, SMSS);
    cwnd_on_send(&c, 0, SECONDS(1), SECONDS(100));
    assert_int_equal(c.wnd, 10 * SMSS);
    assert_int_equal(c.cubic.epoch, NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cubic_gives_back_less_and_grows_with_time),
        cmocka_unit_test(cubic_starts_slowly_as_reno_does),
        cmocka_unit_test(cubic_leaves_the_first_slow_start_when_the_delay_grows),
        cmocka_unit_test(reno_starts_until_it_loses),
        cmocka_unit_test(cubic_does_not_grow_while_nothing_is_sent),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
