/* What a connection has to tell about itself since it was last asked: changes of state and timers
 * that fired, in order, in a fixed array. Whoever drives the core empties it after each call
 * (tcp_next_event); what did not fit is counted, never overwritten. Pure. */
#ifndef TCP_JOURNAL_H
#define TCP_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/event.h"

enum { JOURNAL_ENTRIES = 8 };

struct journal_entry {
    uint8_t kind;      /* EVENT_STATE or EVENT_TIMER */
    uint8_t from, to;  /* STATE */
    uint32_t count;    /* TIMER: the how-manieth in a row */
    const char *timer; /* TIMER: its name, a constant */
};

struct journal {
    struct journal_entry entries[JOURNAL_ENTRIES];
    uint8_t first, count;
    uint32_t lost; /* entries that found no room: a driver that does not ask often enough */
};

void journal_state(struct journal *j, enum tcp_state from, enum tcp_state to);
void journal_timer(struct journal *j, const char *timer, uint32_t count);

/* Takes the oldest entry out and writes it as an event without host, flow and time. False when
 * there is none. */
bool journal_next(struct journal *j, struct event *out);

#endif
