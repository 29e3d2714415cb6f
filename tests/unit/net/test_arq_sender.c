/* common/net/arq_sender.c: what is sent, and when again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "net/arq.h"
#include "tests/unit/resources.h"

enum { ID = 7 };

static struct arq_sender sender;
static uint8_t datagram[ARQ_DATAGRAM_MAX];

static const struct span text = {(const uint8_t *)"text", 4};

/* With so many messages put. */
static void begin(int messages)
{
    arq_sender_init(&sender, ID);
    for (int i = 0; i < messages; i++)
        arq_put(&sender, text, false);
}

/* Sends what is due; returns the number of the message that went, or -1 when none did. */
static int64_t send_next(usec_t now)
{
    struct arq_message message;
    int64_t len = arq_next(&sender, now, datagram);
    if (len <= 0)
        return len - 1;
    assert_true(arq_message_read(&message, (struct span){datagram, (size_t)len}));
    assert_int_equal(message.id, ID);
    return message.number;
}

static void send_all(int messages, usec_t now)
{
    for (int i = 0; i < messages; i++)
        assert_int_equal(send_next(now), i);
    assert_int_equal(send_next(now), -1);
}

static void answer(usec_t now, struct arq_answer what)
{
    size_t len = arq_answer_write(&what, datagram);
    arq_on_answer(&sender, now, (struct span){datagram, len});
}

static void messages_go_at_once_and_in_order(void **state)
{
    (void)state;
    begin(3);
    assert_int_equal(arq_deadline(&sender), 0);
    send_all(3, MS(5));
    assert_int_equal(arq_deadline(&sender), MS(5) + SECONDS(1));
    assert_false(arq_is_done(&sender));
}

static void the_window_bounds_what_is_on_its_way(void **state)
{
    (void)state;
    begin(ARQ_WINDOW);
    assert_false(arq_has_room(&sender));
    send_all(ARQ_WINDOW, 0);
    answer(MS(10), (struct arq_answer){ID, 0, 1, 2}); /* the second one: the first still waits */
    assert_false(arq_has_room(&sender));
    answer(MS(10), (struct arq_answer){ID, 2, 0, 0});
    assert_true(arq_has_room(&sender));
}

static void without_an_answer_the_time_doubles(void **state)
{
    (void)state;
    begin(1);
    send_all(1, 0);
    assert_int_equal(send_next(SECONDS(1) - 1), -1);
    assert_int_equal(send_next(SECONDS(1)), 0);
    assert_int_equal(arq_deadline(&sender), SECONDS(3));
    assert_int_equal(send_next(SECONDS(3)), 0);
    assert_int_equal(arq_deadline(&sender), SECONDS(7));
    assert_int_equal(sender.resent, 2);
    assert_int_equal(sender.timeouts, 2);
}

static void after_half_a_minute_the_peer_is_given_up(void **state)
{
    (void)state;
    usec_t now = 0;
    begin(1);
    for (; now < ARQ_PATIENCE; now = arq_deadline(&sender))
        assert_int_equal(send_next(now), 0);
    assert_int_equal(arq_next(&sender, now, datagram), -ETIMEDOUT);
}

static void the_time_follows_the_round_trip(void **state)
{
    (void)state;
    begin(2);
    send_all(2, 0);
    answer(MS(100), (struct arq_answer){ID, 1, 0, 0});
    assert_int_equal(sender.srtt_us, MS(100));
    assert_int_equal(arq_deadline(&sender), MS(100) + 4 * MS(50));
}

static void what_was_overtaken_by_three_goes_again(void **state)
{
    (void)state;
    begin(5);
    send_all(5, 0);
    answer(MS(10), (struct arq_answer){ID, 0, 1, 1 << 1});
    answer(MS(10), (struct arq_answer){ID, 0, 2, 3 << 1});
    assert_int_equal(send_next(MS(10)), -1);
    answer(MS(10), (struct arq_answer){ID, 0, 3, 7 << 1});
    assert_int_equal(send_next(MS(10)), 0);
    assert_int_equal(send_next(MS(10)), -1);
    assert_int_equal(sender.resent, 1);
    assert_int_equal(sender.timeouts, 0);
}

static void an_answer_that_comes_late_takes_no_proof_back(void **state)
{
    (void)state;
    begin(5);
    send_all(5, 0);
    answer(MS(10), (struct arq_answer){ID, 0, 4, 1 << 4});
    answer(MS(10), (struct arq_answer){ID, 0, 2, 1 << 2});
    assert_int_equal(send_next(MS(10)), 0);
    assert_int_equal(send_next(MS(10)), 1);
    assert_int_equal(send_next(MS(10)), -1);
}

static void an_answer_to_a_turn_that_never_was_proves_nothing(void **state)
{
    (void)state;
    begin(5);
    send_all(5, 0);
    answer(MS(10), (struct arq_answer){ID, 0, 99, 1 << 4});
    assert_int_equal(send_next(MS(10)), -1);
}

static void a_repetition_that_is_lost_is_noticed_as_well(void **state)
{
    (void)state;
    begin(8);
    send_all(8, 0);
    answer(MS(10), (struct arq_answer){ID, 0, 3, 7 << 1});
    assert_int_equal(send_next(MS(10)), 0); /* turn 8 */
    for (int i = 0; i < 3; i++)
        arq_put(&sender, text, false);
    for (int i = 8; i < 11; i++)
        assert_int_equal(send_next(MS(10)), i); /* turns 9 to 11 */
    answer(MS(20), (struct arq_answer){ID, 0, 11, 0x40e});
    assert_int_equal(send_next(MS(20)), 0);
}

static void an_answer_times_the_datagram_that_it_answers(void **state)
{
    (void)state;
    begin(1);
    send_all(1, 0);
    assert_int_equal(send_next(SECONDS(1)), 0);
    answer(SECONDS(1) + MS(30), (struct arq_answer){ID, 1, 1, 0});
    assert_int_equal(sender.srtt_us, MS(30));
    assert_true(arq_is_done(&sender));
    assert_true(arq_deadline(&sender) == NEVER);
}

static void a_late_answer_to_the_original_is_no_sample(void **state)
{
    (void)state;
    begin(1);
    send_all(1, 0);
    assert_int_equal(send_next(SECONDS(1)), 0);
    answer(SECONDS(1) + 1, (struct arq_answer){ID, 1, 0, 0});
    assert_int_equal(sender.srtt_us, 0);
    assert_true(arq_is_done(&sender));
}

static void strange_and_old_answers_change_nothing(void **state)
{
    (void)state;
    begin(4);
    send_all(4, 0);
    answer(MS(10), (struct arq_answer){ID, 2, 1, 0});
    const struct arq_sender before = sender;
    answer(MS(20), (struct arq_answer){ID + 1, 4, 3, 0}); /* another transfer's */
    answer(MS(20), (struct arq_answer){ID, 1, 0, 0});     /* overtaken by the one before */
    answer(MS(20), (struct arq_answer){ID, 5, 3, 0});     /* of what was never sent */
    arq_on_answer(&sender, MS(20), (struct span){datagram, ARQ_ANSWER_BYTES - 1});
    arq_on_answer(&sender, MS(20), (struct span){(const uint8_t *)"", 0});
    assert_memory_equal(&sender, &before, sizeof before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_go_at_once_and_in_order),
        cmocka_unit_test(the_window_bounds_what_is_on_its_way),
        cmocka_unit_test(without_an_answer_the_time_doubles),
        cmocka_unit_test(after_half_a_minute_the_peer_is_given_up),
        cmocka_unit_test(the_time_follows_the_round_trip),
        cmocka_unit_test(what_was_overtaken_by_three_goes_again),
        cmocka_unit_test(an_answer_that_comes_late_takes_no_proof_back),
        cmocka_unit_test(an_answer_to_a_turn_that_never_was_proves_nothing),
        cmocka_unit_test(a_repetition_that_is_lost_is_noticed_as_well),
        cmocka_unit_test(an_answer_times_the_datagram_that_it_answers),
        cmocka_unit_test(a_late_answer_to_the_original_is_no_sample),
        cmocka_unit_test(strange_and_old_answers_change_nothing),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
