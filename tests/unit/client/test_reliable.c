/* client/reliable.c and server/reliable.c: a file in datagrams. */
#include "client/reliable.h"

#include <errno.h>
#include <string.h>

#include "base/thread.h"
#include "net/arq_format.h"
#include "server/reliable.h"
#include "tests/unit/client/play.h"

enum { PORT = 8093 };

/* One transfer between two simulated hosts. */
struct transfer {
    struct testbed *testbed;
    struct net *a, *b;
    int sock; /* the taker's */
    struct reliable_taking taking;
    struct reliable_taken taken;
    struct reliable_sent sent;
    struct fault fault;
    int take_error;
};

static void begin(struct transfer *transfer, const char *script)
{
    const struct testbed_config config = {
        .stack = {STACK_SIM, STACK_SIM},
        .medium = {.both.delay = MS(10), .seed = 1, .script = script},
    };
    *transfer = (struct transfer){.taking = {.patience_us = SECONDS(60), .linger_us = SECONDS(60)}};
    if (testbed_open(&transfer->testbed, &config, &transfer->fault))
        fail_msg("%s", transfer->fault.text);
    transfer->a = testbed_net(transfer->testbed, HOST_A);
    transfer->b = testbed_net(transfer->testbed, HOST_B);
    transfer->sock = net_socket(transfer->b, NET_DGRAM);
    assert_int_equal(net_bind(transfer->b, transfer->sock, &(struct net_addr){0, PORT}), 0);
}

static void end(struct transfer *transfer)
{
    testbed_close(transfer->testbed);
}

static void take(void *arg)
{
    struct transfer *t = arg;
    t->take_error = reliable_take(t->b, t->sock, &t->taking, &t->taken);
}

static FILE *file_of(size_t len)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    for (size_t i = 0; i < len; i++)
        assert_int_not_equal(fputc((int)(i * 7 / 5 & 0xff), file), EOF);
    rewind(file);
    return file;
}

/* Sends `len` octets; when the sender is done, so is the taker. */
static int send_octets(struct transfer *transfer, size_t len)
{
    struct thread *taker;
    const struct reliable_sending what = {
        .server = {testbed_ip(HOST_B), PORT}, .source = file_of(len), .id = 1};
    assert_int_equal(thread_start(&taker, "take", take, transfer), 0);
    int error = reliable_send(transfer->a, &what, &transfer->sent, &transfer->fault);
    net_close(transfer->b, transfer->sock);
    thread_join(taker);
    fclose(what.source);
    return error;
}

static void every_length_arrives_whole(void **state)
{
    (void)state;
    static const size_t lengths[] = {0,     1, ARQ_TEXT_MAX - 1, ARQ_TEXT_MAX, ARQ_TEXT_MAX + 1,
                                     200001};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct transfer transfer;
        begin(&transfer, NULL);
        assert_int_equal(send_octets(&transfer, lengths[i]), 0);
        assert_int_equal(transfer.take_error, 0);
        assert_int_equal(transfer.taken.receipt.bytes, lengths[i]);
        assert_memory_equal(&transfer.taken.receipt, &transfer.sent.receipt,
                            sizeof(struct sink_receipt));
        assert_int_equal(transfer.sent.resent, 0);
        end(&transfer);
    }
}

static void what_the_wire_breaks_is_mended(void **state)
{
    (void)state;
    struct transfer transfer;
    begin(&transfer, "drop udp 1..9 a>b; drop udp 2..7 b>a; dup udp 20..30; reorder udp 40 by 3");
    assert_int_equal(send_octets(&transfer, 100000), 0);
    assert_int_equal(transfer.take_error, 0);
    assert_memory_equal(&transfer.taken.receipt, &transfer.sent.receipt,
                        sizeof(struct sink_receipt));
    assert_true(transfer.sent.resent >= 9);
    assert_true(transfer.taken.again >= 11);
    end(&transfer);
}

/* The answer to the last message is lost again and again: without somebody who stays, nobody would
 * answer in the end. */
static void the_taker_stays_for_those_who_ask_again(void **state)
{
    (void)state;
    struct transfer transfer;
    begin(&transfer, "drop udp 1..4 b>a");
    assert_int_equal(send_octets(&transfer, 10), 0);
    assert_int_equal(transfer.sent.timeouts, 4);
    assert_int_equal(transfer.taken.again, 4);
    end(&transfer);
}

static void nobody_there_is_told_at_once(void **state)
{
    (void)state;
    struct transfer transfer;
    begin(&transfer, NULL);
    FILE *file = file_of(10);
    const struct reliable_sending what = {.server = {testbed_ip(HOST_B), PORT + 1}, .source = file};
    assert_int_equal(reliable_send(transfer.a, &what, &transfer.sent, &transfer.fault),
                     -ECONNREFUSED);
    assert_non_null(strstr(transfer.fault.text, "nobody takes datagrams"));
    assert_true(transfer.sent.took_us < MS(100));
    fclose(file);
    net_close(transfer.b, transfer.sock);
    end(&transfer);
}

static void a_wire_that_stays_cut_is_given_up(void **state)
{
    (void)state;
    struct transfer transfer;
    begin(&transfer, "at 15ms cut");
    assert_int_equal(send_octets(&transfer, 200000), -ETIMEDOUT);
    assert_in_range(transfer.sent.took_us, SECONDS(30), SECONDS(45));
    assert_int_not_equal(transfer.take_error, 0);
    end(&transfer);
}

static void a_taker_who_hears_nothing_gives_up(void **state)
{
    (void)state;
    struct transfer transfer;
    begin(&transfer, NULL);
    transfer.taking.patience_us = SECONDS(1);
    take(&transfer);
    assert_int_equal(transfer.take_error, -EAGAIN);
    net_close(transfer.b, transfer.sock);
    end(&transfer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_arrives_whole),
        cmocka_unit_test(what_the_wire_breaks_is_mended),
        cmocka_unit_test(the_taker_stays_for_those_who_ask_again),
        cmocka_unit_test(nobody_there_is_told_at_once),
        cmocka_unit_test(a_wire_that_stays_cut_is_given_up),
        cmocka_unit_test(a_taker_who_hears_nothing_gives_up),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
