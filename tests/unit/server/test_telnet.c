/* server/telnet.c: text and commands told apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "server/telnet.h"
#include "tests/unit/resources.h"

static char text[64], refusals[64];

/* Puts a stream through; what is text ends up in `text`, refusals in hexadecimal in `refusals`. */
static void hear(const char *octets, size_t len)
{
    struct telnet telnet = {0};
    size_t end = 0, refused = 0;
    for (size_t i = 0; i < len; i++) {
        const uint8_t *no = telnet.refusal;
        switch (telnet_on_octet(&telnet, (uint8_t)octets[i])) {
        case TELNET_TEXT:
            text[end++] = octets[i];
            break;
        case TELNET_REFUSE:
            refused += (size_t)snprintf(refusals + refused, sizeof refusals - refused,
                                        "%02x%02x%02x ", no[0], no[1], no[2]);
            break;
        case TELNET_NOTHING:
            break;
        }
    }
    text[end] = refusals[refused] = '\0';
}

#define HEAR(literal) hear(literal, sizeof(literal) - 1)

static void text_is_left_as_it_is(void **state)
{
    (void)state;
    HEAR("guest\r\n");
    assert_string_equal(text, "guest\r\n");
    assert_string_equal(refusals, "");
}

static void requests_and_offers_are_refused(void **state)
{
    (void)state;
    HEAR("a\xff\xfd\x03"
         "b\xff\xfb\x18"
         "c");
    assert_string_equal(text, "abc");
    assert_string_equal(refusals, "fffc03 fffe18 ");
}

static void what_is_off_already_is_not_answered(void **state)
{
    (void)state;
    HEAR("\xff\xfc\x01\xff\xfe\x01x");
    assert_string_equal(text, "x");
    assert_string_equal(refusals, "");
}

static void other_commands_are_passed_over(void **state)
{
    (void)state;
    HEAR("a\xff\xf6"
         "b\xff\xf9"
         "c");
    assert_string_equal(text, "abc");
}

static void what_is_negotiated_is_passed_over_whatever_is_in_it(void **state)
{
    (void)state;
    HEAR("a\xff\xfa\x18text\xff\xff\xff\xf0"
         "b");
    assert_string_equal(text, "ab");
}

static void doubled_255_is_text(void **state)
{
    (void)state;
    HEAR("\xff\xff");
    assert_string_equal(text, "\xff");
}

static void nul_behind_a_carriage_return_is_passed_over(void **state)
{
    (void)state;
    HEAR("a\r\0b");
    assert_string_equal(text, "a\rb");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_left_as_it_is),
        cmocka_unit_test(requests_and_offers_are_refused),
        cmocka_unit_test(what_is_off_already_is_not_answered),
        cmocka_unit_test(other_commands_are_passed_over),
        cmocka_unit_test(what_is_negotiated_is_passed_over_whatever_is_in_it),
        cmocka_unit_test(doubled_255_is_text),
        cmocka_unit_test(nul_behind_a_carriage_return_is_passed_over),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
