/* common/tcp/prr.c: the examples of RFC 9937 section 8, counted in segments as there, and its
 * bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/prr.h"
#include "tests/unit/resources.h"

/* A sender in recovery that always has something to send. */
struct flight {
    struct prr prr;
    struct prr_ack ack;
    uint32_t cwnd;
};

static struct flight flight_of(uint32_t recover_fs, uint32_t inflight, uint32_t ssthresh)
{
    struct flight f = {.ack = {.inflight = inflight, .ssthresh = ssthresh, .smss = 1}};
    prr_begin(&f.prr, recover_fs);
    return f;
}

/* An ACK; what is sent after it. */
static uint32_t take(struct flight *f, uint32_t delivered, bool safe)
{
    f->ack.delivered = delivered;
    f->ack.safe = safe;
    if (!prr_on_ack(&f->prr, &f->ack, &f->cwnd) || f->cwnd <= f->ack.inflight)
        return 0;
    uint32_t sent = f->cwnd - f->ack.inflight;
    prr_on_sent(&f->prr, sent);
    f->ack.inflight += sent;
    return sent;
}

/* Figure 1: of 20 segments one is lost; ACKs 3 to 21 tell of one segment each. The figure lets ACK
 * 19 send, where inflight is no more above ssthresh, and the steps of section 6.2 the next. */
static void one_loss_lets_every_second_ack_send(void **state)
{
    (void)state;
    struct flight f = flight_of(20, 18, 10);
    assert_int_equal(take(&f, 1, false), 1);
    assert_int_equal(f.cwnd, 19);
    for (int number = 4; number <= 21; number++) {
        f.ack.inflight--;
        assert_int_equal(take(&f, 1, false), number < 19 ? number % 2 : number > 19);
    }
    assert_int_equal(f.ack.inflight, 10);
}

/* Figure 2: the first 15 of 20 are lost. */
static void after_a_burst_of_losses_as_much_is_sent_as_arrives(void **state)
{
    (void)state;
    struct flight f = flight_of(20, 4, 10);
    for (int number = 17; number <= 19; number++) {
        assert_int_equal(take(&f, 1, false), 1);
        assert_int_equal(f.cwnd, 5);
        f.ack.inflight--;
    }
}

static void good_progress_earns_a_segment_more_up_to_ssthresh(void **state)
{
    (void)state;
    struct flight f = flight_of(20, 4, 10);
    take(&f, 1, false);
    f.ack.inflight = 4;
    assert_int_equal(take(&f, 1, true), 2);
    f.ack.inflight = 9;
    assert_int_equal(take(&f, 3, true), 1);
}

static void an_ack_that_delivers_nothing_changes_nothing(void **state)
{
    (void)state;
    struct flight f = flight_of(20, 18, 10);
    take(&f, 1, false);
    f.cwnd = 77;
    assert_int_equal(take(&f, 0, true), 0);
    assert_int_equal(f.cwnd, 77);
}

static void the_first_retransmission_leaves_in_any_case(void **state)
{
    (void)state;
    struct flight f = flight_of(20, 20, 10);
    assert_int_equal(take(&f, 0, false), 1); /* found by a timer */
    assert_int_equal(take(&f, 0, false), 0);
}

static void it_leaves_whole_though_less_than_a_segment_is_due(void **state)
{
    (void)state;
    struct flight f = flight_of(20000, 18000, 10000);
    f.ack.smss = 1000;
    assert_int_equal(take(&f, 1000, false), 1000);
}

static void what_was_not_sent_in_time_may_be_sent_later(void **state)
{
    (void)state;
    struct flight f = flight_of(20, 4, 10);
    take(&f, 1, false);
    prr_on_ack(&f.prr, &(struct prr_ack){.delivered = 3, .inflight = 1, .ssthresh = 10, .smss = 1},
               &f.cwnd); /* the user had nothing to send */
    f.ack.inflight = 0;
    assert_int_equal(take(&f, 1, false), 4);
}

/* A peer that makes up duplicate ACKs cannot make more arrive than was sent. */
static void estimated_deliveries_end_at_recover_fs(void **state)
{
    (void)state;
    struct flight f = flight_of(4, 3, 10);
    f.ack.estimated = true;
    uint32_t sent = 0;
    for (int i = 0; i < 10; i++) {
        sent += take(&f, 1, false);
        f.ack.inflight = 3;
    }
    assert_int_equal(sent, 4);
}

static void shares_of_large_windows_do_not_overflow(void **state)
{
    (void)state;
    struct flight f = flight_of(2000000000, 1900000000, 1000000000);
    f.ack.smss = 1000;
    take(&f, 1000, false);
    assert_int_equal(take(&f, 1000000000, false), 500001000 - 1000); /* rounded up to a segment */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_loss_lets_every_second_ack_send),
        cmocka_unit_test(after_a_burst_of_losses_as_much_is_sent_as_arrives),
        cmocka_unit_test(good_progress_earns_a_segment_more_up_to_ssthresh),
        cmocka_unit_test(an_ack_that_delivers_nothing_changes_nothing),
        cmocka_unit_test(the_first_retransmission_leaves_in_any_case),
        cmocka_unit_test(it_leaves_whole_though_less_than_a_segment_is_due),
        cmocka_unit_test(what_was_not_sent_in_time_may_be_sent_later),
        cmocka_unit_test(estimated_deliveries_end_at_recover_fs),
        cmocka_unit_test(shares_of_large_windows_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
