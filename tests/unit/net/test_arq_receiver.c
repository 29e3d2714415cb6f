/* common/net/arq_receiver.c alone, and then against the sender over every kind of bad channel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/prng.h"
#include "net/arq.h"
#include "tests/unit/resources.h"

enum { ID = 7 };

static struct arq_receiver receiver;
static struct arq_answer told; /* the answer to the last message */

/* A message of one letter. */
static bool hear(uint32_t number, char letter, bool last)
{
    uint8_t datagram[ARQ_DATAGRAM_MAX];
    const struct arq_message message = {
        .id = ID, .number = number, .turn = number, .last = last, .text = {(uint8_t *)&letter, 1}};
    size_t len = arq_message_write(&message, datagram);
    return arq_on_message(&receiver, (struct span){datagram, len});
}

/* Takes what there is; returns how much. */
static size_t take_all(char *out)
{
    struct span text;
    size_t count = 0;
    for (; arq_take(&receiver, &text); count++)
        out[count] = (char)text.data[0];
    uint8_t bytes[ARQ_ANSWER_BYTES];
    assert_int_equal(arq_answer(&receiver, bytes), sizeof bytes);
    assert_true(arq_answer_read(&told, (struct span){bytes, sizeof bytes}));
    return count;
}

static void what_comes_early_waits_for_what_is_missing(void **state)
{
    (void)state;
    char got[4];
    arq_receiver_init(&receiver);
    assert_true(hear(1, 'b', false));
    assert_int_equal(take_all(got), 0);
    assert_int_equal(told.next, 0);
    assert_int_equal(told.here, 2);
    assert_true(hear(2, 'c', true));
    assert_true(hear(0, 'a', false));
    assert_int_equal(take_all(got), 3);
    assert_memory_equal(got, "abc", 3);
    assert_int_equal(told.next, 3);
    assert_int_equal(told.here, 0);
    assert_true(receiver.ended);
    assert_int_equal(receiver.early, 2);
}

static void what_comes_twice_is_answered_twice_and_given_once(void **state)
{
    (void)state;
    char got[4];
    arq_receiver_init(&receiver);
    assert_true(hear(0, 'a', false));
    assert_true(hear(0, 'a', false));
    assert_int_equal(take_all(got), 1);
    assert_true(hear(0, 'a', false));
    assert_int_equal(take_all(got), 0);
    assert_int_equal(told.next, 1);
    assert_int_equal(receiver.again, 2);
}

static void nothing_beyond_the_window_is_taken(void **state)
{
    (void)state;
    char got[4];
    arq_receiver_init(&receiver);
    assert_true(hear(ARQ_WINDOW - 1, 'z', false));
    assert_false(hear(ARQ_WINDOW, '!', false));
    assert_true(hear(0, 'a', false));
    assert_int_equal(take_all(got), 1);
    assert_true(hear(ARQ_WINDOW, '!', false));
}

static void another_transfer_and_garbage_are_refused(void **state)
{
    (void)state;
    uint8_t datagram[ARQ_DATAGRAM_MAX + 1] = {'M'};
    arq_receiver_init(&receiver);
    assert_true(hear(0, 'a', false));
    const struct arq_receiver before = receiver;
    arq_message_write(&(struct arq_message){.id = ID + 1, .number = 1}, datagram);
    assert_false(arq_on_message(&receiver, (struct span){datagram, ARQ_HEADER_BYTES}));
    assert_false(arq_on_message(&receiver, (struct span){datagram, ARQ_HEADER_BYTES - 1}));
    assert_false(arq_on_message(&receiver, (struct span){datagram, sizeof datagram}));
    datagram[0] = 'A';
    assert_false(arq_on_message(&receiver, (struct span){datagram, ARQ_HEADER_BYTES}));
    assert_memory_equal(&receiver, &before, sizeof before);
}

/* ---- sender and receiver, and between them a channel that loses, doubles and delays ---- */

enum { MESSAGES = 300, INSIDE = 4 * ARQ_WINDOW };

struct parcel {
    usec_t due; /* NEVER: this place is free */
    bool answer;
    size_t len;
    uint8_t bytes[ARQ_DATAGRAM_MAX];
};

static struct {
    struct prng prng;
    uint32_t loss_ppm;
    usec_t now;
    struct arq_sender sender;
    uint32_t put, taken;
    struct parcel inside[INSIDE];
} run;

/* On its way for 5 to 25 ms, so overtaking is the rule; one in ten twice. */
static void post(bool answer, const uint8_t *bytes, size_t len)
{
    int copies = prng_chance(&run.prng, run.loss_ppm) ? 0
                 : prng_chance(&run.prng, PPM / 10)   ? 2
                                                      : 1;
    for (size_t i = 0; i < INSIDE && copies > 0; i++) {
        struct parcel *parcel = &run.inside[i];
        if (parcel->due != NEVER)
            continue;
        parcel->due = run.now + MS(5) + (usec_t)prng_below(&run.prng, (uint64_t)MS(20));
        parcel->answer = answer;
        parcel->len = len;
        memcpy(parcel->bytes, bytes, len);
        copies--;
    }
}

/* Message n holds n, n times modulo 100. */
static void put_messages(void)
{
    uint8_t bytes[100];
    for (; run.put < MESSAGES && arq_has_room(&run.sender); run.put++) {
        memset(bytes, (int)(run.put & 0xff), sizeof bytes);
        arq_put(&run.sender, (struct span){bytes, run.put % 100}, run.put == MESSAGES - 1);
    }
}

static void take_messages(void)
{
    struct span text;
    for (; arq_take(&receiver, &text); run.taken++) {
        assert_int_equal(text.len, run.taken % 100);
        for (size_t i = 0; i < text.len; i++)
            assert_int_equal(text.data[i], run.taken & 0xff);
    }
}

static void deliver(struct parcel *parcel)
{
    const struct span bytes = {parcel->bytes, parcel->len};
    uint8_t answer[ARQ_ANSWER_BYTES];
    parcel->due = NEVER;
    if (parcel->answer) {
        arq_on_answer(&run.sender, run.now, bytes);
        return;
    }
    if (!arq_on_message(&receiver, bytes))
        return; /* a copy so late that its window is long over */
    take_messages();
    post(true, answer, arq_answer(&receiver, answer));
}

static struct parcel *first_inside(void)
{
    struct parcel *first = &run.inside[0];
    for (size_t i = 1; i < INSIDE; i++)
        if (run.inside[i].due < first->due)
            first = &run.inside[i];
    return first;
}

static void run_transfer(uint64_t seed, uint32_t loss_ppm, uint32_t number)
{
    uint8_t datagram[ARQ_DATAGRAM_MAX];
    int64_t len;
    run.now = run.put = run.taken = 0;
    run.loss_ppm = loss_ppm;
    prng_seed(&run.prng, seed);
    arq_sender_init(&run.sender, ID);
    arq_receiver_init(&receiver);
    run.sender.first = run.sender.next = run.sender.turn = run.sender.newest = number;
    receiver.next = number;
    for (size_t i = 0; i < INSIDE; i++)
        run.inside[i].due = NEVER;
    do {
        put_messages();
        while ((len = arq_next(&run.sender, run.now, datagram)) > 0)
            post(false, datagram, (size_t)len);
        assert_int_equal(len, 0);
        struct parcel *first = first_inside();
        run.now = usec_min(first->due, arq_deadline(&run.sender));
        if (first->due == run.now)
            deliver(first);
    } while (run.put < MESSAGES || !arq_is_done(&run.sender));
    assert_int_equal(run.taken, MESSAGES);
    assert_true(receiver.ended);
}

static void every_message_arrives_once_and_in_order(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++)
        for (uint32_t percent = 0; percent <= 30; percent += 10)
            run_transfer(seed, percent * (PPM / 100), 0);
}

static void when_the_numbers_go_round_as_well(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++)
        run_transfer(seed, PPM / 10, 0xffffff80);
}

static void nothing_is_sent_again_where_nothing_is_lost(void **state)
{
    (void)state;
    uint8_t datagram[ARQ_DATAGRAM_MAX], answer[ARQ_ANSWER_BYTES];
    struct span text = {(const uint8_t *)"x", 1};
    int64_t len;
    arq_sender_init(&run.sender, ID);
    arq_receiver_init(&receiver);
    for (int i = 0; i < MESSAGES; i++) {
        arq_put(&run.sender, text, false);
        while ((len = arq_next(&run.sender, MS(i), datagram)) > 0)
            assert_true(arq_on_message(&receiver, (struct span){datagram, (size_t)len}));
        assert_true(arq_take(&receiver, &text));
        len = (int64_t)arq_answer(&receiver, answer);
        arq_on_answer(&run.sender, MS(i), (struct span){answer, (size_t)len});
    }
    assert_int_equal(run.sender.sent, MESSAGES);
    assert_int_equal(run.sender.resent, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_early_waits_for_what_is_missing),
        cmocka_unit_test(what_comes_twice_is_answered_twice_and_given_once),
        cmocka_unit_test(nothing_beyond_the_window_is_taken),
        cmocka_unit_test(another_transfer_and_garbage_are_refused),
        cmocka_unit_test(every_message_arrives_once_and_in_order),
        cmocka_unit_test(when_the_numbers_go_round_as_well),
        cmocka_unit_test(nothing_is_sent_again_where_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
