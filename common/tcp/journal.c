/* The problem: a pure core may not call a log, yet a student wants to see each change of state and
 *   each timer.
 * The rule: the core writes short notes into an array of its own, and the driver carries them out.
 * RFC: none; the events stand for the signals of RFC 9293 section 3.10.
 * Seen in: tests/unit/tcp/test_journal.c, and every ladder diagram. */
#include "tcp/journal.h"

#include <stddef.h>

static void note(struct journal *j, const char *timer, union journal_entry entry)
{
    if (j->count == JOURNAL_ENTRIES) {
        j->lost++;
        return;
    }
    uint8_t at = (uint8_t)((j->first + j->count++) % JOURNAL_ENTRIES);
    j->timers[at] = timer;
    j->entries[at] = entry;
}

void journal_state(struct journal *j, enum tcp_state from, enum tcp_state to)
{
    note(j, NULL, (union journal_entry){.edge = {(uint8_t)from, (uint8_t)to}});
}

void journal_timer(struct journal *j, const char *timer, uint16_t count)
{
    note(j, timer, (union journal_entry){.count = count});
}

bool journal_next(struct journal *j, struct event *out)
{
    if (j->count == 0)
        return false;
    const char *timer = j->timers[j->first];
    const union journal_entry *entry = &j->entries[j->first];
    *out = (struct event){.kind = timer ? EVENT_TIMER : EVENT_STATE};
    if (timer) {
        out->timer.name = timer;
        out->timer.count = entry->count;
    } else {
        out->state.from = entry->edge.from;
        out->state.to = entry->edge.to;
    }
    j->first = (uint8_t)((j->first + 1) % JOURNAL_ENTRIES);
    j->count--;
    return true;
}
