/* What a connection has to tell about itself since it was last asked: changes of state and timers
 * that fired, in order, in a fixed array. Whoever drives the core empties it after each call
 * (tcp_next_event); what did not fit is counted, never overwritten. Pure. */
#ifndef TCP_JOURNAL_H
#define TCP_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/event.h"

enum { JOURNAL_ENTRIES = 8 };

union journal_entry {
    struct {
        uint8_t from, to;
    } edge;
    uint16_t count; /* of a timer: the how-manieth time in a row */
};

/* Names and the rest lie apart, which saves a third of the memory. */
struct journal {
    const char *timers[JOURNAL_ENTRIES]; /* constants; NULL where the state changed */
    union journal_entry entries[JOURNAL_ENTRIES];
    uint8_t first, count;
    uint32_t lost; /* entries that found no room: a driver that does not ask often enough */
};

void journal_state(struct journal *j, enum tcp_state from, enum tcp_state to);
void journal_timer(struct journal *j, const char *timer, uint16_t count);

/* Takes the oldest entry out and writes it as an event without host, flow and time. False when
 * there is none. */
bool journal_next(struct journal *j, struct event *out);

#endif
