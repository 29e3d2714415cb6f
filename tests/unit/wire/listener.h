/* A sink that remembers what the wire told, for the tests to ask. */
#ifndef TESTS_UNIT_WIRE_LISTENER_H
#define TESTS_UNIT_WIRE_LISTENER_H

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/event.h"

enum {
    LISTENER_MAX = 512,
};

struct heard {
    usec_t at;
    enum event_kind kind;
    char host;
    uint64_t id;
    unsigned fate;
    char text[200]; /* the reason, or a note's text */
    size_t len;
    uint32_t queue;
    uint8_t bytes[64]; /* the first of them; all zero when there were none */
};

struct listener {
    struct event_sink sink;
    atomic_size_t count; /* may be watched while another thread tells */
    struct heard heard[LISTENER_MAX];
};

static void listener_keep_frame(struct heard *heard, const struct event_frame *frame)
{
    heard->id = frame->id;
    heard->fate = frame->fate;
    heard->len = frame->len;
    heard->queue = frame->queue;
    size_t shown = frame->len < sizeof(heard->bytes) ? frame->len : sizeof(heard->bytes);
    if (frame->bytes)
        memcpy(heard->bytes, frame->bytes, shown);
}

static void listener_put(struct event_sink *sink, const struct event *event)
{
    struct listener *listener = (struct listener *)sink;
    if (listener->count == LISTENER_MAX)
        return;
    struct heard *heard = &listener->heard[listener->count];
    *heard = (struct heard){.at = event->at, .kind = event->kind, .host = event->host};
    const char *text = event->kind == EVENT_NOTE ? event->text : event->frame.reason;
    snprintf(heard->text, sizeof(heard->text), "%s", text ? text : "");
    if (event->kind != EVENT_NOTE)
        listener_keep_frame(heard, &event->frame);
    listener->count++;
}

static inline void listener_init(struct listener *listener)
{
    *listener = (struct listener){.sink = {.put = listener_put}};
}

/* The how-manieth event of a kind, from 0; NULL when there are fewer. */
static inline const struct heard *listener_find(const struct listener *listener,
                                                enum event_kind kind, size_t nth)
{
    for (size_t i = 0; i < listener->count; i++) {
        if (listener->heard[i].kind == kind && nth-- == 0)
            return &listener->heard[i];
    }
    return NULL;
}

#endif
