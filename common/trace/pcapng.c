/* The event log as a pcapng capture: blocks of little-endian words, each with its length at both
 * ends and options behind its body. */
#include "trace/pcapng.h"

#include <errno.h>
#include <string.h>

#include "trace/label.h"
#include "trace/walk.h"

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 6,
    BYTE_ORDER_MAGIC = 0x1a2b3c4d,
    LINK_ETHERNET = 1,
    BLOCK_FRAME_LEN = 12, /* type, and the length twice */
    OPTION_HEADER_LEN = 4,
};

/* Codes of options; 0 ends them. */
enum {
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_INTERFACE_NAME = 2,
    OPTION_APPLICATION = 4,
    OPTION_RESOLUTION = 9,
};

static uint32_t padded(size_t len)
{
    return (uint32_t)((len + 3) & ~(size_t)3);
}

static void put_u16(FILE *out, unsigned value)
{
    fputc((int)(value & 0xff), out);
    fputc((int)(value >> 8 & 0xff), out);
}

static void put_u32(FILE *out, uint32_t value)
{
    put_u16(out, value & 0xffff);
    put_u16(out, value >> 16);
}

static void put_padded(FILE *out, const void *bytes, size_t len)
{
    if (len > 0)
        fwrite(bytes, 1, len, out);
    for (size_t i = len; i < padded(len); i++)
        fputc(0, out);
}

static void put_option(FILE *out, unsigned code, const void *bytes, size_t len)
{
    put_u16(out, code);
    put_u16(out, (unsigned)len);
    put_padded(out, bytes, len);
}

static uint32_t option_len(size_t len)
{
    return OPTION_HEADER_LEN + padded(len);
}

static void put_section(FILE *out)
{
    static const char application[] = "twinstack";
    uint32_t len = BLOCK_FRAME_LEN + 16 + option_len(strlen(application)) + option_len(0);
    put_u32(out, BLOCK_SECTION);
    put_u32(out, len);
    put_u32(out, BYTE_ORDER_MAGIC);
    put_u16(out, 1); /* version 1.0 */
    put_u16(out, 0);
    put_u32(out, UINT32_MAX); /* the section's length, not told: 64 bits of ones */
    put_u32(out, UINT32_MAX);
    put_option(out, OPTION_APPLICATION, application, strlen(application));
    put_option(out, OPTION_END, NULL, 0);
    put_u32(out, len);
}

static void put_interface(FILE *out, const char *name)
{
    static const uint8_t microseconds = 6; /* ten to the minus sixth */
    uint32_t len = BLOCK_FRAME_LEN + 8 + option_len(strlen(name)) + option_len(1) + option_len(0);
    put_u32(out, BLOCK_INTERFACE);
    put_u32(out, len);
    put_u16(out, LINK_ETHERNET);
    put_u16(out, 0);
    put_u32(out, 0); /* frames are never cut off */
    put_option(out, OPTION_INTERFACE_NAME, name, strlen(name));
    put_option(out, OPTION_RESOLUTION, &microseconds, 1);
    put_option(out, OPTION_END, NULL, 0);
    put_u32(out, len);
}

static void put_packet(FILE *out, const struct event *event, usec_t at, const char *comment)
{
    const struct event_frame *frame = &event->frame;
    size_t comment_len = strlen(comment);
    uint32_t options = comment_len ? option_len(comment_len) + option_len(0) : 0;
    uint32_t len = BLOCK_FRAME_LEN + 20 + padded(frame->len) + options;
    put_u32(out, BLOCK_PACKET);
    put_u32(out, len);
    put_u32(out, event->host == 'A' ? 0 : 1);
    put_u32(out, (uint32_t)((uint64_t)at >> 32));
    put_u32(out, (uint32_t)at);
    put_u32(out, (uint32_t)frame->len); /* as kept */
    put_u32(out, (uint32_t)frame->len); /* as sent */
    put_padded(out, frame->bytes, frame->len);
    if (comment_len) {
        put_option(out, OPTION_COMMENT, comment, comment_len);
        put_option(out, OPTION_END, NULL, 0);
    }
    put_u32(out, len);
}

/* The first altered copy of a corrupted frame that was delivered, or NULL. */
static const uint8_t *altered_form(const struct trace_log *log, struct trace_cursor cursor,
                                   const struct event_frame *frame)
{
    for (const struct event *event; (event = trace_log_next(log, &cursor)) != NULL;) {
        if (event->kind == EVENT_DELIVER && event->frame.id == frame->id && event->frame.bytes &&
            event->frame.len == frame->len)
            return event->frame.bytes;
    }
    return NULL;
}

static void put_frame(FILE *out, const struct trace_log *log, struct trace_cursor cursor,
                      const struct track_step *step)
{
    struct event event = *step->frame;
    char comment[LABEL_MAX];
    label_comment(&event.frame, step->tcp, comment);
    if (event.frame.fate & (FATE_CORRUPT | FATE_MARK)) {
        const uint8_t *altered = altered_form(log, cursor, &event.frame);
        event.frame.bytes = altered ? altered : event.frame.bytes;
    }
    put_packet(out, &event, event.at - trace_log_start(log), comment);
}

static int put_frames(FILE *out, const struct trace_log *log)
{
    struct trace_walk walk;
    trace_walk_begin(&walk, log);
    while (trace_walk_next(&walk))
        if (walk.event->kind == EVENT_FRAME)
            put_frame(out, log, walk.cursor, &walk.step);
    return trace_walk_end(&walk);
}

int pcapng_write(FILE *out, const struct trace_log *log)
{
    put_section(out);
    put_interface(out, "A to B");
    put_interface(out, "B to A");
    int error = put_frames(out, log);
    if (!error && (fflush(out) != 0 || ferror(out)))
        error = -EIO;
    return error;
}
