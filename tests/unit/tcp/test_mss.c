/* common/tcp/mss.c: the size announced, and the size sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/mss.h"
#include "tcp/params.h"
#include "tests/unit/resources.h"

static void announced_size_is_the_mtu_less_both_headers(void **state)
{
    (void)state;
    assert_int_equal(mss_announce(1500), 1460);
    assert_int_equal(mss_announce(576), MSS_DEFAULT);
}

static void smaller_of_peer_and_path_decides(void **state)
{
    (void)state;
    assert_int_equal(mss_effective(&(struct mss_limits){.peer = 1460, .path_mtu = 1500}), 1460);
    assert_int_equal(mss_effective(&(struct mss_limits){.peer = 8960, .path_mtu = 1500}), 1460);
    assert_int_equal(mss_effective(&(struct mss_limits){.peer = 536, .path_mtu = 1500}), 536);
}

static void options_are_taken_off_either_limit(void **state)
{
    (void)state;
    struct mss_limits limits = {.peer = 1460, .path_mtu = 1500, .options_len = 12};
    assert_int_equal(mss_effective(&limits), 1448);
    limits.peer = 536;
    assert_int_equal(mss_effective(&limits), 524);
    limits.options_len = 40;
    assert_int_equal(mss_effective(&limits), 496);
}

static void user_may_ask_for_less_but_not_for_more(void **state)
{
    (void)state;
    struct mss_limits limits = {.peer = 1460, .path_mtu = 1500, .user = 1000};
    assert_int_equal(mss_effective(&limits), 1000);
    limits.user = 9000;
    assert_int_equal(mss_effective(&limits), 1460);
}

static void nobody_makes_us_send_mostly_headers(void **state)
{
    (void)state;
    assert_int_equal(mss_effective(&(struct mss_limits){.peer = 0, .path_mtu = 1500}), MSS_MIN);
    assert_int_equal(mss_effective(&(struct mss_limits){.peer = 1460, .path_mtu = 10}), MSS_MIN);
    struct mss_limits worst = {.peer = 1, .path_mtu = 1500, .options_len = 40};
    assert_int_equal(mss_effective(&worst), MSS_MIN - 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(announced_size_is_the_mtu_less_both_headers),
        cmocka_unit_test(smaller_of_peer_and_path_decides),
        cmocka_unit_test(options_are_taken_off_either_limit),
        cmocka_unit_test(user_may_ask_for_less_but_not_for_more),
        cmocka_unit_test(nobody_makes_us_send_mostly_headers),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
