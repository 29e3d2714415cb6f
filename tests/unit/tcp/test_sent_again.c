/* common/tcp/sent.c: what the record keeps for those who send again: PSH, and what a time-out
 * spares. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/sent.h"
#include "tests/unit/resources.h"
#include "twins.h"

enum { CAP = 16 };
static struct sent_range memory[CAP];

static struct sent record_at(seq_t iss)
{
    struct sent s;
    sent_init(&s, memory, CAP, iss);
    return s;
}

/* Five segments of 100 octets, sent 1 ms apart from 1 ms on. */
static struct sent five_segments(seq_t iss)
{
    struct sent s = record_at(iss);
    for (int i = 1; i <= 5; i++)
        assert_true(sent_new(&s, 100, MS(i)));
    return s;
}

/* SACKs [from, to), counted from SND.UNA. */
static void sack(struct sent *s, uint32_t from, uint32_t to)
{
    struct sent_news news = {0};
    sent_mark_sacked(s, seq_add(s->una, from), seq_add(s->una, to), &news);
}

static void resend(struct sent *s, uint32_t from, uint32_t len, usec_t now)
{
    sent_again(s, (struct sent_piece){seq_add(s->una, from), len}, now);
}

static void push_ends_a_range(void **state)
{
    struct sent s = record_at(twin_start(state));
    seq_t start = s.nxt;
    sent_new(&s, 100, MS(1));
    sent_push(&s);
    sent_new(&s, 100, MS(1));
    assert_int_equal(s.count, 2);
    assert_true(sent_is_pushed(&s, seq_add(start, 100)));
    assert_false(sent_is_pushed(&s, seq_add(start, 200)));
    assert_false(sent_is_pushed(&s, start));
}

static void push_stays_with_the_last_octet_of_a_split_range(void **state)
{
    struct sent s = record_at(twin_start(state));
    seq_t start = s.nxt;
    sent_new(&s, 300, MS(1));
    sent_push(&s);
    resend(&s, 0, 100, MS(2));
    assert_false(sent_is_pushed(&s, seq_add(start, 100)));
    assert_true(sent_is_pushed(&s, seq_add(start, 300)));
    resend(&s, 100, 200, MS(2));
    assert_int_equal(s.count, 1);
    assert_true(sent_is_pushed(&s, seq_add(start, 300)));
}

static void timeout_spares_what_is_sacked_or_was_sent_of_late(void **state)
{
    struct sent s = five_segments(twin_start(state)); /* one each millisecond */
    sack(&s, 100, 200);
    sent_mark_timed_out(&s, MS(3));
    assert_int_equal(s.sacked, 100);
    assert_int_equal(s.lost, 200);
    assert_int_equal(sent_pipe(&s), 200);
    assert_true(sent_at(&s, 0)->lost);
    assert_false(sent_at(&s, 3)->lost);
}

static void timeout_spares_a_copy_sent_of_late(void **state)
{
    struct sent s = five_segments(twin_start(state));
    sent_mark_lost(&s, seq_add(s.una, 300));
    resend(&s, 0, 100, MS(8));
    resend(&s, 100, 100, MS(9));
    sent_mark_timed_out(&s, MS(7));
    assert_int_equal(s.lost, 500);
    assert_int_equal(s.resent, 100); /* of the first octets not even the copy counts */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(push_ends_a_range),
        TWINS(push_stays_with_the_last_octet_of_a_split_range),
        TWINS(timeout_spares_what_is_sacked_or_was_sent_of_late),
        TWINS(timeout_spares_a_copy_sent_of_late),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
