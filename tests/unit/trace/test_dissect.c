/* common/trace/dissect.c: a header's fields, its options, and its picture. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/trace/fake.h"
#include "trace/dissect.h"
#include "trace/utf8.h"

/* One segment of A, and the page it is drawn on. */
struct paper {
    struct fake fake;
    struct frame_view frame;
    char text[8192];
};

static void write_segment(struct paper *paper, struct fake_segment what)
{
    fake_write(&paper->fake, 'A', what);
    frame_parse(&paper->frame, paper->fake.bytes, paper->fake.len);
    assert_int_equal(paper->frame.kind, FRAME_TCP);
}

static const char *print(struct paper *paper, bool ascii, bool chinese)
{
    const struct dissect_page page = {fmemopen(paper->text, sizeof paper->text, "w"), ascii, false,
                                      chinese};
    dissect_print(&page, &paper->frame);
    fclose(page.out);
    return paper->text;
}

static void a_plain_header_has_five_words(void **state)
{
    struct paper *paper = *state;
    write_segment(paper, (struct fake_segment){TCP_ACK | TCP_PSH, 1, 1, 12});
    struct dissection parts = dissect(&paper->frame);
    assert_int_equal(parts.data_offset, 5);
    assert_int_equal(parts.header_len, 20);
    assert_int_equal(parts.ip_header_len, 20);
    assert_int_equal(parts.ip_total_len, 20 + 20 + 12);
    assert_true(parts.checksum_right);
}

static void a_wrong_checksum_is_told(void **state)
{
    struct paper *paper = *state;
    write_segment(paper, (struct fake_segment){TCP_ACK, 1, 1, 4});
    paper->fake.bytes[paper->fake.len - 1] ^= 1;
    assert_false(dissect(&paper->frame).checksum_right);
    assert_non_null(strstr(print(paper, true, false), ", wrong"));
}

static void options_are_named_in_their_order(void **state)
{
    struct paper *paper = *state;
    char options[128], little[6];
    paper->fake.options = (struct tcp_options){
        .has_mss = true, .mss = 1460, .sack_permitted = true, .has_wscale = true, .wscale = 7};
    write_segment(paper, (struct fake_segment){TCP_SYN, 0, 0, 0});
    dissect_options(&paper->frame, options, sizeof options);
    assert_non_null(strstr(options, "MSS 1460, "));
    assert_non_null(strstr(options, "SACK permitted"));
    assert_non_null(strstr(options, "window scale 7"));
    dissect_options(&paper->frame, little, sizeof little);
    assert_string_equal(little, "MSS 1");
}

static void the_picture_has_every_field(void **state)
{
    struct paper *paper = *state;
    write_segment(paper, (struct fake_segment){TCP_ACK | TCP_PSH, 1, 1, 12});
    const char *text = print(paper, true, false);
    assert_non_null(strstr(text, "| source port 40312             | destination port 8080"));
    assert_non_null(strstr(text, "| sequence number 1000001 "));
    assert_non_null(strstr(text, "| acknowledgment number 2000001 "));
    assert_non_null(strstr(text, "|C|E|U|A|P|R|S|F| window 64240 "));
    assert_non_null(strstr(text, "| 5     | 0     |0|0|0|1|1|0|0|0|"));
    assert_non_null(strstr(text, "| urgent pointer 0 "));
    assert_non_null(strstr(text, "| text, 12 octets: hello, world "));
    assert_non_null(strstr(text, "total length 52 = 20 (IPv4 header) + 20 (TCP header) + 12"));
}

static void without_ack_the_number_means_nothing(void **state)
{
    struct paper *paper = *state;
    write_segment(paper, (struct fake_segment){TCP_SYN, 0, 0, 0});
    assert_non_null(strstr(print(paper, false, false), "means nothing"));
}

static void the_longest_header_fits_eighty_columns(void **state)
{
    struct paper *paper = *state;
    paper->fake.options = (struct tcp_options){.has_tstamp = true, .ts_val = 1, .sack_count = 3};
    for (int i = 0; i < 3; i++)
        paper->fake.options.sack[i] =
            (struct sack_block){seq_make(4000000000U), seq_make(4000001000U)};
    write_segment(paper, (struct fake_segment){TCP_ACK, 1, 1, 0});
    assert_int_equal(dissect(&paper->frame).data_offset, 15);
    char *line = (char *)print(paper, false, true), *end;
    assert_non_null(strstr(line, "4000000000 to 4000001000"));
    for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        assert_in_range(utf8_width(line), 1, 80);
    }
}

static int set_up(void **state)
{
    static struct paper paper;
    fake_begin(&paper.fake);
    *state = &paper;
    return 0;
}

static int tear_down(void **state)
{
    struct paper *paper = *state;
    fake_end(&paper->fake);
    return 0;
}

#define ON_PAPER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_PAPER(a_plain_header_has_five_words),
        ON_PAPER(a_wrong_checksum_is_told),
        ON_PAPER(options_are_named_in_their_order),
        ON_PAPER(the_picture_has_every_field),
        ON_PAPER(without_ack_the_number_means_nothing),
        ON_PAPER(the_longest_header_fits_eighty_columns),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
