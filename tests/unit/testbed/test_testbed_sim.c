/* The testbed in memory: programs that know nothing of it run in virtual time. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "experiments/exchange.h"
#include "tests/unit/resources.h"

static const char words[] = "Hello, twin!\n";

static struct exchange simulated(void)
{
    return (struct exchange){
        .testbed = {.stack = {STACK_SIM, STACK_SIM}, .medium.both.delay = MS(10)},
        .text = {(const uint8_t *)words, sizeof(words) - 1},
    };
}

static struct exchange_result run(const struct exchange *exchange)
{
    struct exchange_result result;
    struct fault fault = {0};
    if (exchange_run(exchange, &result, &fault))
        fail_msg("%s", fault.text);
    return result;
}

static void client_and_server_talk(void **state)
{
    (void)state;
    struct exchange exchange = simulated();
    struct exchange_result result = run(&exchange);
    assert_true(result.equal);
    assert_true(result.stats.dir[WIRE_A_TO_B].entered >= 5);
    assert_int_equal(result.stats.dir[WIRE_A_TO_B].dropped, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(client_and_server_talk),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
