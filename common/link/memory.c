/* Frames handed on in memory. */
#include "link/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct memory_link {
    struct link link;
    struct memory_link_config config;
};

static struct memory_link *memory_of(struct link *link)
{
    return (struct memory_link *)link;
}

static int memory_receive(struct link *link, struct link_frame *frames, int max)
{
    (void)link;
    (void)frames;
    (void)max;
    return 0;
}

static size_t frame_len(const struct link_frame *frame)
{
    size_t len = 0;
    for (int i = 0; i < LINK_PARTS; i++)
        len += frame->parts[i].len;
    return len;
}

/* A frame in several parts is put together first; one in a single part is handed on as it lies. */
static int hand_over(const struct memory_link *memory, const struct link_frame *frame)
{
    const struct memory_link_config *config = &memory->config;
    size_t len = frame_len(frame);
    if (len > ETHERNET_HEADER_LEN + config->mtu)
        return -EMSGSIZE;
    if (len == frame->parts[0].len) {
        config->take(config->arg, frame->parts[0]);
        return 0;
    }
    uint8_t *whole = malloc(len);
    if (!whole)
        return -ENOBUFS;
    uint8_t *end = whole;
    for (int i = 0; i < LINK_PARTS; i++) {
        if (frame->parts[i].len > 0)
            memcpy(end, frame->parts[i].data, frame->parts[i].len);
        end += frame->parts[i].len;
    }
    config->take(config->arg, (struct span){whole, len});
    free(whole);
    return 0;
}

static int memory_send(struct link *link, const struct link_frame *frames, int count)
{
    for (int i = 0; i < count; i++) {
        int error = hand_over(memory_of(link), &frames[i]);
        if (error < 0)
            return i > 0 ? i : error;
    }
    return count;
}

static uint64_t memory_overruns(struct link *link)
{
    (void)link;
    return 0;
}

static void memory_close(struct link *link)
{
    free(memory_of(link));
}

static const struct link_ops memory_ops = {
    .receive = memory_receive,
    .send = memory_send,
    .overruns = memory_overruns,
    .close = memory_close,
};

int memory_link_open(struct link **out, const struct memory_link_config *config)
{
    struct memory_link *memory = malloc(sizeof(*memory));
    if (!memory)
        return -ENOMEM;
    memory->link = (struct link){
        .ops = &memory_ops,
        .fd = -1,
        .mtu = config->mtu,
        .mac = config->mac,
    };
    memory->config = *config;
    *out = &memory->link;
    return 0;
}
