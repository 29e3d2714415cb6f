/* experiments/growth.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "experiments/growth.h"
#include "tests/unit/resources.h"
#include "tests/unit/trace/fake.h"

enum { MSS = 1000 };

static void begin(struct fake *fake)
{
    fake_begin(fake);
    fake_handshake(fake);
}

/* Reads what was told, and ends the log. */
static struct growth read_and_end(struct fake *fake)
{
    struct growth growth;
    assert_int_equal(growth_read(&growth, &fake->log, FAKE_PORT_B), 0);
    fake_end(fake);
    return growth;
}

/* A sends segments number `first` to `last`, counted from 0; all arrive. */
static void send_segments(struct fake *fake, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i <= last; i++)
        fake_pass_segment(fake, 'A', (struct fake_segment){TCP_ACK, 1 + i * MSS, 1, MSS});
}

static void acknowledge(struct fake *fake, uint32_t count)
{
    fake_pass_segment(fake, 'B', (struct fake_segment){TCP_ACK, 1, 1 + count * MSS, 0});
}

static void tell_window(struct fake *fake, uint32_t cwnd, uint32_t ssthresh)
{
    fake_tell(fake, (struct event){.kind = EVENT_SAMPLE,
                                   .host = 'A',
                                   .flow = {FAKE_IP_A, FAKE_IP_B, FAKE_PORT_A, FAKE_PORT_B},
                                   .sample = {.cwnd = cwnd, .ssthresh = ssthresh}});
    fake_pass(fake, MS(20));
}

static void a_round_ends_with_the_first_ack_of_its_own_segments(void **state)
{
    (void)state;
    struct fake fake;
    begin(&fake);
    send_segments(&fake, 0, 1);
    acknowledge(&fake, 1);
    send_segments(&fake, 2, 3);
    acknowledge(&fake, 2); /* still of the first round */
    send_segments(&fake, 4, 5);
    acknowledge(&fake, 3);
    send_segments(&fake, 6, 6);
    struct growth growth = read_and_end(&fake);
    assert_int_equal(growth.segment, MSS);
    assert_int_equal(growth.rounds[0], 2);
    assert_int_equal(growth.rounds[1], 4);
    assert_int_equal(growth.rounds[2], 1);
    assert_int_equal(growth.acks, 2);
    assert_int_equal(growth.most_in_flight, 4 * MSS);
}

static void what_is_sent_again_makes_no_round_larger(void **state)
{
    (void)state;
    struct fake fake;
    begin(&fake);
    send_segments(&fake, 0, 1);
    send_segments(&fake, 0, 0);
    struct growth growth = read_and_end(&fake);
    assert_int_equal(growth.rounds[0], 2);
}

static void a_window_of_one_segment_tells_a_timeout(void **state)
{
    (void)state;
    struct fake fake;
    begin(&fake);
    send_segments(&fake, 0, 7);
    tell_window(&fake, 8 * MSS, INT32_MAX);
    tell_window(&fake, MSS, 4 * MSS);
    struct growth growth = read_and_end(&fake);
    const struct growth_cut *cut = growth_find(&growth, true);
    assert_non_null(cut);
    assert_null(growth_find(&growth, false));
    assert_int_equal(growth_count(&growth, true), 1);
    assert_int_equal(growth.ssthresh, INT32_MAX);
    assert_int_equal(cut->flight, 8 * MSS);
    assert_int_equal(cut->old, 8 * MSS);
    assert_int_equal(cut->old_ssthresh, INT32_MAX);
    assert_int_equal(cut->ssthresh, 4 * MSS);
}

static void linear_growth_counts_from_ssthresh_on(void **state)
{
    (void)state;
    struct fake fake;
    begin(&fake);
    send_segments(&fake, 0, 7);
    tell_window(&fake, 8 * MSS, INT32_MAX);
    tell_window(&fake, MSS, 4 * MSS); /* slow start until */
    tell_window(&fake, 2 * MSS, 4 * MSS);
    tell_window(&fake, 4 * MSS, 4 * MSS); /* here */
    acknowledge(&fake, 4);                /* a window of 4, */
    tell_window(&fake, 5 * MSS, 4 * MSS);
    acknowledge(&fake, 8); /* and 4 of a window of 5 */
    tell_window(&fake, 6 * MSS, 4 * MSS);
    struct growth growth = read_and_end(&fake);
    const struct growth_cut *cut = growth_find(&growth, true);
    assert_int_equal(cut->linear, 2 * MSS);
    assert_in_range(cut->took, MS(40), MS(42));
    assert_int_equal(cut->rounds, 1800);
}

static void fast_recovery_may_come_down_bit_by_bit(void **state)
{
    (void)state;
    struct fake fake;
    begin(&fake);
    send_segments(&fake, 0, 7);
    tell_window(&fake, 8 * MSS, INT32_MAX);
    tell_window(&fake, 7 * MSS, 4 * MSS);
    tell_window(&fake, 6 * MSS, 4 * MSS);
    tell_window(&fake, 4 * MSS, 4 * MSS);
    tell_window(&fake, 5 * MSS, 4 * MSS);
    struct growth growth = read_and_end(&fake);
    const struct growth_cut *cut = growth_find(&growth, false);
    assert_non_null(cut);
    assert_int_equal(growth.cut_count, 1);
    assert_int_equal(cut->linear, MSS);
}

static void another_port_is_left_out(void **state)
{
    (void)state;
    struct fake fake;
    struct growth growth;
    begin(&fake);
    send_segments(&fake, 0, 7);
    assert_int_equal(growth_read(&growth, &fake.log, FAKE_PORT_B + 1), 0);
    assert_int_equal(growth.segment, 0);
    fake_end(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_round_ends_with_the_first_ack_of_its_own_segments),
        cmocka_unit_test(what_is_sent_again_makes_no_round_larger),
        cmocka_unit_test(a_window_of_one_segment_tells_a_timeout),
        cmocka_unit_test(linear_growth_counts_from_ssthresh_on),
        cmocka_unit_test(fast_recovery_may_come_down_bit_by_bit),
        cmocka_unit_test(another_port_is_left_out),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
