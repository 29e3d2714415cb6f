/* client/http.c: where an answer ends, and servers that do not say so. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client/http.h"
#include "play.h"

static struct play play;
static struct http_client client;
static struct http_answer answer;
static struct fault fault;
static char content[256];

/* Says its text whatever it is asked, and ends. */
static void recite(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    char request[512];
    (void)peer;
    net_recv(net, sock, request, sizeof request, 0);
    net_write_full(net, sock, arg, strlen(arg));
}

static int hear(bool head_only)
{
    FILE *out = fmemopen(content, sizeof content, "w");
    assert_non_null(out);
    int error = http_client_hear(&client, head_only, out, &answer, &fault);
    fclose(out);
    return error;
}

/* Asks a server that answers with `text`; what http_client_hear returned. */
static int ask(const char *text)
{
    fault = (struct fault){0};
    play_begin(&play, NULL, recite, (void *)text);
    assert_int_equal(http_client_open(&client, play.client, &play.addr, SECONDS(10), &fault), 0);
    assert_int_equal(http_client_ask(&client, "GET", "/"), 0);
    int error = hear(false);
    http_client_close(&client);
    play_end(&play);
    return error;
}

static void length_tells_the_end(void **state)
{
    (void)state;
    assert_int_equal(ask("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nContent-Type: a/b\r\n\r\nhello!"),
                     0);
    assert_int_equal(answer.status, 200);
    assert_string_equal(content, "hello");
    assert_string_equal(answer.type, "a/b");
    assert_true(answer.keeps_alive);
}

static void chunks_tell_the_end(void **state)
{
    (void)state;
    assert_int_equal(ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "5;x=y\r\nhello\r\nB\r\n, and hello!\r\n0\r\nTrailer: x\r\n\r\n"),
                     -EPROTO); /* B is eleven, and twelve come */
    assert_int_equal(ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "5;x=y\r\nhello\r\nc\r\n, and hello!\r\n0\r\nTrailer: x\r\n\r\n"),
                     0);
    assert_string_equal(content, "hello, and hello!");
    assert_int_equal(answer.length, 17);
    assert_true(answer.keeps_alive);
}

static void end_of_stream_is_the_end_where_nothing_else_tells(void **state)
{
    (void)state;
    assert_int_equal(ask("HTTP/1.0 404 Not Found\r\n\r\nsorry"), 0);
    assert_int_equal(answer.status, 404);
    assert_string_equal(content, "sorry");
    assert_false(answer.keeps_alive);
}

static void two_answers_come_one_after_the_other(void **state)
{
    static const char both[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\ntwo";
    (void)state;
    fault = (struct fault){0};
    play_begin(&play, NULL, recite, (void *)both);
    assert_int_equal(http_client_open(&client, play.client, &play.addr, SECONDS(10), &fault), 0);
    assert_int_equal(http_client_ask(&client, "HEAD", "/"), 0);
    assert_int_equal(hear(true), 0);
    assert_int_equal(answer.allowed, 100);
    assert_int_equal(answer.length, 0);
    assert_int_equal(hear(false), 0);
    assert_string_equal(content, "two");
    assert_false(answer.keeps_alive);
    http_client_close(&client);
    play_end(&play);
}

static void answers_that_are_none_are_refused(void **state)
{
    static const char *const answers[] = {
        "",
        "hello",
        "HTTP/1.1\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello",
    };
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        assert_int_equal(ask(answers[i]), -EPROTO);
    assert_string_equal(fault.text, "what came is not a whole answer in HTTP/1");
}

static void line_that_does_not_end_is_not_waited_for(void **state)
{
    static char endless[2 * HTTP_LINE_MAX] = "HTTP/1.1 200 OK\r\nX: ";
    (void)state;
    memset(endless + strlen(endless), 'y', sizeof endless - strlen(endless) - 1);
    assert_int_equal(ask(endless), -EMSGSIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(length_tells_the_end),
        cmocka_unit_test(chunks_tell_the_end),
        cmocka_unit_test(end_of_stream_is_the_end_where_nothing_else_tells),
        cmocka_unit_test(two_answers_come_one_after_the_other),
        cmocka_unit_test(answers_that_are_none_are_refused),
        cmocka_unit_test(line_that_does_not_end_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
