/* The event log in memory: events and what they point to, packed one behind the other in chunks,
 * and an index of them in the order of time. */
#include "trace/log.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_BYTES = 256 * 1024,
    FIRST_ROOM = 256,
};

struct trace_chunk {
    struct trace_chunk *previous;
    size_t used, size;
    alignas(max_align_t) uint8_t bytes[];
};

/* What an event points to: at most one run of octets and one string. */
struct baggage {
    const uint8_t *bytes;
    size_t len;
    const char *text;
};

static struct baggage baggage_of(const struct event *event)
{
    switch (event->kind) {
    case EVENT_FRAME:
    case EVENT_DELIVER:
        return (struct baggage){event->frame.bytes, event->frame.bytes ? event->frame.len : 0,
                                event->frame.reason};
    case EVENT_TIMER:
        return (struct baggage){.text = event->timer.name};
    case EVENT_CALL:
    case EVENT_RETURN:
        return (struct baggage){.text = event->call.name};
    case EVENT_DROP:
    case EVENT_NOTE:
        return (struct baggage){.text = event->text};
    case EVENT_STATE:
    case EVENT_SAMPLE:
        break;
    }
    return (struct baggage){0};
}

static void point_to_baggage(struct event *event, const struct baggage *kept)
{
    switch (event->kind) {
    case EVENT_FRAME:
    case EVENT_DELIVER:
        event->frame.bytes = kept->bytes;
        event->frame.reason = kept->text;
        break;
    case EVENT_TIMER:
        event->timer.name = kept->text;
        break;
    case EVENT_CALL:
    case EVENT_RETURN:
        event->call.name = kept->text;
        break;
    case EVENT_DROP:
    case EVENT_NOTE:
        event->text = kept->text;
        break;
    case EVENT_STATE:
    case EVENT_SAMPLE:
        break;
    }
}

static struct trace_chunk *add_chunk(struct trace_log *log, size_t at_least)
{
    size_t size = at_least > CHUNK_BYTES ? at_least : CHUNK_BYTES;
    struct trace_chunk *chunk = malloc(sizeof *chunk + size);

    if (!chunk)
        return NULL;
    *chunk = (struct trace_chunk){.previous = log->chunks, .size = size};
    log->chunks = chunk;
    return chunk;
}

static void *allocate(struct trace_log *log, size_t size)
{
    size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    struct trace_chunk *chunk = log->chunks;

    if (log->cap_bytes && rounded > log->cap_bytes - log->used_bytes)
        return NULL;
    if (!chunk || chunk->size - chunk->used < rounded)
        chunk = add_chunk(log, rounded);
    if (!chunk)
        return NULL;
    void *memory = chunk->bytes + chunk->used;

    chunk->used += rounded;
    log->used_bytes += rounded;
    return memory;
}

static struct event *keep(struct trace_log *log, const struct event *event)
{
    struct baggage baggage = baggage_of(event);
    size_t text_len = baggage.text ? strlen(baggage.text) + 1 : 0;
    struct event *kept = allocate(log, sizeof *kept + baggage.len + text_len);

    if (!kept)
        return NULL;
    uint8_t *bytes = (uint8_t *)(kept + 1);
    char *text = (char *)(bytes + baggage.len);

    *kept = *event;
    if (baggage.len)
        memcpy(bytes, baggage.bytes, baggage.len);
    if (text_len)
        memcpy(text, baggage.text, text_len);
    point_to_baggage(
        kept, &(struct baggage){baggage.bytes ? bytes : NULL, 0, baggage.text ? text : NULL});
    return kept;
}

static bool ensure_room(struct trace_log *log)
{
    if (log->count < log->room)
        return true;
    size_t room = log->room ? log->room * 2 : FIRST_ROOM;
    struct event **by_time = realloc(log->by_time, room * sizeof(struct event *));

    if (!by_time)
        return false;
    log->by_time = by_time;
    log->room = room;
    return true;
}

/* Events come almost in order, each thread a little behind its own clock reading, so that walking
 * back from the end is a step or two. */
static void insert_by_time(struct trace_log *log, struct event *event)
{
    size_t place = log->count++;

    while (place > 0 && log->by_time[place - 1]->at > event->at) {
        log->by_time[place] = log->by_time[place - 1];
        place--;
    }
    log->by_time[place] = event;
}

static void put(struct event_sink *sink, const struct event *event)
{
    struct trace_log *log = (struct trace_log *)sink;

    monitor_enter(&log->lock);
    struct event *kept = ensure_room(log) ? keep(log, event) : NULL;

    if (kept)
        insert_by_time(log, kept);
    else
        log->lost++;
    monitor_leave(&log->lock);
}

void trace_log_init(struct trace_log *log)
{
    static_assert(offsetof(struct trace_log, sink) == 0, "the sink is the log");
    *log = (struct trace_log){.sink.put = put};
    monitor_init(&log->lock);
}

void trace_log_fini(struct trace_log *log)
{
    while (log->chunks) {
        struct trace_chunk *chunk = log->chunks;

        log->chunks = chunk->previous;
        free(chunk);
    }
    free(log->by_time);
    monitor_fini(&log->lock);
    *log = (struct trace_log){0};
}

const struct event *trace_log_next(const struct trace_log *log, struct trace_cursor *cursor)
{
    return cursor->next < log->count ? log->by_time[cursor->next++] : NULL;
}

usec_t trace_log_start(const struct trace_log *log)
{
    return log->count ? log->by_time[0]->at : 0;
}
