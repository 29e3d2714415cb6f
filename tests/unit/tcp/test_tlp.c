/* common/tcp/tlp.c: RFC 8985 section 7. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/params.h"
#include "tcp/tlp.h"
#include "tests/unit/resources.h"
#include "twins.h"

#define NOW SECONDS(1)
#define FAR (NOW + SECONDS(100)) /* when the retransmission timer expires */

static usec_t scheduled(uint32_t srtt_us, uint32_t delack_us, usec_t rto_deadline)
{
    struct tlp p;
    const struct tlp_path path = {srtt_us, delack_us, rto_deadline};
    tlp_init(&p, true);
    tlp_schedule(&p, &path, NOW);
    return p.deadline;
}

/* A probe of the octets before `nxt` was sent. */
static struct tlp probing(bool again, seq_t nxt)
{
    struct tlp p;
    tlp_init(&p, true);
    assert_true(tlp_on_timeout(&p, NOW));
    tlp_on_probe(&p, again, nxt, NOW + 1);
    return p;
}

static void the_probe_waits_two_round_trips(void **state)
{
    (void)state;
    assert_int_equal(scheduled(MS(50), 0, FAR), NOW + MS(100));
}

static void a_lone_segment_may_be_acknowledged_late(void **state)
{
    (void)state;
    assert_int_equal(scheduled(MS(50), MS(200), FAR), NOW + MS(300));
}

static void without_a_sample_it_waits_a_second(void **state)
{
    (void)state;
    assert_int_equal(scheduled(0, 0, FAR), NOW + SECONDS(1));
}

static void it_comes_no_later_than_the_retransmission_timer(void **state)
{
    (void)state;
    assert_int_equal(scheduled(MS(50), 0, NOW + MS(60)), NOW + MS(60));
}

static void nothing_outstanding_needs_no_probe(void **state)
{
    (void)state;
    assert_int_equal(scheduled(MS(50), 0, NEVER), NEVER);
}

static void a_host_that_wants_none_gets_none(void **state)
{
    (void)state;
    struct tlp p;
    const struct tlp_path path = {MS(50), 0, FAR};
    tlp_init(&p, false);
    tlp_schedule(&p, &path, NOW);
    assert_int_equal(p.deadline, NEVER);
}

static void there_is_one_probe_at_a_time(void **state)
{
    struct tlp p = probing(true, twin_start(state));
    const struct tlp_path path = {MS(50), 0, FAR};
    tlp_schedule(&p, &path, NOW);
    assert_int_equal(p.deadline, NEVER);
    assert_false(tlp_on_timeout(&p, NOW + 2));
}

static void the_next_probe_needs_a_new_sample(void **state)
{
    seq_t nxt = twin_start(state);
    struct tlp p = probing(false, nxt);
    tlp_on_ack(&p, nxt, false);
    assert_false(tlp_on_timeout(&p, NOW));
    assert_true(tlp_on_timeout(&p, NOW + 2));
}

static void a_repeated_end_that_is_passed_silently_has_repaired_a_loss(void **state)
{
    seq_t nxt = twin_start(state);
    struct tlp p = probing(true, nxt);
    assert_false(tlp_on_ack(&p, seq_sub(nxt, 1), false));
    assert_false(tlp_on_ack(&p, nxt, false));
    assert_true(tlp_on_ack(&p, seq_add(nxt, 10), false));
    assert_false(tlp_on_ack(&p, seq_add(nxt, 20), false));
}

static void a_duplicate_report_says_that_nothing_was_lost(void **state)
{
    seq_t nxt = twin_start(state);
    struct tlp p = probing(true, nxt);
    assert_false(tlp_on_ack(&p, nxt, false));
    assert_false(tlp_on_ack(&p, nxt, true));
    assert_false(tlp_on_ack(&p, seq_add(nxt, 10), false));
}

static void new_text_repairs_nothing(void **state)
{
    seq_t nxt = twin_start(state);
    struct tlp p = probing(false, nxt);
    assert_false(tlp_on_ack(&p, seq_add(nxt, 10), false));
    assert_false(p.sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_probe_waits_two_round_trips),
        cmocka_unit_test(a_lone_segment_may_be_acknowledged_late),
        cmocka_unit_test(without_a_sample_it_waits_a_second),
        cmocka_unit_test(it_comes_no_later_than_the_retransmission_timer),
        cmocka_unit_test(nothing_outstanding_needs_no_probe),
        cmocka_unit_test(a_host_that_wants_none_gets_none),
        TWINS(there_is_one_probe_at_a_time),
        TWINS(the_next_probe_needs_a_new_sample),
        TWINS(a_repeated_end_that_is_passed_silently_has_repaired_a_loss),
        TWINS(a_duplicate_report_says_that_nothing_was_lost),
        TWINS(new_text_repairs_nothing),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
