/* The problem: whoever drives the core wants to hear what happened, in one form.
 * The rule: changes of state and timers come from the journal in order, then one sample of the
 *   windows if any of them moved.
 * RFC 9293 section 3.10 (the signals to the user).
 * Seen in: tests/unit/tcp/test_events.c; every ladder diagram. */
#include "tcp/tcp.h"

static void take_sample(const struct tcb *t, struct event *out)
{
    *out = (struct event){.kind = EVENT_SAMPLE};
    out->sample = (struct event_sample){
        .cwnd = t->cwnd.wnd,
        .ssthresh = t->cwnd.ssthresh,
        .snd_wnd = t->sndwnd.wnd,
        .rcv_wnd = rcvwnd_size(&t->rcvwnd, t->rcv.nxt),
        .in_flight = sent_flight(&t->sent),
        .srtt_us = t->rto.srtt_us,
        .rttvar_us = t->rto.rttvar_us,
        .rto_us = t->rto.rto_us,
    };
}

bool tcp_next_event(struct tcb *t, struct event *out)
{
    if (journal_next(&t->journal, out))
        return true;
    if (!t->sample_changed)
        return false;
    t->sample_changed = false;
    take_sample(t, out);
    return true;
}
