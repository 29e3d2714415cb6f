/* server/dialogue.c and its tables: who may say what, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "client/ask.h"
#include "net/io.h"
#include "server/dialogue.h"
#include "tests/unit/client/play.h"

static char codes[128];

/* Goes through a dialogue on paper; the first three letters of every answer end up in `codes`. */
static void go_through(const char *name, const char *const *lines)
{
    const struct dialogue *dialogue = dialogue_find(name);
    assert_non_null(dialogue);
    const char *waits_for = dialogue->begins;
    size_t len = 0;
    for (; *lines; lines++) {
        const struct dialogue_row *row = dialogue_answer(dialogue, waits_for, *lines);
        assert_non_null(row);
        len += (size_t)snprintf(codes + len, sizeof codes - len, "%.3s ",
                                row->says ? row->says : "...");
        waits_for = row->then ? row->then : waits_for;
    }
}

static void mail_is_taken(void **state)
{
    static const char *const lines[] = {"HELO me",     "mail from:<a@b>",
                                        "RCPT TO:<c>", "RCPT TO:<d>",
                                        "DATA",        "QUIT",
                                        "..",          ".",
                                        "QUIT",        NULL};
    (void)state;
    go_through("smtp", lines);
    assert_string_equal(codes, "250 250 250 250 354 ... ... 250 221 ");
}

static void mail_out_of_its_order_is_refused(void **state)
{
    static const char *const lines[] = {"MAIL FROM:<a>", "HELO me", "DATA", "RCPT TO:<c>",
                                        "HELO me",       "BREW",    "",     NULL};
    (void)state;
    go_through("smtp", lines);
    assert_string_equal(codes, "503 250 503 503 503 500 500 ");
}

static void reset_forgets_the_mail_but_not_the_name(void **state)
{
    static const char *const lines[] = {"RSET", "MAIL FROM:<a>", "EHLO me",       "MAIL FROM:<a>",
                                        "RSET", "RCPT TO:<c>",   "MAIL FROM:<a>", NULL};
    (void)state;
    go_through("smtp", lines);
    assert_string_equal(codes, "250 503 250 250 250 503 250 ");
}

static void guests_log_in_and_out(void **state)
{
    static const char *const lines[] = {"root", "guest", "secret", "who", "rm", "", "logout", NULL};
    (void)state;
    go_through("telnet", lines);
    assert_string_equal(codes, "We  Pas \r\nW gue no  $  Goo ");
}

/* What the server says to `words` until the end of the stream. */
static void hear_all(struct play *play, struct span words, char *heard, size_t size)
{
    int sock = ask_open(play->client, &play->addr, SECONDS(10));
    assert_true(sock >= 0);
    assert_true(net_write_full(play->client, sock, words.data, words.len) >= 0);
    assert_int_equal(net_shutdown(play->client, sock, NET_SHUT_WR), 0);
    int64_t got = net_read_full(play->client, sock, heard, size - 1);
    assert_true(got >= 0);
    heard[got] = '\0';
    assert_int_equal(net_close(play->client, sock), 0);
}

static void lines_are_answered_over_a_connection(void **state)
{
    struct dialogue_service service = {.dialogue = dialogue_find("telnet")};
    static const char words[] = "\xff\xfd\x01guest\r\n\xffsecret\r\nlogout\r\n";
    char heard[512];
    struct play play;
    (void)state;
    play_begin(&play, NULL, dialogue_handle, &service);
    hear_all(&play, (struct span){(const uint8_t *)words, sizeof words - 1}, heard, sizeof heard);
    assert_string_equal(heard,
                        "login: \xff\xfc\x01Password: \r\nWelcome to twinstack; 'help' tells "
                        "more.\r\n$ Goodbye.\r\n");
    play_end(&play);
    assert_int_equal(service.held, 1);
    assert_int_equal(service.refusals, 1);
}

static void line_without_an_end_is_not_waited_for(void **state)
{
    struct dialogue_service service = {.dialogue = dialogue_find("smtp")};
    uint8_t words[2 * DIALOGUE_LINE_MAX];
    char heard[512];
    struct play play;
    (void)state;
    memset(words, 'x', sizeof words);
    play_begin(&play, NULL, dialogue_handle, &service);
    hear_all(&play, (struct span){words, sizeof words}, heard, sizeof heard);
    assert_string_equal(heard, "220 twinstack\r\n500 line too long\r\n");
    play_end(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_is_taken),
        cmocka_unit_test(mail_out_of_its_order_is_refused),
        cmocka_unit_test(reset_forgets_the_mail_but_not_the_name),
        cmocka_unit_test(guests_log_in_and_out),
        cmocka_unit_test(lines_are_answered_over_a_connection),
        cmocka_unit_test(line_without_an_end_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
