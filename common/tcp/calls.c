/* The problem: the same call means something else in each state, and the user wants one plain
 *   answer.
 * The rule: each of the RFC's calls is a function that looks at the state first; whatever must be
 *   sent is left for tcp_next_segment.
 * RFC 9293 sections 3.9.1 and 3.10.1, 3.10.4, 3.10.5; sending and receiving: calls_transfer.c.
 * Seen in: tests/story/test_calls.c, tests/story/test_close.c. */
#include <errno.h>

#include "tcp/connection.h"
#include "tcp/tcp.h"

void tcp_init(struct tcb *t, const struct tcp_config *config, const struct isn_tuple *tuple,
              usec_t now)
{
    *t = (struct tcb){.config = config, .tuple = *tuple, .orphan_deadline = NEVER};
    pmtu_init(&t->pmtu, config->mtu);
    t->send_limit = config->send_limit;
    t->patience_syn = config->patience_syn;
    t->patience_data = config->patience_data;
    cwnd_choose(&t->cwnd, (enum cwnd_algorithm)config->congestion);
    nagle_stop(&t->nagle);
    t->sndwnd.override = NEVER;
    t->rcvwnd.size = config->receive_limit;

    sent_init(&t->sent, t->first_ranges, SENT_RANGES_START, t->snd.iss);
    reasm_init(&t->reasm, t->first_holes, REASM_RANGES_START);
    rto_init(&t->rto, &config->rto);
    rack_init(&t->rack, false, t->sent.una);
    tlp_init(&t->tlp, false);
    persist_init(&t->persist, config->persist_max_us);
    delack_init(&t->delack, config->delack_us, config->delack_quick);
    challenge_init(&t->challenge, config->challenge_limit);
    keepalive_init(&t->keepalive, now);
    timewait_init(&t->timewait);
}

/* --- OPEN: section 3.10.1 --- */

int tcp_open_active(struct tcb *t, usec_t now)
{
    if (t->state != STATE_CLOSED && t->state != STATE_LISTEN)
        return -EISCONN;
    if (t->opened && t->state == STATE_CLOSED)
        return -EISCONN; /* a used TCB is not used again: tcp_init first */
    t->opened = true;
    t->passive = false;
    connection_choose_iss(t, now);
    state_enter(t, STATE_SYN_SENT);
    return 0;
}

int tcp_open_passive(struct tcb *t)
{
    if (t->opened)
        return -EISCONN;
    t->opened = true;
    state_enter(t, STATE_LISTEN);
    return 0;
}

/* --- CLOSE: section 3.10.4 --- */

int tcp_shutdown(struct tcb *t)
{
    switch (t->state) {
    case STATE_CLOSED:
        return -ENOTCONN;
    case STATE_LISTEN:
    case STATE_SYN_SENT:
        connection_end(t, 0);
        return 0;
    case STATE_SYN_RECEIVED: /* Differs: always queued, never FIN-WAIT-1 at once. A FIN before the
                                handshake is complete could only wait at the peer. */
        sndbuf_close(&t->sndbuf);
        return 0;
    case STATE_ESTABLISHED:
        sndbuf_close(&t->sndbuf);
        state_enter(t, STATE_FIN_WAIT_1);
        return 0;
    case STATE_CLOSE_WAIT:
        sndbuf_close(&t->sndbuf);
        state_enter(t, STATE_LAST_ACK);
        return 0;
    default: /* the FIN is on its way already, and no second one follows */
        return 0;
    }
}

void tcp_stop_reading(struct tcb *t)
{
    t->deaf = true;
}

void tcp_close(struct tcb *t, usec_t now)
{
    bool unread = t->rcvbuf.ready > 0;
    t->orphan = true;
    if (unread && state_is_synchronized(t->state)) { /* SHLD-3: the peer should know of the loss */
        tcp_abort(t);
        return;
    }
    tcp_shutdown(t);
    if (t->state == STATE_FIN_WAIT_2)
        t->orphan_deadline = usec_after(now, t->config->fin_wait_2_us);
}

/* --- ABORT: section 3.10.5 --- */

/* True where the peer believes in a connection that it must be told is over. */
static bool peer_waits(enum tcp_state state)
{
    switch (state) {
    case STATE_SYN_RECEIVED:
    case STATE_ESTABLISHED:
    case STATE_FIN_WAIT_1:
    case STATE_FIN_WAIT_2:
    case STATE_CLOSE_WAIT:
        return true;
    case STATE_CLOSED:
    case STATE_LISTEN:
    case STATE_SYN_SENT:
    case STATE_CLOSING:
    case STATE_LAST_ACK:
    case STATE_TIME_WAIT:
    default:
        return false;
    }
}

void tcp_abort(struct tcb *t)
{
    if (t->state == STATE_CLOSED)
        return;
    if (peer_waits(t->state))
        connection_send_reset(t);
    connection_end(t, 0);
}

/* --- options --- */

void tcp_set_congestion(struct tcb *t, enum cwnd_algorithm algorithm)
{
    cwnd_choose(&t->cwnd, algorithm);
}

void tcp_set_nodelay(struct tcb *t, bool on)
{
    nagle_set_off(&t->nagle, on);
}

void tcp_set_keepalive(struct tcb *t, bool on, usec_t now)
{
    if (!t->opened || t->state != STATE_CLOSED) /* after the end no timer starts */
        keepalive_set(&t->keepalive, on, now);
}

int tcp_set_maxseg(struct tcb *t, uint16_t mss)
{
    if (t->state != STATE_CLOSED && t->state != STATE_LISTEN)
        return -EISCONN;
    if (mss < MSS_MIN)
        return -EINVAL;
    t->snd.user_mss = mss;
    return 0;
}

int tcp_take_error(struct tcb *t)
{
    int error = t->error;
    t->error = 0;
    return error;
}

int tcp_take_report(struct tcb *t)
{
    int error = tcp_take_error(t);
    if (error)
        return error;
    error = t->soft_error;
    t->soft_error = 0;
    return error;
}
