/* The problem: routers report errors, and anyone can forge such a report.
 * The rule: believe a report only about a segment that is outstanding; let it end a connection only
 *   while that is being opened; later remember it as the reason for a time-out to come. A host may
 *   choose not to wait then even for what may mend itself, as Linux does. The other way round, what
 *   is sent again and again without an answer gives reason to doubt the path.
 * RFC 9293 sections 3.8.3 (b), 3.9.1.8 and 3.9.2.2; RFC 5927 sections 4.1 and 5.2; RFC 5461 section
 *   4.1.
 * Seen in: tests/story/test_advice.c. */
#include "tcp/connection.h"
#include "tcp/tcp.h"

void tcp_on_icmp(struct tcb *t, int error, bool hard, seq_t seq)
{
    bool outstanding = seq_ge(seq, t->sent.una) && seq_lt(seq, t->sent.nxt);
    if (!outstanding)
        return;
    bool connecting = t->state == STATE_SYN_SENT || t->state == STATE_SYN_RECEIVED;
    if (connecting && (hard || t->config->soft_ends_opening))
        connection_end(t, error);
    else /* Differs from SHLD-26: a hard error does not end what already works, as RFC 5927 section
            5.2 advises */
        connection_complain(t, error);
}

bool tcp_doubts_path(const struct tcb *t)
{
    bool synchronized = state_is_synchronized(t->state);
    const struct rto_patience *patience = synchronized ? &t->patience_data : &t->patience_syn;
    return t->rto.timeouts > 0 && t->rto.timeouts >= patience->r1_retries;
}
