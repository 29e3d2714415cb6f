/* common/testbed/own_sysctl.c: Linux' settings for TCP, on our own stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "testbed/own_sysctl.h"
#include "tests/unit/resources.h"

static struct stack_config applied(const char *setting)
{
    struct stack_config config;
    const char *const settings[] = {setting, NULL};
    stack_config_seeded(&config, 1, 'A');
    own_sysctl_apply(&config, settings);
    return config;
}

static void options_of_the_syn_can_be_turned_off(void **state)
{
    (void)state;
    assert_true(applied("net.ipv4.tcp_sack=1").tcp.sack);
    assert_false(applied("net.ipv4.tcp_sack=0").tcp.sack);
    assert_false(applied("net.ipv4.tcp_timestamps=0").tcp.timestamps);
    assert_false(applied("net.ipv4.tcp_window_scaling=0").tcp.window_scale);
}

static void loss_detection_by_time_can_be_turned_off(void **state)
{
    (void)state;
    assert_true(applied("net.ipv4.tcp_dsack=1").tcp.dsack);
    assert_false(applied("net.ipv4.tcp_dsack=0").tcp.dsack);
    assert_int_equal(applied("net.ipv4.tcp_ecn=1").tcp.ecn, ECN_ASK);
    assert_int_equal(applied("net.ipv4.tcp_ecn=9").tcp.ecn, ECN_ANSWER); /* refused */
    assert_true(applied("net.ipv4.tcp_recovery=1").tcp.rack);
    assert_false(applied("net.ipv4.tcp_recovery=0").tcp.rack);
    assert_true(applied("net.ipv4.tcp_early_retrans=3").tcp.tail_probe);
    assert_false(applied("net.ipv4.tcp_early_retrans=0").tcp.tail_probe);
}

static void congestion_control_goes_by_its_name(void **state)
{
    (void)state;
    assert_int_equal(applied("net.ipv4.tcp_congestion_control=cubic").tcp.congestion, CWND_CUBIC);
    assert_int_equal(applied("net.ipv4.tcp_congestion_control=reno").tcp.congestion, CWND_RENO);
    assert_int_equal(applied("net.ipv4.tcp_congestion_control=bbr").tcp.congestion, CWND_RENO);
}

static void queues_behave_as_told(void **state)
{
    (void)state;
    assert_true(applied("net.ipv4.tcp_abort_on_overflow=1").reset_when_queue_full);
    assert_int_equal(applied("net.ipv4.tcp_max_syn_backlog=7").syn_queue_limit, 7);
    assert_int_equal(applied("").syn_cookies, SYN_COOKIES_WHEN_FULL);
    assert_int_equal(applied("net.ipv4.tcp_syncookies=0").syn_cookies, SYN_COOKIES_OFF);
    assert_int_equal(applied("net.ipv4.tcp_syncookies=2").syn_cookies, SYN_COOKIES_ALWAYS);
}

static void patience_and_times_are_set(void **state)
{
    (void)state;
    struct stack_config config = applied("net.ipv4.tcp_syn_retries=2");
    assert_int_equal(config.tcp.patience_syn.r2_retries, 2);
    assert_int_equal(config.tcp.patience_syn.r2_time_us, 0); /* the count alone decides */
    config = applied("net.ipv4.tcp_retries2=3");
    assert_int_equal(config.tcp.patience_data.r2_retries, 3);
    assert_int_equal(config.tcp.patience_data.r2_time_us, 0);
    assert_int_equal(applied("net.ipv4.tcp_fin_timeout=5").tcp.fin_wait_2_us, SECONDS(5));
    assert_int_equal(applied("net.ipv4.tcp_rto_min_us=200000").tcp.rto.min_us, MS(200));
    assert_int_equal(applied("net.ipv4.tcp_rto_max_ms=1000").tcp.rto.max_us, SECONDS(1));
}

static void time_wait_is_as_firm_as_told(void **state)
{
    (void)state;
    assert_false(applied("").tcp.time_wait_reuse);
    assert_true(applied("net.ipv4.tcp_tw_reuse=1").tcp.time_wait_reuse);
    assert_false(applied("net.ipv4.tcp_tw_reuse=2").tcp.time_wait_reuse);
    assert_false(applied("").tcp.time_wait_firm);
    assert_true(applied("net.ipv4.tcp_rfc1337=1").tcp.time_wait_firm);
}

static void path_mtu_discovery_is_tuned(void **state)
{
    (void)state;
    assert_true(applied("").tcp.pmtu_discovery);
    assert_false(applied("net.ipv4.ip_no_pmtu_disc=1").tcp.pmtu_discovery);
    assert_int_equal(applied("").tcp.pmtu_floor, 552);
    assert_int_equal(applied("net.ipv4.route.min_pmtu=256").tcp.pmtu_floor, 256);
}

static void the_largest_receive_buffer_is_set(void **state)
{
    (void)state;
    assert_int_equal(applied("net.ipv4.tcp_rmem=4096 131072 2000000").tcp.receive_limit, 1000000);
    assert_int_equal(applied("net.ipv4.tcp_rmem=4096").tcp.receive_limit,
                     applied("").tcp.receive_limit);
}

static void what_our_stack_does_not_have_changes_nothing(void **state)
{
    (void)state;
    static const char *const settings[] = {
        "net.ipv4.tcp_fack=0",  "net.ipv4.tcp_sac=0", "net.ipv4.tcp_sacks=0",
        "net.core.somaxconn=1", "net.ipv4.tcp_sack",  "",
    };
    struct stack_config before = applied("");
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stack_config config = applied(settings[i]);
        assert_memory_equal(&config, &before, sizeof(config));
    }
}

static void one_that_kernels_may_lack_is_heeded(void **state)
{
    (void)state;
    assert_true(applied("net.ipv4.tcp_sack=1").tcp.sack);
    assert_false(applied("-net.ipv4.tcp_sack=0").tcp.sack);
}

static void no_settings_are_fine(void **state)
{
    (void)state;
    struct stack_config config, before = applied("");
    stack_config_seeded(&config, 1, 'A');
    own_sysctl_apply(&config, NULL);
    assert_memory_equal(&config, &before, sizeof(config));
}

static void what_is_there_is_known(void **state)
{
    (void)state;
    assert_true(own_sysctl_knows("net.ipv4.tcp_syncookies=0"));
    assert_true(own_sysctl_knows("-net.ipv4.tcp_rto_min_us=1000"));
    assert_false(own_sysctl_knows("net.ipv4.tcp_syncookies"));
    assert_false(own_sysctl_knows("net.ipv4.tcp_syn=0"));
    assert_false(own_sysctl_knows("tcp_syncookies=0"));
}

static void a_value_of_the_wrong_kind_is_not_known(void **state)
{
    (void)state;
    assert_true(own_sysctl_knows("net.ipv4.tcp_rmem=4096 131072 6291456"));
    assert_true(own_sysctl_knows("net.ipv4.tcp_congestion_control=reno"));
    assert_true(own_sysctl_knows("net.ipv4.tcp_congestion_control=cubic"));
    assert_false(own_sysctl_knows("net.ipv4.tcp_congestion_control=bbr"));
    assert_false(own_sysctl_knows("net.ipv4.tcp_syncookies=off"));
    assert_false(own_sysctl_knows("net.ipv4.tcp_syncookies="));
    assert_false(own_sysctl_knows("net.ipv4.tcp_fin_timeout=-1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_of_the_syn_can_be_turned_off),
        cmocka_unit_test(loss_detection_by_time_can_be_turned_off),
        cmocka_unit_test(congestion_control_goes_by_its_name),
        cmocka_unit_test(queues_behave_as_told),
        cmocka_unit_test(patience_and_times_are_set),
        cmocka_unit_test(time_wait_is_as_firm_as_told),
        cmocka_unit_test(path_mtu_discovery_is_tuned),
        cmocka_unit_test(the_largest_receive_buffer_is_set),
        cmocka_unit_test(what_our_stack_does_not_have_changes_nothing),
        cmocka_unit_test(one_that_kernels_may_lack_is_heeded),
        cmocka_unit_test(no_settings_are_fine),
        cmocka_unit_test(what_is_there_is_known),
        cmocka_unit_test(a_value_of_the_wrong_kind_is_not_known),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
