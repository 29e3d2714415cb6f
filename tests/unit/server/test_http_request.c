/* server/http_request.c: what a head means, cut in any way, and what anybody might send instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "server/http_request.h"
#include "tests/unit/resources.h"

static struct http_request request;

/* In memory of exactly its size, so that the sanitizers see one octet too far. */
static int read_octets(const void *octets, size_t len)
{
    uint8_t *copy = malloc(len + (len == 0));
    assert_non_null(copy);
    memcpy(copy, octets, len);
    int taken = http_request_read(&request, (struct span){copy, len});
    free(copy);
    return taken;
}

static int read_text(const char *text)
{
    return read_octets(text, strlen(text));
}

/* A request for `target`, otherwise faultless. */
static int read_target(const char *target)
{
    char text[4 * HTTP_TARGET_MAX];
    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: b\r\n\r\n", target);
    return read_text(text);
}

/* A request with `fields`, which end in CR LF. */
static int read_fields(const char *fields)
{
    char text[2 * HTTP_HEAD_MAX];
    snprintf(text, sizeof text, "GET / HTTP/1.1\r\n%s\r\n", fields);
    return read_text(text);
}

static void get_is_read_with_its_path(void **state)
{
    static const char text[] = "GET /a/b.txt HTTP/1.1\r\nHost: b\r\n\r\n";
    (void)state;
    assert_int_equal(read_text(text), sizeof text - 1);
    assert_string_equal(request.path, "/a/b.txt");
    assert_true(request.keep_alive);
    assert_false(request.head_only);
    assert_false(request.has_content);
}

static void every_cut_asks_for_more_until_the_head_is_complete(void **state)
{
    static const char text[] = "\r\nHEAD /x?y HTTP/1.1\r\nHost: b\r\nAccept: */*\r\n\r\nrest";
    size_t whole = strlen(text) - strlen("rest");
    (void)state;
    for (size_t len = 0; len < whole; len++)
        assert_int_equal(read_octets(text, len), 0);
    for (size_t len = whole; len < sizeof text; len++)
        assert_int_equal(read_octets(text, len), whole);
    assert_true(request.head_only);
    assert_string_equal(request.path, "/x");
}

static void bare_line_feeds_will_do(void **state)
{
    (void)state;
    assert_true(read_text("GET / HTTP/1.1\nHost: b\n\n") > 0);
}

static void first_request_of_several_is_taken(void **state)
{
    static const char one[] = "GET /1 HTTP/1.1\r\nHost: b\r\n\r\n";
    char two[sizeof one * 2];
    (void)state;
    snprintf(two, sizeof two, "%s%s", one, one);
    assert_int_equal(read_text(two), sizeof one - 1);
}

static void percent_signs_are_decoded(void **state)
{
    (void)state;
    assert_true(read_target("/a%20b%2Fc%c3%A9") > 0);
    assert_string_equal(request.path, "/a b/c\xc3\xa9");
}

static void dots_are_left_to_the_site_however_they_are_written(void **state)
{
    static const char *const targets[] = {"/../x", "/%2e%2e/x", "/.%2E/x", "/%2e%2e%2fx"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        assert_true(read_target(targets[i]) > 0);
        assert_string_equal(request.path, "/../x");
    }
    assert_true(read_target("/%252e%252e/x") > 0); /* decoded once, and not again */
    assert_string_equal(request.path, "/%2e%2e/x");
}

static void whole_address_means_its_path(void **state)
{
    (void)state;
    assert_true(read_target("http://b:80/x") > 0);
    assert_string_equal(request.path, "/x");
    assert_int_equal(read_target("http://b"), -HTTP_BAD_REQUEST);
}

static void targets_that_are_none_are_refused(void **state)
{
    static const char *const targets[] = {
        "x", "*", "/%", "/%2", "/%zz", "/a%00b", "/%0d%0aX:y", "/%7f", "/a#b", "/\x01", "/\xff",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(targets); i++)
        assert_int_equal(read_target(targets[i]), -HTTP_BAD_REQUEST);
}

static void request_lines_that_are_none_are_refused(void **state)
{
    static const char *const lines[] = {
        "GET\r\n",
        "GET /\r\n",
        "GET  / HTTP/1.1\r\n",
        "GET / HTTP/1.1 \r\n",
        " GET / HTTP/1.1\r\n",
        "GET / http/1.1\r\n",
        "GET / HTTP/11\r\n",
        "G\tT / HTTP/1.1\r\n",
        "\x16\x03\x01 hello TLS\r\n",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        assert_int_equal(read_text(lines[i]), -HTTP_BAD_REQUEST);
}

static void methods_and_versions_of_others_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(read_text("POST / HTTP/1.1\r\n"), -HTTP_METHOD_NOT_ALLOWED);
    assert_int_equal(read_text("TRACE / HTTP/1.1\r\n"), -HTTP_METHOD_NOT_ALLOWED);
    assert_int_equal(read_text("get / HTTP/1.1\r\n"), -HTTP_NOT_IMPLEMENTED);
    assert_int_equal(read_text("BREW / HTTP/1.1\r\n"), -HTTP_NOT_IMPLEMENTED);
    assert_int_equal(read_text("PRI * HTTP/2.0\r\n"), -HTTP_VERSION_NOT_SUPPORTED);
}

static void version_and_connection_decide_what_follows(void **state)
{
    (void)state;
    assert_true(read_fields("Host: b\r\nConnection: x, Close\r\n") > 0);
    assert_false(request.keep_alive);
    assert_true(read_text("GET / HTTP/1.0\r\n\r\n") > 0);
    assert_false(request.keep_alive);
    assert_true(read_text("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") > 0);
    assert_false(request.keep_alive); /* older clients had to be told that it is granted */
}

static void one_host_is_needed(void **state)
{
    (void)state;
    assert_int_equal(read_fields(""), -HTTP_BAD_REQUEST);
    assert_int_equal(read_fields("Host: a\r\nHost: b\r\n"), -HTTP_BAD_REQUEST);
}

static void content_is_noticed_and_two_lengths_are_refused(void **state)
{
    (void)state;
    assert_true(read_fields("Host: b\r\nContent-Length: 00\r\n") > 0);
    assert_false(request.has_content);
    assert_true(read_fields("Host: b\r\nContent-Length: 10\r\n") > 0);
    assert_true(request.has_content);
    assert_true(read_fields("Host: b\r\ntransfer-encoding: chunked\r\n") > 0);
    assert_true(request.has_content);
    assert_int_equal(read_fields("Host: b\r\nContent-Length: 1\r\nContent-Length: 2\r\n"),
                     -HTTP_BAD_REQUEST);
    assert_int_equal(read_fields("Host: b\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
                     -HTTP_BAD_REQUEST);
    assert_int_equal(read_fields("Host: b\r\nContent-Length: -1\r\n"), -HTTP_BAD_REQUEST);
    assert_int_equal(read_fields("Host: b\r\nContent-Length:\r\n"), -HTTP_BAD_REQUEST);
}

static void fields_that_are_none_are_refused(void **state)
{
    static const char *const fields[] = {
        "Host : b\r\n",           "Host\r\n",          ": b\r\n", "Host: b\r\n folded: x\r\n",
        "Host: b\r\nX: \x01\r\n", "Host: b\rX: y\r\n",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        assert_int_equal(read_fields(fields[i]), -HTTP_BAD_REQUEST);
}

static void long_target_is_refused_before_its_line_has_ended(void **state)
{
    char target[2 * HTTP_TARGET_MAX] = "GET /";
    (void)state;
    memset(target + 5, 'a', sizeof target - 6);
    assert_int_equal(read_text(target), -HTTP_URI_TOO_LONG);
    memset(target, 'a', HTTP_TARGET_MAX + 1);
    target[0] = '/';
    target[HTTP_TARGET_MAX] = '\0';
    assert_true(read_target(target) > 0);
    target[HTTP_TARGET_MAX] = 'a';
    target[HTTP_TARGET_MAX + 1] = '\0';
    assert_int_equal(read_target(target), -HTTP_URI_TOO_LONG);
}

static void too_many_fields_are_refused(void **state)
{
    char fields[HTTP_HEAD_MAX] = "Host: b\r\n";
    (void)state;
    for (int i = 1; i < HTTP_FIELDS_MAX; i++)
        strcat(fields, "X: y\r\n");
    assert_true(read_fields(fields) > 0);
    strcat(fields, "X: y\r\n");
    assert_int_equal(read_fields(fields), -HTTP_FIELDS_TOO_LARGE);
}

static void head_that_does_not_end_is_refused_when_there_is_no_more_room(void **state)
{
    char head[HTTP_HEAD_MAX + 1] = "GET / HTTP/1.1\r\nHost: b\r\nX: ";
    size_t start = strlen(head);
    (void)state;
    memset(head + start, 'y', HTTP_HEAD_MAX - start);
    assert_int_equal(read_octets(head, HTTP_HEAD_MAX - 1), 0);
    assert_int_equal(read_octets(head, HTTP_HEAD_MAX), -HTTP_FIELDS_TOO_LARGE);
    memset(head, '\n', HTTP_HEAD_MAX);
    assert_int_equal(read_octets(head, HTTP_HEAD_MAX), -HTTP_BAD_REQUEST);
}

static void random_damage_never_gets_out_of_bounds(void **state)
{
    static const char text[] = "GET /a%20b?c HTTP/1.1\r\nHost: b\r\nConnection: close, x\r\n"
                               "Content-Length: 12\r\nTransfer-Encoding: chunked\r\n\r\n";
    struct prng prng;
    (void)state;
    prng_seed(&prng, 1);
    for (int i = 0; i < 20000; i++) {
        char damaged[sizeof text];
        memcpy(damaged, text, sizeof text);
        for (uint64_t n = prng_below(&prng, 4) + 1; n > 0; n--)
            damaged[prng_below(&prng, sizeof text - 1)] = (char)prng_below(&prng, 256);
        int taken = read_octets(damaged, sizeof text - 1);
        assert_true(taken <= (int)sizeof text - 1);
        assert_true(taken >= 0 || (taken <= -400 && taken > -600));
        assert_true(taken <= 0 || request.path[0] == '/');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(get_is_read_with_its_path),
        cmocka_unit_test(every_cut_asks_for_more_until_the_head_is_complete),
        cmocka_unit_test(bare_line_feeds_will_do),
        cmocka_unit_test(first_request_of_several_is_taken),
        cmocka_unit_test(percent_signs_are_decoded),
        cmocka_unit_test(dots_are_left_to_the_site_however_they_are_written),
        cmocka_unit_test(whole_address_means_its_path),
        cmocka_unit_test(targets_that_are_none_are_refused),
        cmocka_unit_test(request_lines_that_are_none_are_refused),
        cmocka_unit_test(methods_and_versions_of_others_are_told_apart),
        cmocka_unit_test(version_and_connection_decide_what_follows),
        cmocka_unit_test(one_host_is_needed),
        cmocka_unit_test(content_is_noticed_and_two_lengths_are_refused),
        cmocka_unit_test(fields_that_are_none_are_refused),
        cmocka_unit_test(long_target_is_refused_before_its_line_has_ended),
        cmocka_unit_test(too_many_fields_are_refused),
        cmocka_unit_test(head_that_does_not_end_is_refused_when_there_is_no_more_room),
        cmocka_unit_test(random_damage_never_gets_out_of_bounds),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
