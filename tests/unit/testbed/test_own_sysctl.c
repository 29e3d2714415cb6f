/* Linux' settings on our own stack: common/testbed/own_sysctl.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "testbed/own_sysctl.h"
#include "tests/unit/resources.h"

static struct stack_config set(const char *setting)
{
    const char *const settings[] = {setting, NULL};
    struct stack_config config;
    stack_config_seeded(&config, 1, 'A');
    own_sysctl_apply(&config, settings);
    return config;
}

static void each_knob_turns_what_it_names(void **state)
{
    (void)state;
    assert_false(set("net.ipv4.tcp_sack=0").tcp.sack);
    assert_false(set("net.ipv4.tcp_timestamps=0").tcp.timestamps);
    assert_false(set("net.ipv4.tcp_window_scaling=0").tcp.window_scale);
    assert_true(set("net.ipv4.tcp_abort_on_overflow=1").reset_when_queue_full);
    assert_int_equal(set("net.ipv4.tcp_max_syn_backlog=8").syn_queue_limit, 8);
    assert_int_equal(set("net.ipv4.tcp_syn_retries=3").tcp.patience_syn.r2_retries, 3);
    assert_int_equal(set("net.ipv4.tcp_retries2=4").tcp.patience_data.r2_retries, 4);
    assert_int_equal(set("net.ipv4.tcp_fin_timeout=2").tcp.fin_wait_2_us, SECONDS(2));
    assert_int_equal(set("net.ipv4.tcp_rto_min_us=5000").tcp.rto.min_us, 5000);
}

static void time_wait_can_only_be_done_without(void **state)
{
    (void)state;
    assert_int_equal(set("net.ipv4.tcp_max_tw_buckets=0").tcp.time_wait_us, 0);
    assert_int_equal(set("net.ipv4.tcp_max_tw_buckets=9").tcp.time_wait_us, SECONDS(60));
    assert_int_equal(set("net.ipv4.tcp_fin_timeout=5").tcp.time_wait_us, SECONDS(60));
}

static void a_range_of_ports_needs_two_numbers_that_make_sense(void **state)
{
    (void)state;
    struct stack_config config = set("net.ipv4.ip_local_port_range=40000 40009");
    assert_int_equal(config.port_first, 40000);
    assert_int_equal(config.port_last, 40009);
    config = set("net.ipv4.ip_local_port_range=40009 40000");
    assert_int_equal(config.port_first, 32768);
    config = set("net.ipv4.ip_local_port_range=40000");
    assert_int_equal(config.port_last, 60999);
}

static void what_this_stack_has_not_means_nothing_to_it(void **state)
{
    (void)state;
    struct stack_config before, after = set("net.ipv4.tcp_recovery=0");
    stack_config_seeded(&before, 1, 'A');
    assert_memory_equal(&before.tcp, &after.tcp, sizeof(before.tcp));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_knob_turns_what_it_names),
        cmocka_unit_test(time_wait_can_only_be_done_without),
        cmocka_unit_test(a_range_of_ports_needs_two_numbers_that_make_sense),
        cmocka_unit_test(what_this_stack_has_not_means_nothing_to_it),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
