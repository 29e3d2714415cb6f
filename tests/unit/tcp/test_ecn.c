/* common/tcp/ecn.c: RFC 3168 section 6.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "packet/ipv4.h"
#include "tcp/ecn.h"
#include "tests/unit/resources.h"
#include "twins.h"

enum { SETUP_SYN = TCP_SYN | TCP_ECE | TCP_CWR, SETUP_SYN_ACK = TCP_SYN | TCP_ACK | TCP_ECE };

static struct ecn agreed(void)
{
    struct ecn e;
    ecn_init(&e, ECN_ASK);
    ecn_syn(&e, false);
    ecn_on_syn(&e, SETUP_SYN_ACK);
    assert_true(e.on);
    return e;
}

static struct segment new_text(struct ecn *e)
{
    struct segment seg = {.flags = TCP_ACK};
    ecn_on_new_text(e, &seg);
    return seg;
}

static bool text(struct ecn *e, uint8_t ecn, uint8_t flags)
{
    return ecn_on_text(e, &(const struct segment){.flags = TCP_ACK | flags, .ecn = ecn});
}

static void who_asks_needs_an_answer(void **state)
{
    (void)state;
    static const struct {
        uint8_t flags;
        bool on;
    } answers[] = {
        {SETUP_SYN_ACK, true},
        {TCP_SYN | TCP_ACK, false},
        {SETUP_SYN_ACK | TCP_CWR, false}, /* reflected */
        {SETUP_SYN, true},                /* opens have crossed */
        {TCP_SYN, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct ecn e;
        ecn_init(&e, ECN_ASK);
        assert_int_equal(ecn_syn(&e, false), TCP_ECE | TCP_CWR);
        ecn_on_syn(&e, answers[i].flags);
        assert_int_equal(e.on, answers[i].on);
    }
}

static void who_does_not_ask_can_answer(void **state)
{
    (void)state;
    static const bool answers[] = {[ECN_OFF] = false, [ECN_ASK] = true, [ECN_ANSWER] = true};
    for (int policy = ECN_OFF; policy <= ECN_ANSWER; policy++) {
        struct ecn e;
        ecn_init(&e, (enum ecn_policy)policy);
        ecn_on_syn(&e, SETUP_SYN);
        assert_int_equal(ecn_syn_ack(&e), answers[policy] ? TCP_ECE : 0);
        ecn_on_syn(&e, TCP_SYN | TCP_CWR);
        assert_int_equal(ecn_syn_ack(&e), 0);
    }
}

static void an_answer_not_asked_for_means_nothing(void **state)
{
    (void)state;
    struct ecn e;
    ecn_init(&e, ECN_ANSWER);
    assert_int_equal(ecn_syn(&e, false), 0);
    ecn_on_syn(&e, SETUP_SYN_ACK);
    assert_false(e.on);
}

/* Section 6.1.1: who has sent a SYN without the offer must not mark, but heeds marks. */
static void a_lost_offer_is_not_repeated(void **state)
{
    (void)state;
    struct ecn e;
    ecn_init(&e, ECN_ASK);
    ecn_syn(&e, false);
    assert_int_equal(ecn_syn(&e, true), 0);
    ecn_on_syn(&e, SETUP_SYN_ACK);
    assert_int_equal(new_text(&e).ecn, ECN_NOT_CAPABLE);
    assert_true(text(&e, ECN_CONGESTED, 0));
}

static void a_repeated_syn_may_take_the_offer_back(void **state)
{
    (void)state;
    struct ecn e;
    ecn_init(&e, ECN_ANSWER);
    ecn_on_syn(&e, SETUP_SYN);
    ecn_on_syn_again(&e, SETUP_SYN);
    assert_true(e.on);
    ecn_on_syn_again(&e, TCP_SYN);
    assert_false(e.on);
    ecn_on_syn_again(&e, SETUP_SYN);
    assert_false(e.on);
}

static void a_mark_is_echoed_until_the_window_is_reduced(void **state)
{
    (void)state;
    struct ecn e = agreed();
    assert_false(text(&e, ECN_CAPABLE_0, 0));
    assert_false(ecn_echoes(&e));
    assert_true(text(&e, ECN_CONGESTED, 0));
    assert_false(text(&e, ECN_CONGESTED, 0)); /* nothing new */
    text(&e, ECN_CAPABLE_0, 0);
    assert_true(ecn_echoes(&e));
    text(&e, ECN_CAPABLE_0, TCP_CWR);
    assert_false(ecn_echoes(&e));
    assert_true(text(&e, ECN_CONGESTED, TCP_CWR)); /* both: congestion of late */
    assert_true(ecn_echoes(&e));
}

static void without_agreement_marks_mean_nothing(void **state)
{
    (void)state;
    struct ecn e;
    bool lower;
    ecn_init(&e, ECN_ANSWER);
    ecn_on_syn(&e, TCP_SYN);
    assert_false(text(&e, ECN_CONGESTED, 0));
    assert_false(ecn_echoes(&e));
    assert_false(ecn_on_ack(&e, TCP_ACK | TCP_ECE, seq_make(1), &lower));
    assert_false(lower);
    assert_int_equal(new_text(&e).ecn, ECN_NOT_CAPABLE);
}

static void the_window_is_lowered_once_in_a_window_of_data(void **state)
{
    struct ecn e = agreed();
    seq_t una = twin_start(state), nxt = seq_add(una, 100);
    bool lower;
    assert_false(ecn_on_ack(&e, TCP_ACK, una, &lower));
    assert_true(ecn_on_ack(&e, TCP_ACK | TCP_ECE, una, &lower) && lower);
    ecn_on_reduction(&e, nxt);
    assert_true(ecn_on_ack(&e, TCP_ACK | TCP_ECE, nxt, &lower) && !lower); /* CWR comes only now */
    assert_true(ecn_is_answering(&e, seq_sub(nxt, 1)) && !ecn_is_answering(&e, nxt));
    assert_true(ecn_on_ack(&e, TCP_ACK | TCP_ECE, seq_add(nxt, 1), &lower) && lower);
}

static void cwr_rides_on_the_next_new_text_only(void **state)
{
    struct ecn e = agreed();
    assert_int_equal(new_text(&e).flags, TCP_ACK);
    ecn_on_reduction(&e, twin_start(state));
    assert_int_equal(new_text(&e).flags, TCP_ACK | TCP_CWR);
    assert_int_equal(new_text(&e).flags, TCP_ACK);
}

static void easing_is_over_once_what_bore_cwr_has_arrived(void **state)
{
    struct ecn e = agreed();
    seq_t una = twin_start(state), nxt = seq_add(una, 100);
    bool lower;
    ecn_on_reduction(&e, nxt);
    ecn_on_easing(&e);
    ecn_on_ack(&e, TCP_ACK, nxt, &lower);
    assert_false(ecn_has_eased(&e));
    ecn_on_ack(&e, TCP_ACK, seq_add(nxt, 1), &lower);
    assert_true(ecn_has_eased(&e));
    assert_false(ecn_has_eased(&e));
}

static void a_loss_takes_the_place_of_easing(void **state)
{
    struct ecn e = agreed();
    seq_t una = twin_start(state);
    ecn_on_reduction(&e, una);
    ecn_on_easing(&e);
    ecn_on_reduction(&e, seq_add(una, 100));
    assert_false(e.easing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_needs_an_answer),
        cmocka_unit_test(who_does_not_ask_can_answer),
        cmocka_unit_test(an_answer_not_asked_for_means_nothing),
        cmocka_unit_test(a_lost_offer_is_not_repeated),
        cmocka_unit_test(a_repeated_syn_may_take_the_offer_back),
        cmocka_unit_test(a_mark_is_echoed_until_the_window_is_reduced),
        cmocka_unit_test(without_agreement_marks_mean_nothing),
        TWINS(the_window_is_lowered_once_in_a_window_of_data),
        TWINS(cwr_rides_on_the_next_new_text_only),
        TWINS(easing_is_over_once_what_bore_cwr_has_arrived),
        TWINS(a_loss_takes_the_place_of_easing),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
