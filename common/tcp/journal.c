/* The problem: a pure core may not call a log, yet a student wants to see each change of state and
 *   each timer.
 * The rule: the core writes short notes into an array of its own, and the driver carries them out.
 * RFC: none; the events stand for the signals of RFC 9293 section 3.10.
 * Seen in: tests/unit/tcp/test_journal.c, and every ladder diagram. */
#include "tcp/journal.h"

static struct journal_entry *next_free(struct journal *j)
{
    if (j->count == JOURNAL_ENTRIES) {
        j->lost++;
        return NULL;
    }
    return &j->entries[(j->first + j->count++) % JOURNAL_ENTRIES];
}

void journal_state(struct journal *j, enum tcp_state from, enum tcp_state to)
{
    struct journal_entry *entry = next_free(j);
    if (entry)
        *entry =
            (struct journal_entry){.kind = EVENT_STATE, .from = (uint8_t)from, .to = (uint8_t)to};
}

void journal_timer(struct journal *j, const char *timer, uint32_t count)
{
    struct journal_entry *entry = next_free(j);
    if (entry)
        *entry = (struct journal_entry){.kind = EVENT_TIMER, .timer = timer, .count = count};
}

bool journal_next(struct journal *j, struct event *out)
{
    if (j->count == 0)
        return false;
    const struct journal_entry *entry = &j->entries[j->first];
    *out = (struct event){.kind = entry->kind};
    if (entry->kind == EVENT_STATE) {
        out->state.from = entry->from;
        out->state.to = entry->to;
    } else {
        out->timer.name = entry->timer;
        out->timer.count = entry->count;
    }
    j->first = (uint8_t)((j->first + 1) % JOURNAL_ENTRIES);
    j->count--;
    return true;
}
