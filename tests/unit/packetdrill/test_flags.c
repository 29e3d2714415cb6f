/* common/packetdrill/flags.c: what --so_flags say, and what a host is without. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "packetdrill/flags.h"
#include "tcp/cwnd.h"
#include "tests/unit/resources.h"

static struct door_flags read_well(const char *text)
{
    struct fault fault = {0};
    struct door_flags flags;
    assert_int_equal(door_flags_read(&flags, text, &fault), 0);
    return flags;
}

static void assert_refused(const char *text, const char *because)
{
    struct fault fault = {0};
    struct door_flags flags;
    assert_int_equal(door_flags_read(&flags, text, &fault), -EINVAL);
    assert_non_null(strstr(fault.text, because));
}

static void without_flags_a_host_is_as_scripts_expect_it(void **state)
{
    (void)state;
    struct door_flags flags = read_well(NULL);
    assert_int_equal(flags.stack.ip, 0xc0a80001);
    assert_int_equal(flags.mtu, 1500);
    assert_int_equal(flags.stack.tcp.rto.min_us, MS(200));
    assert_int_equal(flags.stack.tcp.window_shift, 8);
    assert_true(flags.stack.tcp.timestamps && flags.stack.tcp.sack);
}

static void each_flag_changes_what_it_names(void **state)
{
    (void)state;
    struct door_flags flags =
        read_well("ip=10.0.0.1,ts=0,sack=0,wscale=0,iw=4,mtu=1400,minrto_ms=1000,"
                  "delack_ms=100,rcvbuf=50000,sndbuf=60000,cc=cubic,seed=0x7");
    assert_int_equal(flags.stack.ip, 0x0a000001);
    assert_int_equal(flags.mtu, 1400);
    assert_int_equal(flags.seed, 7);
    const struct tcp_config *tcp = &flags.stack.tcp;
    assert_false(tcp->timestamps || tcp->sack || tcp->window_scale);
    assert_int_equal(tcp->initial_segments, 4);
    assert_int_equal(tcp->rto.min_us, SECONDS(1));
    assert_int_equal(tcp->delack_us, MS(100));
    assert_int_equal(tcp->receive_limit, 50000);
    assert_int_equal(tcp->send_limit, 60000);
    assert_int_equal(tcp->congestion, CWND_CUBIC);
}

static void what_is_no_flag_is_refused_by_name(void **state)
{
    (void)state;
    assert_refused("colour=red", "colour");
    assert_refused("ts", "'ts'");
    assert_refused("ts=2", "ts=2");
    assert_refused("iw=0", "iw=0");
    assert_refused("cc=bbr", "reno|cubic");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_flags_a_host_is_as_scripts_expect_it),
        cmocka_unit_test(each_flag_changes_what_it_names),
        cmocka_unit_test(what_is_no_flag_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
