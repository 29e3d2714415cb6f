/* common/tcp/cookie.c: what a cookie remembers, for whom, and how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/cookie.h"
#include "tcp/params.h"
#include "tests/unit/resources.h"
#include "tests/unit/tcp/twins.h"

static const struct siphash_key key = {0x0123456789abcdef, 0xfedcba9876543210};

static struct cookie_syn syn_of(seq_t isn)
{
    return (struct cookie_syn){{0x0a000001, 0x0a000002, 80, 40000}, isn};
}

static uint16_t mss_of(const struct cookie_syn *syn, seq_t cookie, usec_t now)
{
    uint16_t mss;
    return cookie_check(&key, syn, cookie, now, &mss) ? mss : 0;
}

static void a_cookie_brings_the_mss_back_rounded_down(void **state)
{
    static const uint16_t cases[][2] = {{100, MSS_MIN}, {536, 536},   {1219, 536},  {1400, 1380},
                                        {1460, 1460},   {1461, 1460}, {8960, 8960}, {65535, 8960}};
    struct cookie_syn syn = syn_of(twin_start(state));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        seq_t cookie = cookie_make(&key, &syn, cases[i][0], SECONDS(1000));
        assert_int_equal(mss_of(&syn, cookie, SECONDS(1001)), cases[i][1]);
    }
}

static void a_cookie_is_good_for_one_to_two_periods(void **state)
{
    struct cookie_syn syn = syn_of(twin_start(state));
    seq_t cookie = cookie_make(&key, &syn, 1460, 10 * COOKIE_PERIOD);
    assert_int_equal(mss_of(&syn, cookie, 12 * COOKIE_PERIOD - 1), 1460);
    assert_int_equal(mss_of(&syn, cookie, 12 * COOKIE_PERIOD), 0);
    assert_int_equal(mss_of(&syn, cookie, (10 + 256) * COOKIE_PERIOD), 0); /* the field wraps */
    cookie = cookie_make(&key, &syn, 1460, 0);
    assert_int_equal(mss_of(&syn, cookie, 0), 1460);
}

static void a_cookie_is_good_for_one_syn(void **state)
{
    seq_t isn = twin_start(state);
    struct cookie_syn syn = syn_of(isn), others[5];
    for (int i = 0; i < 5; i++)
        others[i] = syn;
    others[0].tuple.remote_ip++;
    others[1].tuple.remote_port++;
    others[2].tuple.local_port++;
    others[3].tuple.local_ip++;
    others[4].isn = seq_add(isn, 1);
    seq_t cookie = cookie_make(&key, &syn, 1460, 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(mss_of(&others[i], cookie, 0), 0);
}

static void another_host_takes_it_for_nothing(void **state)
{
    struct cookie_syn syn = syn_of(twin_start(state));
    const struct siphash_key other = {key.k0, key.k1 + 1};
    uint16_t mss;
    seq_t cookie = cookie_make(&key, &syn, 1460, 0);
    assert_false(cookie_check(&other, &syn, cookie, 0, &mss));
}

static void guesses_fail(void **state)
{
    struct cookie_syn syn = syn_of(twin_start(state));
    seq_t cookie = cookie_make(&key, &syn, 1460, SECONDS(1000));
    int hits = 0;
    for (uint32_t i = 1; i <= 1000000; i++)
        hits += mss_of(&syn, seq_add(cookie, i), SECONDS(1000)) != 0;
    assert_int_equal(hits, 0);
}

static void a_stamp_brings_the_other_options_back(void **state)
{
    (void)state;
    static const struct tcp_options cases[] = {
        {0},
        {.sack_permitted = true},
        {.has_wscale = true, .wscale = 0},
        {.has_wscale = true, .wscale = 14, .sack_permitted = true},
    };
    for (uint32_t clock = 4294967200; clock != 200; clock++) {
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            struct tcp_options back = {0};
            uint32_t stamp = cookie_stamp(clock, &cases[i]);
            assert_in_range(clock - stamp, 0, 63); /* never ahead of the clock */
            cookie_read_stamp(stamp, &back);
            assert_int_equal(back.sack_permitted, cases[i].sack_permitted);
            assert_int_equal(back.has_wscale, cases[i].has_wscale);
            if (back.has_wscale)
                assert_int_equal(back.wscale, cases[i].wscale);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS(a_cookie_brings_the_mss_back_rounded_down),
        TWINS(a_cookie_is_good_for_one_to_two_periods),
        TWINS(a_cookie_is_good_for_one_syn),
        TWINS(another_host_takes_it_for_nothing),
        TWINS(guesses_fail),
        cmocka_unit_test(a_stamp_brings_the_other_options_back),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
