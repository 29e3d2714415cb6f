/* client/bulk.c and server/sink.c: what is sent, and what the receipt says of it. */
#include "client/bulk.h"

#include <errno.h>

#include "net/io.h"
#include "server/sink.h"
#include "tests/unit/client/play.h"

enum { BYTES = 200 * 1000 + 1 };

/* Runs a bulk transfer against `handle`; gives its result. */
static int run(play_handler *handle, void *service, bool digest, struct bulk_result *result)
{
    struct play play;
    struct fault fault = {0};
    play_begin(&play, NULL, handle, service);
    const struct bulk bulk = {.server = play.addr, .bytes = BYTES, .digest = digest};
    int error = bulk_run(play.client, &bulk, result, &fault);
    play_end(&play);
    assert_int_equal(fault.error, error);
    return error;
}

static void every_octet_arrives_and_is_the_one_that_was_sent(void **state)
{
    (void)state;
    struct sink_service service = {.digest = true};
    struct bulk_result result;
    assert_int_equal(run(sink_handle, &service, true, &result), 0);
    assert_int_equal(result.bytes, BYTES);
    assert_true(result.took_us > 0);
}

static void without_a_digest_the_count_must_do(void **state)
{
    (void)state;
    struct sink_service service = {.digest = false};
    struct bulk_result result;
    assert_int_equal(run(sink_handle, &service, false, &result), 0);
    assert_int_equal(result.bytes, BYTES);
}

static void it_stops_at_its_time(void **state)
{
    (void)state;
    struct sink_service service = {0};
    struct play play;
    struct bulk_result result;
    struct fault fault = {0};
    play_begin(&play, NULL, sink_handle, &service);
    const struct bulk bulk = {.server = play.addr, .bytes = UINT64_MAX, .duration = MS(1)};
    assert_int_equal(bulk_run(play.client, &bulk, &result, &fault), 0);
    assert_true(result.took_us >= MS(1));
    assert_true(result.took_us < MS(100));
    play_end(&play);
}

/* Takes everything, and then tells what `arg` holds instead of the truth; nothing when NULL. */
static void lie(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    uint8_t bytes[SINK_RECEIPT_BYTES];
    (void)peer;
    while (net_recv(net, sock, bytes, sizeof(bytes), 0) > 0)
        ;
    if (!arg)
        return;
    sink_receipt_write(arg, bytes);
    net_write_full(net, sock, bytes, sizeof(bytes));
}

static void a_receipt_for_fewer_octets_is_an_error(void **state)
{
    (void)state;
    struct sink_receipt receipt = {.bytes = BYTES - 1};
    struct bulk_result result;
    assert_int_equal(run(lie, &receipt, false, &result), -EIO);
}

static void a_receipt_for_other_octets_is_an_error(void **state)
{
    (void)state;
    struct sink_receipt receipt = {.bytes = BYTES, .sha256 = {1}};
    struct bulk_result result;
    assert_int_equal(run(lie, &receipt, true, &result), -EIO);
}

static void no_receipt_is_an_error(void **state)
{
    (void)state;
    struct bulk_result result;
    assert_int_equal(run(lie, NULL, false, &result), -EIO);
}

static void a_receipt_reads_as_it_was_written(void **state)
{
    (void)state;
    const struct sink_receipt receipt = {.bytes = UINT64_C(0x0123456789abcdef), .sha256 = {9, 8}};
    uint8_t bytes[SINK_RECEIPT_BYTES];
    struct sink_receipt back;
    sink_receipt_write(&receipt, bytes);
    sink_receipt_read(&back, bytes);
    assert_int_equal(bytes[0], 0x01);
    assert_true(back.bytes == receipt.bytes);
    assert_memory_equal(back.sha256, receipt.sha256, SINK_DIGEST_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_octet_arrives_and_is_the_one_that_was_sent),
        cmocka_unit_test(without_a_digest_the_count_must_do),
        cmocka_unit_test(it_stops_at_its_time),
        cmocka_unit_test(a_receipt_for_fewer_octets_is_an_error),
        cmocka_unit_test(a_receipt_for_other_octets_is_an_error),
        cmocka_unit_test(no_receipt_is_an_error),
        cmocka_unit_test(a_receipt_reads_as_it_was_written),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
