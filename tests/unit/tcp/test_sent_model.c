/* common/tcp/sent.c against a model that remembers every octet by itself: whatever is sent, resent,
 * SACKed, lost and acknowledged at random, both tell the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/bytes.h"
#include "base/prng.h"
#include "tcp/sent.h"
#include "tests/unit/resources.h"
#include "twins.h"

enum { OCTETS = 60000, CAP = 4096, STEPS = 3000 };

struct octet {
    bool sacked, lost, resent;
    uint8_t times_sent;
};

struct model {
    struct sent sent;
    struct prng prng;
    seq_t iss;
    uint32_t una, nxt; /* positions in octets[] */
    usec_t now;
};

static struct sent_range memory[CAP];
static struct octet octets[OCTETS];

/* A random run [*from, *to) of what is outstanding. */
static void pick(struct model *m, uint32_t *from, uint32_t *to)
{
    uint32_t flight = m->nxt - m->una;
    *from = m->una + (uint32_t)prng_below(&m->prng, flight);
    *to = *from + 1 + (uint32_t)prng_below(&m->prng, min_u32(m->nxt - *from, 400));
}

static seq_t at(const struct model *m, uint32_t position)
{
    return seq_add(m->iss, position);
}

static void send_new(struct model *m)
{
    uint32_t len = 1 + (uint32_t)prng_below(&m->prng, 200);
    if (m->nxt + len > OCTETS || !sent_new(&m->sent, len, m->now))
        return;
    for (uint32_t i = m->nxt; i < m->nxt + len; i++)
        octets[i] = (struct octet){.times_sent = 1};
    m->nxt += len;
}

static void send_again(struct model *m)
{
    uint32_t from, to;
    pick(m, &from, &to);
    sent_again(&m->sent, (struct sent_piece){at(m, from), to - from}, m->now);
    for (uint32_t i = from; i < to; i++)
        if (!octets[i].sacked) {
            octets[i].resent = true;
            octets[i].times_sent++;
        }
}

static void sack(struct model *m)
{
    uint32_t from, to, fresh = 0;
    struct sent_news news = {0};
    pick(m, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        fresh += !octets[i].sacked;
        octets[i].sacked = true;
        octets[i].lost = octets[i].resent = false;
    }
    sent_mark_sacked(&m->sent, at(m, from), at(m, to), &news);
    assert_int_equal(news.sacked, fresh);
}

static void lose(struct model *m)
{
    uint32_t from, to;
    pick(m, &from, &to);
    sent_mark_lost(&m->sent, at(m, to));
    for (uint32_t i = m->una; i < to; i++)
        octets[i].lost = !octets[i].sacked;
}

static void acknowledge(struct model *m)
{
    uint32_t to, from, fresh = 0;
    bool resent = false;
    struct sent_news news = {0};
    pick(m, &from, &to);
    to = min_u32(to, m->una + 500);
    sent_ack(&m->sent, at(m, to), &news);
    for (uint32_t i = m->una; i < to; i++) {
        fresh += !octets[i].sacked;
        resent = resent || octets[i].times_sent > 1;
    }
    assert_int_equal(news.acked, to - m->una);
    assert_int_equal(news.delivered, fresh);
    /* SACKed neighbours share one range, so the record may see more as resent, never less. */
    assert_true(news.resent || !resent);
    assert_false(news.has_sample && resent);
    m->una = to;
}

static void time_out(struct model *m)
{
    sent_mark_all_lost(&m->sent);
    for (uint32_t i = m->una; i < m->nxt; i++) {
        octets[i].sacked = octets[i].resent = false;
        octets[i].lost = true;
    }
}

static void assert_agrees(const struct model *m)
{
    uint32_t sacked = 0, lost = 0, resent = 0, position = m->una, sacked_to = m->una;
    bool after_sacked = false;
    for (uint32_t i = 0; i < m->sent.count; i++) {
        const struct sent_range *r = sent_at(&m->sent, i);
        assert_true(r->len > 0 && seq_eq(r->seq, at(m, position)));
        assert_false(after_sacked && r->sacked);
        after_sacked = r->sacked;
        sacked_to = r->sacked ? position + r->len : sacked_to;
        for (uint32_t end = position + r->len; position < end; position++) {
            assert_int_equal(r->sacked, octets[position].sacked);
            assert_int_equal(r->lost, octets[position].lost);
            assert_int_equal(r->resent, octets[position].resent);
            sacked += octets[position].sacked;
            lost += octets[position].lost;
            resent += octets[position].resent;
        }
    }
    assert_int_equal(position, m->nxt);
    assert_true(seq_eq(m->sent.sacked_to, at(m, sacked_to)));
    assert_int_equal(m->sent.sacked, sacked);
    assert_int_equal(m->sent.lost, lost);
    assert_int_equal(m->sent.resent, resent);
}

static void step(struct model *m)
{
    void (*const actions[])(struct model *) = {send_new, send_new, send_new, send_again,
                                               sack,     sack,     lose,     acknowledge};
    m->now += (usec_t)prng_below(&m->prng, 2);
    if (m->nxt == m->una)
        send_new(m);
    else if (prng_chance(&m->prng, PPM / 200))
        time_out(m);
    else
        actions[prng_below(&m->prng, ARRAY_LEN(actions))](m);
}

static void record_agrees_with_every_octet(void **state)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct model m = {.iss = twin_start(state)};
        prng_seed(&m.prng, seed);
        sent_init(&m.sent, memory, CAP, m.iss);
        for (int i = 0; i < STEPS && m.nxt < OCTETS - 200; i++) {
            step(&m);
            if (i % 16 == 0)
                assert_agrees(&m);
        }
        assert_agrees(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(record_agrees_with_every_octet),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
