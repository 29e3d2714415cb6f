/* common/tcp/rto.c: the estimator, the timer and the patience, each rule of RFC 6298 by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/params.h"
#include "tcp/rto.h"
#include "tests/unit/resources.h"

static const struct rto_config exact = {.initial_us = SECONDS(1),
                                        .min_us = MS(1),
                                        .max_us = SECONDS(120),
                                        .granularity_us = RTO_GRANULARITY};
static const struct rto_config rfc = {.initial_us = RTO_INITIAL_DEFAULT,
                                      .min_us = RTO_MIN_DEFAULT,
                                      .max_us = RTO_MAX_DEFAULT,
                                      .granularity_us = RTO_GRANULARITY};
static const struct rto_patience endless = {.r1_retries = 3, .r2_retries = UINT8_MAX};

static struct rto rto_with(const struct rto_config *config)
{
    struct rto r;
    rto_init(&r, config);
    return r;
}

static void rto_is_one_second_before_any_sample(void **state)
{
    (void)state;
    struct rto r = rto_with(&rfc);
    assert_int_equal(r.rto_us, SECONDS(1));
    assert_false(rto_due(&r, SECONDS(1000)));
}

static void first_sample_sets_srtt_and_half_of_it_as_variation(void **state)
{
    (void)state;
    struct rto r = rto_with(&exact);
    rto_on_sample(&r, MS(10), MS(110));
    assert_int_equal(r.srtt_us, MS(100));
    assert_int_equal(r.rttvar_us, MS(50));
    assert_int_equal(r.rto_us, MS(300));
}

static void later_samples_are_smoothed_variation_first(void **state)
{
    (void)state;
    struct rto r = rto_with(&exact);
    rto_on_sample(&r, 0, MS(100));
    rto_on_sample(&r, MS(100), MS(280));  /* 180 ms */
    assert_int_equal(r.rttvar_us, 57500); /* 3/4 * 50 + 1/4 * |100 - 180| */
    assert_int_equal(r.srtt_us, MS(110)); /* 7/8 * 100 + 1/8 * 180 */
    assert_int_equal(r.rto_us, MS(340));
}

static void steady_round_trips_leave_no_variation_but_the_granularity(void **state)
{
    (void)state;
    struct rto_config coarse = exact;
    coarse.granularity_us = MS(200);
    struct rto r = rto_with(&coarse);
    for (usec_t at = 0; at < MS(100) * 100; at += MS(100))
        rto_on_sample(&r, at, at + MS(100));
    assert_int_equal(r.srtt_us, MS(100));
    assert_int_equal(r.rto_us, MS(300)); /* SRTT + G */
}

static void one_round_trip_gives_one_sample(void **state)
{
    (void)state;
    struct rto r = rto_with(&exact);
    rto_on_sample(&r, 0, MS(100));
    rto_on_sample(&r, MS(99), MS(199));
    assert_int_equal(r.rttvar_us, MS(50));
    rto_on_sample(&r, MS(100), MS(200));
    assert_int_equal(r.rttvar_us, 37500);
}

static void rto_keeps_between_floor_and_ceiling(void **state)
{
    (void)state;
    struct rto r = rto_with(&rfc);
    rto_on_sample(&r, 0, 15);
    assert_int_equal(r.rto_us, SECONDS(1));
    r = rto_with(&rfc);
    rto_on_sample(&r, 0, SECONDS(100));
    assert_int_equal(r.rto_us, SECONDS(120));
}

static void clock_that_stood_still_gives_the_floor(void **state)
{
    (void)state;
    struct rto r = rto_with(&exact);
    rto_on_sample(&r, 7, 7);
    assert_int_equal(r.srtt_us, 0);
    assert_int_equal(r.rto_us, MS(1));
}

static void timer_starts_with_the_first_segment_only(void **state)
{
    (void)state;
    struct rto r = rto_with(&rfc);
    rto_on_send(&r, MS(5));
    rto_on_send(&r, MS(900));
    assert_false(rto_due(&r, MS(1005) - 1));
    assert_true(rto_due(&r, MS(1005)));
}

static void ack_restarts_the_timer_while_something_is_outstanding(void **state)
{
    (void)state;
    struct rto r = rto_with(&rfc);
    rto_on_send(&r, 0);
    rto_on_ack(&r, true, MS(300));
    assert_int_equal(r.deadline, MS(1300));
    rto_on_ack(&r, false, MS(400));
    assert_int_equal(r.deadline, NEVER);
}

static void rto_doubles_after_each_timeout_up_to_its_ceiling(void **state)
{
    (void)state;
    struct rto r = rto_with(&rfc);
    rto_on_send(&r, 0);
    usec_t expected[] = {2, 4, 8, 16, 32, 64, 120, 120};
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        usec_t now = r.deadline;
        rto_on_timeout(&r, &endless, now);
        assert_int_equal(r.deadline - now, SECONDS(expected[i]));
    }
}

static void back_off_stays_until_a_new_sample(void **state)
{
    (void)state;
    struct rto r = rto_with(&exact);
    rto_on_sample(&r, 0, MS(100));
    rto_on_send(&r, MS(100));
    rto_on_timeout(&r, &endless, MS(400));
    assert_int_equal(r.rto_us, MS(600));
    rto_on_ack(&r, true, MS(500)); /* of the retransmission: no sample, by Karn */
    assert_int_equal(r.deadline, MS(1100));
    rto_on_sample(&r, MS(500), MS(600));
    assert_int_equal(r.rto_us, MS(250));
}

static void syn_that_timed_out_makes_rto_three_seconds(void **state)
{
    (void)state;
    struct rto r = rto_with(&rfc);
    rto_on_established(&r, false);
    assert_int_equal(r.rto_us, SECONDS(1));
    rto_on_established(&r, true);
    assert_int_equal(r.rto_us, SECONDS(3));
}

static void longer_rto_is_not_cut_to_three_seconds(void **state)
{
    (void)state;
    struct rto r = rto_with(&rfc);
    rto_on_send(&r, 0);
    rto_on_timeout(&r, &endless, SECONDS(1));
    rto_on_timeout(&r, &endless, SECONDS(3));
    rto_on_established(&r, true);
    assert_int_equal(r.rto_us, SECONDS(4));
}

/* Runs timeouts until R2; returns how many retransmissions there were, and when it gave up. */
static int retransmissions(struct rto *r, const struct rto_patience *p, usec_t *end)
{
    int n = 0;
    for (*end = r->deadline; rto_on_timeout(r, p, *end) != RTO_GIVE_UP; *end = r->deadline)
        n++;
    return n;
}

static void gives_up_when_both_count_and_time_are_reached(void **state)
{
    (void)state;
    const struct rto_patience data = {.r2_retries = R2_RETRIES_DEFAULT,
                                      .r2_time_us = R2_TIME_DEFAULT};
    struct rto_config linux_like = rfc;
    linux_like.initial_us = MS(200);
    linux_like.min_us = MS(200);
    struct rto r = rto_with(&linux_like);
    usec_t end;
    rto_on_send(&r, 0);
    assert_int_equal(retransmissions(&r, &data, &end), 15);
    assert_int_equal(end, MS(924600)); /* the known 15 minutes of Linux */
    assert_int_equal(r.deadline, NEVER);
}

static void syn_is_sent_again_for_three_minutes_at_least(void **state)
{
    (void)state;
    const struct rto_patience syn = {.r2_retries = R2_SYN_RETRIES_DEFAULT,
                                     .r2_time_us = R2_SYN_TIME_DEFAULT};
    struct rto r = rto_with(&rfc);
    usec_t end;
    rto_on_send(&r, 0);
    assert_int_equal(retransmissions(&r, &syn, &end), 7);
    assert_true(end >= SECONDS(180));
}

static void short_patience_counts_retries_alone(void **state)
{
    (void)state;
    const struct rto_patience twice = {.r2_retries = 2};
    struct rto r = rto_with(&rfc);
    usec_t end;
    rto_on_send(&r, 0);
    assert_int_equal(retransmissions(&r, &twice, &end), 2);
    assert_int_equal(end, SECONDS(7));
}

static void r1_is_told_once(void **state)
{
    (void)state;
    struct rto r = rto_with(&rfc);
    rto_on_send(&r, 0);
    for (int i = 1; i <= 5; i++) {
        enum rto_verdict expected = i == 3 ? RTO_ADVISE : RTO_RETRANSMIT;
        assert_int_equal(rto_on_timeout(&r, &endless, r.deadline), expected);
    }
}

static void ack_of_new_data_renews_patience(void **state)
{
    (void)state;
    const struct rto_patience twice = {.r2_retries = 2};
    struct rto r = rto_with(&rfc);
    rto_on_send(&r, 0);
    rto_on_timeout(&r, &twice, r.deadline);
    rto_on_timeout(&r, &twice, r.deadline);
    rto_on_ack(&r, true, SECONDS(5));
    usec_t end;
    assert_int_equal(retransmissions(&r, &twice, &end), 2);
}

static void patience_counts_the_time_since_something_was_heard(void **state)
{
    (void)state;
    const struct rto_patience seven = {.r2_time_us = SECONDS(7)};
    struct rto r = rto_with(&rfc);
    usec_t end;
    rto_on_send(&r, SECONDS(50));
    assert_int_equal(retransmissions(&r, &seven, &end), 2);
    assert_int_equal(end, SECONDS(57)); /* 1 + 2 + 4, exactly when reached */
    r = rto_with(&rfc);
    rto_on_send(&r, SECONDS(50));
    rto_on_ack(&r, true, SECONDS(60));
    retransmissions(&r, &seven, &end);
    assert_int_equal(end, SECONDS(67));
}

static void stopped_timer_starts_anew(void **state)
{
    (void)state;
    struct rto r = rto_with(&rfc);
    rto_on_send(&r, 0);
    rto_stop(&r);
    assert_false(rto_due(&r, SECONDS(5)));
    rto_on_send(&r, SECONDS(10));
    assert_int_equal(r.deadline, SECONDS(11));
}

static void each_ack_gives_a_sample_where_a_host_wants_it(void **state)
{
    (void)state;
    struct rto_config eager = exact;
    eager.each_ack = true;
    struct rto r = rto_with(&eager);
    rto_on_sample(&r, 0, MS(100));
    rto_on_sample(&r, MS(1), MS(181));
    assert_int_equal(r.srtt_us, MS(110));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ack_gives_a_sample_where_a_host_wants_it),
        cmocka_unit_test(rto_is_one_second_before_any_sample),
        cmocka_unit_test(first_sample_sets_srtt_and_half_of_it_as_variation),
        cmocka_unit_test(later_samples_are_smoothed_variation_first),
        cmocka_unit_test(steady_round_trips_leave_no_variation_but_the_granularity),
        cmocka_unit_test(one_round_trip_gives_one_sample),
        cmocka_unit_test(rto_keeps_between_floor_and_ceiling),
        cmocka_unit_test(clock_that_stood_still_gives_the_floor),
        cmocka_unit_test(timer_starts_with_the_first_segment_only),
        cmocka_unit_test(ack_restarts_the_timer_while_something_is_outstanding),
        cmocka_unit_test(rto_doubles_after_each_timeout_up_to_its_ceiling),
        cmocka_unit_test(back_off_stays_until_a_new_sample),
        cmocka_unit_test(syn_that_timed_out_makes_rto_three_seconds),
        cmocka_unit_test(longer_rto_is_not_cut_to_three_seconds),
        cmocka_unit_test(gives_up_when_both_count_and_time_are_reached),
        cmocka_unit_test(syn_is_sent_again_for_three_minutes_at_least),
        cmocka_unit_test(short_patience_counts_retries_alone),
        cmocka_unit_test(r1_is_told_once),
        cmocka_unit_test(ack_of_new_data_renews_patience),
        cmocka_unit_test(patience_counts_the_time_since_something_was_heard),
        cmocka_unit_test(stopped_timer_starts_anew),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
