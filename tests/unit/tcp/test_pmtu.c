/* common/tcp/pmtu.c: which reports are believed, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/params.h"
#include "tcp/pmtu.h"
#include "tests/unit/resources.h"
#include "tests/unit/tcp/twins.h"

/* A path of 1500 on which packets of `sent` have left, and of `acked` arrived. */
static struct pmtu path(uint32_t sent, uint32_t acked, seq_t una)
{
    struct pmtu p;
    pmtu_init(&p, 1500);
    pmtu_on_send(&p, sent);
    pmtu_on_ack(&p, acked, una);
    return p;
}

static bool report(struct pmtu *p, uint16_t claimed, seq_t seq)
{
    return pmtu_on_report(p, claimed, seq, PMTU_FLOOR_DEFAULT);
}

static void the_first_report_is_believed_at_once(void **state)
{
    seq_t una = twin_start(state);
    struct pmtu p = path(1500, 60, una);
    assert_true(report(&p, 1200, una));
    assert_int_equal(p.mtu, 1200);
    pmtu_on_send(&p, 1200);
    assert_true(report(&p, 1000, una)); /* the next router */
    assert_int_equal(p.mtu, 1000);
}

static void a_report_below_what_has_arrived_waits_for_a_time_out(void **state)
{
    seq_t una = twin_start(state);
    struct pmtu p = path(1500, 1500, una);
    assert_false(report(&p, 1200, una));
    assert_int_equal(p.mtu, 1500);
    assert_true(pmtu_on_timeout(&p));
    assert_int_equal(p.mtu, 1200);
    assert_false(pmtu_on_timeout(&p));
}

static void an_ack_of_the_segment_proves_the_report_forged(void **state)
{
    seq_t una = twin_start(state);
    struct pmtu p = path(1500, 1500, una);
    assert_false(report(&p, 1200, seq_add(una, 10)));
    pmtu_on_ack(&p, 50, seq_add(una, 10)); /* up to it, not yet it */
    assert_int_equal(p.claimed, 1200);
    pmtu_on_ack(&p, 50, seq_add(una, 20));
    assert_false(pmtu_on_timeout(&p));
    assert_int_equal(p.mtu, 1500);
}

static void a_report_that_no_packet_of_ours_can_have_caused_is_forged(void **state)
{
    seq_t una = twin_start(state);
    struct pmtu p = path(140, 140, una);
    assert_false(report(&p, 150, una));
    assert_false(pmtu_on_timeout(&p));
    p = path(1500, 60, una);
    assert_false(report(&p, 1500, una)); /* no less than what we knew */
    assert_false(report(&p, PMTU_MIN - 1, una));
    assert_int_equal(p.mtu, 1500);
}

static void no_report_goes_below_the_floor(void **state)
{
    seq_t una = twin_start(state);
    struct pmtu p = path(1500, 60, una);
    assert_true(report(&p, 68, una));
    assert_int_equal(p.mtu, PMTU_FLOOR_DEFAULT);
    pmtu_on_send(&p, 552);
    assert_false(report(&p, 68, una));
    assert_false(pmtu_on_timeout(&p));
}

/* RFC 1191 section 7.1. */
static void an_old_router_that_names_no_mtu_means_the_next_plateau(void **state)
{
    seq_t una = twin_start(state);
    struct pmtu p = path(1500, 60, una);
    assert_true(report(&p, 0, una));
    assert_int_equal(p.mtu, 1492);
    pmtu_on_send(&p, 1492);
    assert_true(report(&p, 0, una));
    assert_int_equal(p.mtu, 1006);
}

/* An ACK of many small packets tells no more of the path than the largest one sent. */
static void what_arrived_is_no_larger_than_what_was_sent(void **state)
{
    seq_t una = twin_start(state);
    struct pmtu p = path(200, 5000, una);
    assert_int_equal(p.acked, 200);
    pmtu_on_send(&p, 9000);
    assert_int_equal(p.sent, 1500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(the_first_report_is_believed_at_once),
        TWINS(a_report_below_what_has_arrived_waits_for_a_time_out),
        TWINS(an_ack_of_the_segment_proves_the_report_forged),
        TWINS(a_report_that_no_packet_of_ours_can_have_caused_is_forged),
        TWINS(no_report_goes_below_the_floor),
        TWINS(an_old_router_that_names_no_mtu_means_the_next_plateau),
        TWINS(what_arrived_is_no_larger_than_what_was_sent),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
