/* The problem: routers report errors, and anyone can forge such a report.
 * The rule: believe a report only about a segment that is outstanding; let it end a connection only
 *   while that is being opened; later remember it as the reason for a time-out to come. A host may
 *   choose not to wait then even for what may mend itself, as Linux does. The other way round, what
 *   is sent again and again without an answer gives reason to doubt the path.
 *   That a packet was too big is judged by pmtu.h; if true, all that is outstanding goes again, cut
 *   smaller, and as it is no congestion the window stays. Differs: RFC 1191 section 6.5 would begin
 *   with one segment; as Linux.
 * RFC 9293 sections 3.8.3 (b), 3.9.1.8 and 3.9.2.2; RFC 5927 sections 4.1, 5.2; RFC 5461; RFC 1191.
 * Seen in: tests/story/test_advice.c, tests/story/test_path_mtu.c. */
#include "tcp/connection.h"
#include "tcp/tcp.h"

static bool is_outstanding(const struct tcb *t, seq_t seq)
{
    return seq_ge(seq, t->sent.una) && seq_lt(seq, t->sent.nxt);
}

void tcp_on_icmp(struct tcb *t, int error, bool hard, seq_t seq)
{
    if (!is_outstanding(t, seq))
        return;
    bool connecting = t->state == STATE_SYN_SENT || t->state == STATE_SYN_RECEIVED;
    if (connecting && (hard || t->config->as_linux.soft_ends_opening))
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

void tcp_on_too_big(struct tcb *t, uint16_t mtu, seq_t seq)
{
    const struct tcp_config *config = t->config;
    if (!config->pmtu_discovery || !state_is_synchronized(t->state) || !is_outstanding(t, seq))
        return;
    if (!pmtu_on_report(&t->pmtu, mtu, seq, config->pmtu_floor))
        return;
    connection_fit_path(t);
    recovery_on_timeout(&t->recovery, &t->sent, NEVER);
}
