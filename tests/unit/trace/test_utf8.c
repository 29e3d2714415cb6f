/* common/trace/utf8.c and canvas.c: what takes how many columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "trace/canvas.h"
#include "trace/utf8.h"

static void runes_of_every_length_are_read(void **state)
{
    (void)state;
    const char *text = "a\xc3\xa9\xe4\xbd\xa0\xf0\x9f\x99\x82";
    assert_int_equal(utf8_next(&text), 'a');
    assert_int_equal(utf8_next(&text), 0xe9);
    assert_int_equal(utf8_next(&text), 0x4f60);
    assert_int_equal(utf8_next(&text), 0x1f642);
    assert_int_equal(*text, '\0');
}

/* Continuations alone, overlong forms, surrogates, beyond Unicode, and an end in the middle. */
static void what_is_no_utf8_is_bad_octet_by_octet(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xc0\xaf",
                                      "\xc1\xbf",
                                      "\xe0\x80\xaf",
                                      "\xed\xa0\x80",
                                      "\xf0\x80\x80\xaf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xe4\xbd",
                                      "\xff"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const char *text = bad[i];
        assert_int_equal(utf8_next(&text), UTF8_BAD);
        assert_ptr_equal(text, bad[i] + 1);
    }
}

static void wide_runes_take_two_columns_and_combining_marks_none(void **state)
{
    (void)state;
    assert_int_equal(utf8_width("plain"), 5);
    assert_int_equal(utf8_width("你好"), 4);
    assert_int_equal(utf8_width("e\xcc\x81"), 1);
    assert_int_equal(utf8_width("├─►│✗↻≠"), 7);
    assert_int_equal(utf8_width("한글 ｆ"), 7);
}

static void a_line_breaks_between_words_or_wide_runes(void **state)
{
    (void)state;
    assert_int_equal(utf8_fit("fits", 10), 4);
    assert_int_equal(utf8_fit("two words", 6), 4);
    assert_int_equal(utf8_fit("unbreakable", 5), 5);
    assert_int_equal(utf8_fit("a 你好", 4), 5); /* one rune of three octets behind "a " */
    assert_int_equal(utf8_fit("你", 1), 3);     /* too narrow for anything: one rune all the same */
    assert_int_equal(utf8_fit("", 5), 0);
}

static void expect_line(const struct canvas *canvas, bool color, const char *expected)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    canvas_print(canvas, out, color);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void pieces_stand_in_their_columns_whatever_their_bytes(void **state)
{
    (void)state;
    struct canvas canvas;
    canvas_clear(&canvas, false);
    assert_int_equal(canvas_put(&canvas, 0, 10, "你好", STYLE_PLAIN), 4);
    canvas_put(&canvas, 6, 10, "│", STYLE_PLAIN);
    canvas_fill(&canvas, 8, 11, "─", STYLE_PLAIN);
    expect_line(&canvas, false, "你好  │ ───\n");
}

static void what_does_not_fit_is_cut_at_a_whole_character(void **state)
{
    (void)state;
    struct canvas canvas;
    canvas_clear(&canvas, false);
    assert_int_equal(canvas_put(&canvas, 0, 3, "你好", STYLE_PLAIN), 2);
    expect_line(&canvas, false, "你\n");
}

static void a_terminal_is_not_harmed_by_what_is_put(void **state)
{
    (void)state;
    struct canvas canvas;
    canvas_clear(&canvas, false);
    canvas_put(&canvas, 0, 20, "a\033[31m\n\x7f\xff\xc2\x9b", STYLE_PLAIN);
    expect_line(&canvas, false, "a?[31m????\n");
}

static void ascii_has_a_question_mark_for_the_rest(void **state)
{
    (void)state;
    struct canvas canvas;
    canvas_clear(&canvas, true);
    canvas_put(&canvas, 0, 20, "a你é", STYLE_PLAIN);
    expect_line(&canvas, false, "a???\n");
}

static void colours_change_where_the_style_does_and_end_with_the_line(void **state)
{
    (void)state;
    struct canvas canvas;
    canvas_clear(&canvas, false);
    canvas_put(&canvas, 0, 20, "ab", STYLE_BOLD);
    canvas_put(&canvas, 3, 20, "c", STYLE_BOLD);
    canvas_put(&canvas, 4, 20, "d", STYLE_PLAIN);
    expect_line(&canvas, true, "\033[0;1mab c\033[0md\n");
    canvas_put(&canvas, 4, 20, "d", STYLE_BAD);
    expect_line(&canvas, true, "\033[0;1mab c\033[0;1;31md\033[0m\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runes_of_every_length_are_read),
        cmocka_unit_test(what_is_no_utf8_is_bad_octet_by_octet),
        cmocka_unit_test(wide_runes_take_two_columns_and_combining_marks_none),
        cmocka_unit_test(a_line_breaks_between_words_or_wide_runes),
        cmocka_unit_test(pieces_stand_in_their_columns_whatever_their_bytes),
        cmocka_unit_test(what_does_not_fit_is_cut_at_a_whole_character),
        cmocka_unit_test(a_terminal_is_not_harmed_by_what_is_put),
        cmocka_unit_test(ascii_has_a_question_mark_for_the_rest),
        cmocka_unit_test(colours_change_where_the_style_does_and_end_with_the_line),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
