/* A sink for tests that keeps the events it is told, up to a bound; their pointers are not kept. */
#ifndef TESTS_UNIT_TESTBED_LISTENER_H
#define TESTS_UNIT_TESTBED_LISTENER_H

#include "base/event.h"
#include "base/thread.h"

enum { LISTENER_CAP = 4096 };

struct listener {
    struct event_sink sink;
    struct monitor monitor; /* guards what follows */
    size_t count;
    struct event events[LISTENER_CAP];
};

static void listener_put(struct event_sink *sink, const struct event *event)
{
    struct listener *listener = (struct listener *)sink;
    monitor_enter(&listener->monitor);
    if (listener->count < LISTENER_CAP)
        listener->events[listener->count++] = *event;
    monitor_leave(&listener->monitor);
}

static void listener_init(struct listener *listener)
{
    listener->sink.put = listener_put;
    listener->count = 0;
    monitor_init(&listener->monitor);
}

/* How many events of a kind have come; `host` 0 counts every teller. */
static size_t listener_count(struct listener *listener, enum event_kind kind, char host)
{
    size_t found = 0;
    monitor_enter(&listener->monitor);
    for (size_t i = 0; i < listener->count; i++) {
        const struct event *event = &listener->events[i];
        found += event->kind == kind && (!host || event->host == host);
    }
    monitor_leave(&listener->monitor);
    return found;
}

#endif
