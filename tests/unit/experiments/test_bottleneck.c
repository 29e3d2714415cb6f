/* experiments/bottleneck.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "experiments/bottleneck.h"
#include "tests/unit/resources.h"
#include "tests/unit/trace/fake.h"

enum { MSS = 1400 };

static uint32_t sent; /* segments of A's so far, the lost ones too */

static void begin(struct fake *fake)
{
    fake_begin(fake);
    fake_handshake(fake);
    sent = 0;
}

/* The next segment of A's meets so many in the queue and is under way for so long. */
static void pass(struct fake *fake, uint32_t queue, usec_t delay)
{
    fake_write(fake, 'A', (struct fake_segment){TCP_ACK, 1 + sent++ * MSS, 1, MSS});
    fake_tell(
        fake,
        (struct event){
            .kind = EVENT_FRAME,
            .host = 'A',
            .frame = {.id = ++fake->id, .bytes = fake->bytes, .len = fake->len, .queue = queue}});
    fake_pass(fake, delay);
    fake_deliver(fake, 'B', fake->id);
}

static void lose(struct fake *fake)
{
    fake_lose(fake, 'A', (struct fake_segment){TCP_ACK, 1 + sent++ * MSS, 1, MSS}, "queue full");
}

static struct bottleneck read_and_end(struct fake *fake)
{
    struct bottleneck bottleneck;
    assert_int_equal(bottleneck_read(&bottleneck, &fake->log, FAKE_PORT_B), 0);
    fake_end(fake);
    return bottleneck;
}

static void without_a_second_time_of_losses_there_is_no_tooth(void **state)
{
    (void)state;
    struct fake fake;
    begin(&fake);
    pass(&fake, 3, MS(10));
    lose(&fake);
    fake_pass(&fake, MS(20));
    lose(&fake); /* of the same burst */
    fake_pass(&fake, MS(150));
    lose(&fake); /* repaired, but hardly anything grew since */
    fake_pass(&fake, MS(300));
    pass(&fake, 0, MS(10));
    struct bottleneck bottleneck = read_and_end(&fake);
    assert_int_equal(bottleneck.lost, 3);
    assert_false(bottleneck.complete);
}

static void a_tooth_lies_between_repair_and_the_next_loss(void **state)
{
    (void)state;
    struct fake fake;
    begin(&fake);
    usec_t start = fake.now - 3 * (fake.wire_delay + 20); /* the handshake's */
    pass(&fake, 9, MS(50));
    lose(&fake);
    usec_t first = fake.now - 20 - start;
    fake_pass(&fake, MS(50));
    pass(&fake, 8, MS(40)); /* being repaired: does not count */
    fake_pass(&fake, MS(50));
    pass(&fake, 0, MS(10));
    pass(&fake, 4, MS(14));
    fake_pass(&fake, MS(100));
    pass(&fake, 6, MS(16));
    lose(&fake);
    usec_t second = fake.now - 20 - start;
    pass(&fake, 9, MS(99)); /* after it: does not count */
    struct bottleneck bottleneck = read_and_end(&fake);
    assert_true(bottleneck.complete);
    assert_int_equal(bottleneck.tooth.from, first + MS(100));
    assert_int_equal(bottleneck.tooth.until, second);
    assert_int_equal(bottleneck.queue_most, 6);
    assert_int_equal(bottleneck.delay_least, MS(10));
    assert_int_equal(bottleneck.delay_most, MS(16));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_second_time_of_losses_there_is_no_tooth),
        cmocka_unit_test(a_tooth_lies_between_repair_and_the_next_loss),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
