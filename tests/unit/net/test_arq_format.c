/* common/net/arq_format.c: the two datagrams, there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "net/arq_format.h"
#include "tests/unit/resources.h"

static void a_message_is_read_as_it_was_written(void **state)
{
    (void)state;
    uint8_t bytes[ARQ_DATAGRAM_MAX];
    const struct arq_message written = {
        0x01020304, 0x05060708, 0x090a0b0c, true, {(const uint8_t *)"text", 4}};
    struct arq_message read;
    size_t len = arq_message_write(&written, bytes);
    assert_int_equal(len, ARQ_HEADER_BYTES + 4);
    assert_memory_equal(bytes, "E\1\2\3\4\5\6\7\10\11\12\13\14text", len);
    assert_true(arq_message_read(&read, (struct span){bytes, len}));
    assert_int_equal(read.id, written.id);
    assert_int_equal(read.number, written.number);
    assert_int_equal(read.turn, written.turn);
    assert_true(read.last);
    assert_int_equal(read.text.len, 4);
    assert_memory_equal(read.text.data, "text", 4);
}

static void an_answer_is_read_as_it_was_written(void **state)
{
    (void)state;
    uint8_t bytes[ARQ_ANSWER_BYTES + 1] = {0};
    const struct arq_answer written = {0x01020304, 0x05060708, 0x090a0b0c, 0x80000001};
    struct arq_answer read;
    size_t len = arq_answer_write(&written, bytes);
    assert_int_equal(len, ARQ_ANSWER_BYTES);
    assert_true(arq_answer_read(&read, (struct span){bytes, len}));
    assert_memory_equal(&read, &written, sizeof read);
    assert_false(arq_answer_read(&read, (struct span){bytes, len - 1}));
    assert_false(arq_answer_read(&read, (struct span){bytes, len + 1}));
}

static void the_longest_message_fits_and_one_more_octet_is_none(void **state)
{
    (void)state;
    static const uint8_t text[ARQ_TEXT_MAX];
    uint8_t bytes[ARQ_DATAGRAM_MAX + 1];
    struct arq_message read;
    size_t len = arq_message_write(&(struct arq_message){.text = {text, sizeof text}}, bytes);
    assert_int_equal(len, ARQ_DATAGRAM_MAX);
    assert_true(arq_message_read(&read, (struct span){bytes, len}));
    assert_false(arq_message_read(&read, (struct span){bytes, len + 1}));
}

static void each_is_told_from_the_other_and_from_garbage(void **state)
{
    (void)state;
    uint8_t bytes[ARQ_ANSWER_BYTES] = {'A'};
    struct arq_message message;
    struct arq_answer answer;
    assert_false(arq_message_read(&message, (struct span){bytes, sizeof bytes}));
    bytes[0] = 'M';
    assert_false(arq_answer_read(&answer, (struct span){bytes, sizeof bytes}));
    assert_false(arq_message_read(&message, (struct span){bytes, 0}));
    assert_false(arq_answer_read(&answer, (struct span){bytes, 0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_read_as_it_was_written),
        cmocka_unit_test(an_answer_is_read_as_it_was_written),
        cmocka_unit_test(the_longest_message_fits_and_one_more_octet_is_none),
        cmocka_unit_test(each_is_told_from_the_other_and_from_garbage),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
