/* The problem: ten timers for each connection, and one sleeper for all.
 * The rule: a timer is a deadline kept as data by its mechanism; the earliest one is asked for, and
 *   when it has come each mechanism that is due says what to do.
 * RFC 9293 sections 3.8.3, 3.8.4, 3.8.6 and 3.10.8; RFC 6298 section 5.
 * Seen in: tests/story/test_time.c, tests/story/test_retransmission.c, tests/story/test_window.c,
 *   tests/story/test_keepalive.c, tests/story/test_close.c. */
#include <errno.h>

#include "tcp/connection.h"
#include "tcp/input.h"
#include "tcp/output.h"
#include "tcp/tcp.h"

/* Every timer there is, why it runs, and what happens when it has run out:
 *
 *     rto         something sent is not acknowledged    send it again, or give up
 *     reorder     something sent later has arrived      count it as lost
 *     probe       a flight's end is not acknowledged    send one segment more
 *     persist     the peer's window is closed           probe it
 *     override    a silly window, text waiting          use it after all
 *     cork        its user holds text back          send what is there
 *     delack      an ACK is owed                        send it
 *     keepalive   the peer is silent                    probe it, or give up
 *     time-wait   the connection is over                forget it
 *     fin-wait-2  and its user gone                     forget it
 */
usec_t tcp_deadline(const struct tcb *t)
{
    usec_t earliest = usec_min(t->rto.deadline, t->persist.deadline);
    earliest = usec_min(earliest, t->rack.deadline);
    earliest = usec_min(earliest, t->tlp.deadline);
    earliest = usec_min(earliest, t->sndwnd.override);
    earliest = usec_min(earliest, t->nagle.deadline);
    earliest = usec_min(earliest, t->delack.deadline);
    earliest = usec_min(earliest, t->keepalive.deadline);
    earliest = usec_min(earliest, t->timewait.deadline);
    return usec_min(earliest, t->orphan_deadline);
}

/* The peer is gone. What ICMP said of it is the better reason (RFC 9293 SHLD-25). */
static void give_up(struct tcb *t)
{
    connection_end(t, t->soft_error ? t->soft_error : -ETIMEDOUT);
}

/* --- retransmission: RFC 6298 section 5, RFC 9293 section 3.8.3 --- */

/* Peers that shrink their window to nothing, but answer, are waited for (SHLD-17). One that never
 * answered a SYN has shown no window yet. */
static bool peer_holds_back(const struct tcb *t, usec_t now)
{
    return state_is_synchronized(t->state) && t->sndwnd.wnd == 0 &&
           now - t->keepalive.heard <= t->config->rto.max_us;
}

/* ssthresh was lowered by an earlier time-out, or, as Linux has it, by the recovery that fails
 * here. */
static bool has_answered(const struct tcb *t)
{
    return t->rto.timeouts > 1 ||
           (t->config->as_linux.halves_window && t->recovery.phase == RECOVERY_FAST);
}

static void resend(struct tcb *t, usec_t now)
{
    if (!state_is_synchronized(t->state)) {
        t->syn_timeouts = t->rto.timeouts;
        sent_mark_all_lost(&t->sent);
        return;
    }
    ecn_on_reduction(&t->ecn, t->sent.nxt);
    cwnd_on_timeout(&t->cwnd, sent_flight(&t->sent), has_answered(t));
    recovery_on_timeout(&t->recovery, &t->sent, rack_on_timeout(&t->rack, now));
    rack_stop(&t->rack);
    tlp_stop(&t->tlp);
    t->sample_changed = true;
}

/* SHLD-9: the user may want to know. What ICMP said tells more and stays. */
static void on_r1(struct tcb *t)
{
    journal_timer(&t->journal, "r1", t->rto.timeouts);
    if (!t->soft_error)
        connection_complain(t, -ETIMEDOUT);
}

static void on_rto(struct tcb *t, usec_t now)
{
    bool connecting = !state_is_synchronized(t->state);
    if (pmtu_on_timeout(&t->pmtu))
        connection_fit_path(t);
    const struct rto_patience *patience = connecting ? &t->patience_syn : &t->patience_data;
    enum rto_verdict verdict = rto_on_timeout(&t->rto, patience, now);
    journal_timer(&t->journal, "rto", t->rto.timeouts);
    if (verdict == RTO_ADVISE)
        on_r1(t);
    if (verdict == RTO_GIVE_UP && !peer_holds_back(t, now)) {
        give_up(t);
        return;
    }
    resend(t, now);
}

/* --- loss found by time, and the tail loss probe: RFC 8985 --- */

static void on_reorder(struct tcb *t, usec_t now)
{
    search_losses(t, now);
    journal_timer(&t->journal, "reorder", 1);
}

static void on_probe(struct tcb *t, usec_t now)
{
    if (!tlp_on_timeout(&t->tlp, t->rto.sampled_at))
        return;
    rto_postpone(&t->rto, now);
    journal_timer(&t->journal, "probe", 1);
}

/* --- the others --- */

/* MUST-37: as long as it answers, a peer may keep its window shut. */
static bool leaves_probes_unanswered(const struct tcb *t, usec_t now)
{
    return t->persist.unanswered > 0 && t->persist.unanswered >= t->patience_data.r2_retries &&
           now - t->keepalive.heard >= t->patience_data.r2_time_us;
}

static void on_persist(struct tcb *t, usec_t now)
{
    if (leaves_probes_unanswered(t, now)) {
        give_up(t);
        return;
    }
    persist_on_probe(&t->persist, now);
    t->probe_wanted = true;
    journal_timer(&t->journal, "persist", t->persist.unanswered);
}

static void on_keepalive(struct tcb *t, usec_t now)
{
    bool busy =
        !state_is_synchronized(t->state) || sent_flight(&t->sent) > 0 || output_is_waiting(t);
    if (busy) { /* MUST-26 */
        keepalive_postpone(&t->keepalive, now);
        return;
    }
    bool gone = keepalive_on_timeout(&t->keepalive, now) == KEEPALIVE_GIVE_UP;
    journal_timer(&t->journal, "keepalive", t->keepalive.sent);
    if (!gone) {
        t->probe_wanted = true;
        return;
    }
    connection_send_reset(t); /* should it live after all, it learns at once */
    give_up(t);
}

static void on_cork(struct tcb *t)
{
    nagle_on_timeout(&t->nagle);
    journal_timer(&t->journal, "cork", 1);
}

static void on_delack(struct tcb *t)
{
    delack_on_timeout(&t->delack);
    journal_timer(&t->journal, "delack", 1);
}

static void on_end(struct tcb *t, const char *timer)
{
    journal_timer(&t->journal, timer, 1);
    connection_end(t, 0);
}

/* An end turns all other deadlines off, so each is looked at when its turn comes. The override
 * needs no action: the next pull sees that it is due. */
void tcp_on_time(struct tcb *t, usec_t now)
{
    if (rack_due(&t->rack, now))
        on_reorder(t, now);
    if (tlp_due(&t->tlp, now)) /* before the timer it puts off */
        on_probe(t, now);
    if (rto_due(&t->rto, now))
        on_rto(t, now);
    if (persist_due(&t->persist, now))
        on_persist(t, now);
    if (nagle_due(&t->nagle, now))
        on_cork(t);
    if (delack_due(&t->delack, now))
        on_delack(t);
    if (keepalive_due(&t->keepalive, now))
        on_keepalive(t, now);
    if (timewait_over(&t->timewait, now))
        on_end(t, "time-wait");
    if (now >= t->orphan_deadline)
        on_end(t, "fin-wait-2");
}
