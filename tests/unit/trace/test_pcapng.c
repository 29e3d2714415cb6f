/* common/trace/pcapng.c. That tshark agrees is checked in tests/e2e/trace.bats. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake.h"
#include "tests/unit/resources.h"
#include "trace/pcapng.h"

enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, PACKET = 6 };

struct capture {
    char *bytes;
    size_t len, at; /* at: where the block that was read last begins */
    uint32_t type, block_len;
};

static uint32_t word(const struct capture *capture, size_t offset)
{
    uint32_t value = 0;
    for (size_t i = 4; i-- > 0;)
        value = value << 8 | (uint8_t)capture->bytes[capture->at + offset + i];
    return value;
}

static struct capture written(const struct trace_log *log)
{
    struct capture capture = {0};
    FILE *out = open_memstream(&capture.bytes, &capture.len);
    assert_non_null(out);
    assert_int_equal(pcapng_write(out, log), 0);
    fclose(out);
    return capture;
}

/* Reads the next block; its length must be told at both ends, and be whole words. */
static bool next_block(struct capture *capture)
{
    capture->at += capture->block_len;
    if (capture->at == capture->len)
        return false;
    capture->type = word(capture, 0);
    capture->block_len = word(capture, 4);
    assert_int_equal(capture->block_len % 4, 0);
    assert_true(capture->at + capture->block_len <= capture->len);
    assert_int_equal(word(capture, capture->block_len - 4), capture->block_len);
    return true;
}

static void skip_to_packets(struct capture *capture)
{
    static const uint32_t types[] = {SECTION, INTERFACE, INTERFACE};
    for (size_t i = 0; i < 3; i++) {
        assert_true(next_block(capture));
        assert_int_equal(capture->type, types[i]);
    }
}

/* The comment of the packet that was read last, "" when it has none. */
static const char *comment_of(const struct capture *capture)
{
    static char comment[512];
    uint32_t len = word(capture, 20), option = 28 + ((len + 3) & ~3u);
    comment[0] = '\0';
    if (option + 4 == capture->block_len)
        return comment;
    uint32_t header = word(capture, option);
    assert_int_equal(header & 0xffff, 1);
    assert_in_range(header >> 16, 1, sizeof(comment) - 1);
    memcpy(comment, capture->bytes + capture->at + option + 4, header >> 16);
    comment[header >> 16] = '\0';
    return comment;
}

static void each_frame_is_one_packet_on_its_direction(void **state)
{
    struct fake *fake = *state;
    fake_handshake(fake);
    struct capture capture = written(&fake->log);
    skip_to_packets(&capture);
    for (uint32_t i = 0; i < 3; i++) {
        assert_true(next_block(&capture));
        assert_int_equal(capture.type, PACKET);
        assert_int_equal(word(&capture, 8), i % 2); /* A to B, B to A, A to B */
        assert_int_equal(word(&capture, 12), 0);
        assert_int_equal(word(&capture, 16), i * 520); /* microseconds since the first event */
        assert_string_equal(comment_of(&capture), "");
    }
    assert_false(next_block(&capture));
    free(capture.bytes);
}

static void a_packet_holds_the_frame_as_it_was_sent(void **state)
{
    struct fake *fake = *state;
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 3});
    struct capture capture = written(&fake->log);
    skip_to_packets(&capture);
    assert_true(next_block(&capture));
    assert_int_equal(word(&capture, 20), fake->len);
    assert_int_equal(word(&capture, 24), fake->len);
    assert_memory_equal(capture.bytes + capture.at + 28, fake->bytes, fake->len);
    free(capture.bytes);
}

static void a_frame_that_matters_has_a_comment(void **state)
{
    struct fake *fake = *state;
    struct fake_segment data = {TCP_ACK, 1, 1, 5}, ack = {TCP_ACK, 1, 1, 0};
    fake_pass_segment(fake, 'B', ack);
    fake_lose(fake, 'A', data, "script: drop data 1");
    fake_pass_segment(fake, 'B', ack);
    fake_pass_segment(fake, 'A', data);
    struct capture capture = written(&fake->log);
    skip_to_packets(&capture);
    assert_true(next_block(&capture));
    assert_string_equal(comment_of(&capture), "");
    assert_true(next_block(&capture));
    assert_string_equal(comment_of(&capture), "dropped; script: drop data 1");
    assert_true(next_block(&capture));
    assert_string_equal(comment_of(&capture), "1st duplicate ACK");
    assert_true(next_block(&capture));
    assert_string_equal(comment_of(&capture), "retransmission of 1..6");
    free(capture.bytes);
}

static void a_corrupted_frame_is_recorded_as_it_was_delivered(void **state)
{
    struct fake *fake = *state;
    fake_write(fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 5});
    uint64_t id = fake_enter(fake, 'A', FATE_CORRUPT, "script: flip data 1");
    fake->bytes[fake->len - 1] ^= 1;
    fake_tell(fake, (struct event){.kind = EVENT_DELIVER,
                                   .host = 'B',
                                   .frame = {.id = id, .bytes = fake->bytes, .len = fake->len}});
    struct capture capture = written(&fake->log);
    skip_to_packets(&capture);
    assert_true(next_block(&capture));
    assert_memory_equal(capture.bytes + capture.at + 28, fake->bytes, fake->len);
    assert_string_equal(comment_of(&capture), "corrupted; script: flip data 1");
    assert_false(next_block(&capture)); /* the delivery is no packet of its own */
    free(capture.bytes);
}

static void an_empty_log_is_a_capture_without_packets(void **state)
{
    struct fake *fake = *state;
    struct capture capture = written(&fake->log);
    skip_to_packets(&capture);
    assert_false(next_block(&capture));
    free(capture.bytes);
}

static void a_full_disk_is_an_error(void **state)
{
    struct fake *fake = *state;
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    assert_int_equal(pcapng_write(full, &fake->log), -EIO);
    fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(each_frame_is_one_packet_on_its_direction),
        WITH_FAKE(a_packet_holds_the_frame_as_it_was_sent),
        WITH_FAKE(a_frame_that_matters_has_a_comment),
        WITH_FAKE(a_corrupted_frame_is_recorded_as_it_was_delivered),
        WITH_FAKE(an_empty_log_is_a_capture_without_packets),
        WITH_FAKE(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
