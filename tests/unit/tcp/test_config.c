/* common/tcp/config.c: the defaults lie where the RFCs want them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/config.h"
#include "tests/unit/resources.h"

static const struct tcp_config *const c = &tcp_config_default;

static void delayed_acks_wait_less_than_half_a_second(void **state)
{
    (void)state;
    assert_in_range(c->delack_us, 1, MS(500) - 1); /* MUST-40 */
}

static void giving_up_takes_long_enough(void **state)
{
    (void)state;
    assert_true(c->patience_data.r1_retries >= 3);              /* SHLD-10 */
    assert_true(c->patience_data.r2_time_us >= SECONDS(100));   /* SHLD-11 */
    assert_true(c->patience_syn.r2_time_us >= SECONDS(3) * 60); /* MUST-23 */
}

static void the_time_out_lies_within_its_bounds(void **state)
{
    (void)state;
    assert_true(c->rto.min_us <= c->rto.initial_us && c->rto.initial_us <= c->rto.max_us);
    assert_true(c->rto.max_us >= SECONDS(60)); /* RFC 6298 section 2.5 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delayed_acks_wait_less_than_half_a_second),
        cmocka_unit_test(giving_up_takes_long_enough),
        cmocka_unit_test(the_time_out_lies_within_its_bounds),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
