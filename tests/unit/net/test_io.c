/* Full reads and writes, lines, and the close that loses nothing. */
#include "pair.h"

#include "tests/unit/resources.h"

#include <stdlib.h>

#include "net/io.h"

enum { MUCH = 4 << 20 }; /* more than both socket buffers hold */

static int64_t write_much(struct call *call)
{
    uint8_t *bytes = malloc(MUCH);
    if (!bytes)
        return -ENOMEM;
    for (size_t i = 0; i < MUCH; i++)
        bytes[i] = (uint8_t)(i % 251);
    int64_t sent = net_write_full(call->net, call->sock, bytes, MUCH);
    free(bytes);
    return sent;
}

static void all_is_written_and_all_is_read(void **state)
{
    struct pair *pair = *state;
    struct call call = {.net = world.client, .sock = pair->client, .make = write_much};
    call_start(&call);
    uint8_t *bytes = malloc(MUCH);
    assert_non_null(bytes);
    assert_int_equal(net_read_full(world.server, pair->server, bytes, MUCH), MUCH);
    assert_int_equal(call_join(&call), MUCH);
    for (size_t i = 0; i < MUCH; i++)
        if (bytes[i] != i % 251)
            fail_msg("byte %zu differs", i);
    free(bytes);
}

static void full_read_stops_at_the_end(void **state)
{
    struct pair *pair = *state;
    say(world.client, pair->client, "abc");
    assert_int_equal(net_shutdown(world.client, pair->client, NET_SHUT_WR), 0);
    char got[8];
    assert_int_equal(net_read_full(world.server, pair->server, got, sizeof(got)), 3);
    assert_int_equal(net_read_full(world.server, pair->server, got, sizeof(got)), 0);
}

static void errors_come_through(void **state)
{
    struct pair *pair = *state;
    reset(world.server, pair->server);
    pair->server = -1;
    wait_for(world.client, pair->client, 0);
    char got[8] = {0};
    assert_int_equal(net_read_full(world.client, pair->client, got, sizeof(got)), -ECONNRESET);
    assert_int_equal(net_write_full(world.client, pair->client, got, sizeof(got)), -EPIPE);
}

struct reader {
    struct pair *pair;
    uint8_t buf[8];
    struct net_lines lines;
};

static void reader_open(struct reader *reader, struct pair *pair)
{
    reader->pair = pair;
    struct buffer buf = {reader->buf, sizeof(reader->buf)};
    net_lines_init(&reader->lines, world.server, reader->pair->server, buf);
}

static void expect_line(struct reader *reader, const char *text)
{
    const char *line;
    assert_int_equal(net_lines_next(&reader->lines, &line), strlen(text));
    assert_memory_equal(line, text, strlen(text));
}

static void lines_come_one_by_one_however_they_were_sent(void **state)
{
    struct reader reader;
    reader_open(&reader, *state);
    const char *pieces[] = {"a\nbc\n", "d", "e", "f\n\ngh", "i\nklmnopq\n", NULL};
    const char *lines[] = {"a\n", "bc\n", "def\n", "\n", "ghi\n", "klmnopq\n"};
    for (size_t i = 0; pieces[i]; i++)
        say(world.client, reader.pair->client, pieces[i]);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        expect_line(&reader, lines[i]);
}

static void last_line_needs_no_end(void **state)
{
    struct reader reader;
    reader_open(&reader, *state);
    say(world.client, reader.pair->client, "one\ntwo");
    assert_int_equal(net_shutdown(world.client, reader.pair->client, NET_SHUT_WR), 0);
    expect_line(&reader, "one\n");
    expect_line(&reader, "two");
    expect_line(&reader, "");
    expect_line(&reader, "");
}

static void line_that_does_not_fit_stays(void **state)
{
    struct reader reader;
    reader_open(&reader, *state);
    say(world.client, reader.pair->client, "ok\n12345678\n");
    const char *line;
    expect_line(&reader, "ok\n");
    assert_int_equal(net_lines_next(&reader.lines, &line), -EMSGSIZE);
    assert_int_equal(net_lines_next(&reader.lines, &line), -EMSGSIZE);
    hear(world.server, reader.pair->server, "\n");
    assert_memory_equal(reader.buf, "12345678", 8);
}

static void zero_bytes_are_data(void **state)
{
    struct reader reader;
    reader_open(&reader, *state);
    assert_int_equal(net_write_full(world.client, reader.pair->client, "a\0b\n", 4), 4);
    const char *line;
    assert_int_equal(net_lines_next(&reader.lines, &line), 4);
    assert_memory_equal(line, "a\0b\n", 4);
}

static void timeout_in_a_line_loses_nothing(void **state)
{
    struct reader reader;
    reader_open(&reader, *state);
    set_option(world.server, reader.pair->server, NET_SO_RCVTIMEO, MS(10));
    say(world.client, reader.pair->client, "half");
    const char *line;
    assert_int_equal(net_lines_next(&reader.lines, &line), -EAGAIN);
    say(world.client, reader.pair->client, "\n");
    set_option(world.server, reader.pair->server, NET_SO_RCVTIMEO, 0);
    expect_line(&reader, "half\n");
}

static int64_t close_gracefully(struct call *call)
{
    return net_close_gracefully(call->net, call->sock);
}

static void graceful_close_lets_everything_arrive(void **state)
{
    struct pair *pair = *state;
    say(world.client, pair->client, "never read by the server");
    wait_for(world.server, pair->server, NET_IN);
    say(world.server, pair->server, "goodbye");
    struct call call = {.net = world.server, .sock = pair->server, .make = close_gracefully};
    call_start(&call);
    pair->server = -1;
    hear(world.client, pair->client, "goodbye");
    char end;
    assert_int_equal(net_recv(world.client, pair->client, &end, 1, 0), 0);
    assert_int_equal(net_close(world.client, pair->client), 0);
    pair->client = -1;
    assert_int_equal(call_join(&call), 0);
}

static void graceful_close_gives_up_at_the_timeout(void **state)
{
    struct pair *pair = *state;
    set_option(world.server, pair->server, NET_SO_RCVTIMEO, MS(10));
    set_option(world.server, pair->server, NET_O_NONBLOCK, 1); /* a wait all the same */
    usec_t start = clock_now();
    assert_int_equal(net_close_gracefully(world.server, pair->server), -EAGAIN);
    assert_true(clock_now() - start >= MS(9));
    assert_int_equal(net_close(world.server, pair->server), -EBADF);
    pair->server = -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_EVERYWHERE(all_is_written_and_all_is_read),
        PAIR_EVERYWHERE(full_read_stops_at_the_end),
        PAIR_EVERYWHERE(errors_come_through),
        PAIR_EVERYWHERE(lines_come_one_by_one_however_they_were_sent),
        PAIR_EVERYWHERE(last_line_needs_no_end),
        PAIR_EVERYWHERE(line_that_does_not_fit_stays),
        PAIR_EVERYWHERE(zero_bytes_are_data),
        PAIR_EVERYWHERE(timeout_in_a_line_loses_nothing),
        PAIR_EVERYWHERE(graceful_close_lets_everything_arrive),
        PAIR_EVERYWHERE(graceful_close_gives_up_at_the_timeout),
    };
    worlds_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
