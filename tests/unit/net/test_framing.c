/* The three framings: every way to cut the stream gives the same messages, and no length is
 * believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/framing.h"
#include "tests/unit/resources.h"

enum { ROOM = 256, MESSAGES = 3 };

static const char *const texts[MESSAGES] = {"one", "a \\ and a \n inside", "three"};

static struct span span_of(const char *text)
{
    return (struct span){(const uint8_t *)text, strlen(text)};
}

static size_t encode_all(enum framing framing, uint8_t *out)
{
    size_t len = 0;

    for (int i = 0; i < MESSAGES; i++) {
        int64_t took =
            framing_encode(framing, span_of(texts[i]), (struct buffer){out + len, ROOM - len});
        assert_true(took > 0);
        len += (size_t)took;
    }
    return len;
}

/* Feeds one piece and checks every message that comes of it; returns how many have come by now. */
static int feed(struct deframer *d, struct span piece, int seen)
{
    struct span message;
    int got;

    while ((got = deframer_next(d, &piece, &message)) == 1) {
        assert_in_range(seen, 0, MESSAGES - 1);
        assert_int_equal(message.len, strlen(texts[seen]));
        assert_memory_equal(message.data, texts[seen], message.len);
        seen++;
    }
    assert_int_equal(got, 0);
    assert_int_equal(piece.len, 0);
    return seen;
}

/* The stream in three pieces, cut at `a` and `b`, each in memory of exactly its size. */
static void decode_cut(enum framing framing, const uint8_t *stream, const size_t cuts[4])
{
    uint8_t memory[ROOM];
    struct deframer d;
    int seen = 0;

    deframer_init(&d, framing, (struct buffer){memory, sizeof memory});
    for (int i = 0; i < 3; i++) {
        size_t len = cuts[i + 1] - cuts[i];
        uint8_t *piece = malloc(len + (len == 0));
        assert_non_null(piece);
        memcpy(piece, stream + cuts[i], len);
        seen = feed(&d, (struct span){piece, len}, seen);
        free(piece);
    }
    assert_int_equal(seen, MESSAGES);
    assert_true(deframer_at_boundary(&d));
}

static void every_split_in_three_gives_the_same_messages(void **state)
{
    (void)state;
    for (enum framing framing = FRAMING_FIXED; framing <= FRAMING_DELIMITER; framing++) {
        uint8_t stream[ROOM];
        size_t len = encode_all(framing, stream);
        for (size_t a = 0; a <= len; a++)
            for (size_t b = a; b <= len; b++)
                decode_cut(framing, stream, (size_t[]){0, a, b, len});
    }
}

static void octet_by_octet_gives_the_same_messages(void **state)
{
    (void)state;
    for (enum framing framing = FRAMING_FIXED; framing <= FRAMING_DELIMITER; framing++) {
        uint8_t stream[ROOM], memory[ROOM];
        size_t len = encode_all(framing, stream);
        struct deframer d;
        int seen = 0;
        deframer_init(&d, framing, (struct buffer){memory, sizeof memory});
        for (size_t i = 0; i < len; i++)
            seen = feed(&d, (struct span){stream + i, 1}, seen);
        assert_int_equal(seen, MESSAGES);
    }
}

/* Decodes `stream` with room for 64 octets; the error, or 0. */
static int refuse(enum framing framing, const void *stream, size_t len)
{
    uint8_t memory[FRAMING_RECORD];
    struct span input = {stream, len}, message;
    struct deframer d;
    int got;

    deframer_init(&d, framing, (struct buffer){memory, sizeof memory});
    while ((got = deframer_next(&d, &input, &message)) == 1)
        ;
    return got;
}

static void lengths_of_zero_are_refused(void **state)
{
    (void)state;
    static const uint8_t zeros[FRAMING_RECORD];
    assert_int_equal(refuse(FRAMING_FIXED, zeros, sizeof zeros), -EPROTO);
    assert_int_equal(refuse(FRAMING_LENGTH, zeros, 4), -EPROTO);
    assert_int_equal(refuse(FRAMING_DELIMITER, "\n", 1), -EPROTO);
}

static void hostile_lengths_are_refused_before_anything_is_copied(void **state)
{
    (void)state;
    uint8_t record[FRAMING_RECORD] = {0xff, 0xff};
    assert_int_equal(refuse(FRAMING_FIXED, record, sizeof record), -EPROTO);
    assert_int_equal(refuse(FRAMING_LENGTH, "\xff\xff\xff\xff", 4), -EMSGSIZE);
    assert_int_equal(refuse(FRAMING_LENGTH, "\x00\x00\x00\x3d", 4), -EMSGSIZE);
    assert_int_equal(refuse(FRAMING_LENGTH, "\x00\x00\x00\x3c", 4), 0);
}

static void a_line_without_end_is_refused_when_memory_is_full(void **state)
{
    (void)state;
    uint8_t line[FRAMING_RECORD + 1];
    memset(line, 'x', sizeof line);
    assert_int_equal(refuse(FRAMING_DELIMITER, line, sizeof line), -EMSGSIZE);
    line[FRAMING_RECORD] = '\n';
    assert_int_equal(refuse(FRAMING_DELIMITER, line, sizeof line), 0);
}

static void a_strange_escape_is_refused(void **state)
{
    (void)state;
    assert_int_equal(refuse(FRAMING_DELIMITER, "\\x\n", 3), -EPROTO);
}

static void what_does_not_fit_is_not_encoded(void **state)
{
    (void)state;
    uint8_t out[FRAMING_RECORD], text[FRAMING_RECORD];
    memset(text, '\n', sizeof text);
    struct buffer room = {out, sizeof out};
    assert_int_equal(framing_encode(FRAMING_FIXED, (struct span){text, 63}, room), -EMSGSIZE);
    assert_int_equal(framing_encode(FRAMING_FIXED, (struct span){text, 62}, room), 64);
    assert_int_equal(framing_encode(FRAMING_LENGTH, (struct span){text, 61}, room), -EMSGSIZE);
    assert_int_equal(framing_encode(FRAMING_LENGTH, (struct span){text, 60}, room), 64);
    assert_int_equal(framing_encode(FRAMING_DELIMITER, (struct span){text, 32}, room), -EMSGSIZE);
    assert_int_equal(framing_encode(FRAMING_DELIMITER, (struct span){text, 31}, room), 63);
    assert_int_equal(framing_encode(FRAMING_LENGTH, (struct span){text, 0}, room), -EINVAL);
}

static void a_stream_that_ends_inside_a_message_is_noticed(void **state)
{
    (void)state;
    uint8_t memory[ROOM];
    struct span input = span_of("half a mess"), message;
    struct deframer d;

    deframer_init(&d, FRAMING_DELIMITER, (struct buffer){memory, sizeof memory});
    assert_true(deframer_at_boundary(&d));
    assert_int_equal(deframer_next(&d, &input, &message), 0);
    assert_false(deframer_at_boundary(&d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_split_in_three_gives_the_same_messages),
        cmocka_unit_test(octet_by_octet_gives_the_same_messages),
        cmocka_unit_test(lengths_of_zero_are_refused),
        cmocka_unit_test(hostile_lengths_are_refused_before_anything_is_copied),
        cmocka_unit_test(a_line_without_end_is_refused_when_memory_is_full),
        cmocka_unit_test(a_strange_escape_is_refused),
        cmocka_unit_test(what_does_not_fit_is_not_encoded),
        cmocka_unit_test(a_stream_that_ends_inside_a_message_is_noticed),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
