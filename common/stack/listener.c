/* Two queues, and what happens when they are full. */
#include "stack/listener.h"

#include "stack/conn.h"
#include "stack/conns.h"
#include "stack/internal.h"
#include "tcp/params.h"
#include "tcp/stateless.h"

void listener_init(struct listener *listener, struct bell *bell, const struct port_use *port,
                   const struct conn_options *options)
{
    *listener =
        (struct listener){.bell = bell, .port = port, .options = options, .overflowed = NEVER};
    list_init(&listener->syn_queue);
    list_init(&listener->accept_queue);
}

static struct conn *first_in(const struct list *queue)
{
    struct list_link *first = list_first(queue);
    return first ? list_entry(first, struct conn, queued) : NULL;
}

static void enqueue(struct listener *listener, struct conn *conn, bool shaking_hands)
{
    conn->listener = listener;
    conn->shaking_hands = shaking_hands;
    list_append(shaking_hands ? &listener->syn_queue : &listener->accept_queue, &conn->queued);
    if (shaking_hands)
        listener->syn_count++;
    else
        listener->accept_count++;
}

static void dequeue(struct conn *conn)
{
    if (conn->shaking_hands)
        conn->listener->syn_count--;
    else
        conn->listener->accept_count--;
    list_remove(&conn->queued);
    conn->listener = NULL;
}

void listener_fini_locked(struct stack *stack, usec_t now, struct listener *listener)
{
    struct conn *conn;
    while ((conn = first_in(&listener->syn_queue)) != NULL) {
        dequeue(conn);
        conn_free_locked(stack, conn);
    }
    while ((conn = first_in(&listener->accept_queue)) != NULL) {
        dequeue(conn);
        tcp_abort(&conn->tcb);
        conn_pump_locked(stack, now, conn);
    }
}

static bool is_full(const struct listener *listener)
{
    return listener->accept_count > listener->backlog;
}

/* ---- handshakes ---- */

static void refuse_syn(struct stack *stack, usec_t now, enum stack_drop reason,
                       const struct isn_tuple *tuple, const struct segment *seg)
{
    conns_drop_locked(stack, now, reason, tuple);
    if (stack->config.reset_when_queue_full)
        conns_reset_locked(stack, now, tuple->remote_ip, seg);
}

static void begin(usec_t now, struct listener *listener, struct conn *conn)
{
    enqueue(listener, conn, true);
    conn->port.reuse_addr = listener->port->reuse_addr;
    conn_set_options(conn, listener->options, now);
    tcp_open_passive(&conn->tcb);
}

/* ---- handshakes without a place in the queue ---- */

static void send_cookie(struct stack *stack, usec_t now, struct listener *listener,
                        const struct isn_tuple *tuple, const struct segment *syn)
{
    const struct ip_sending to = {
        .dst_ip = tuple->remote_ip, .tos = listener->options->tos, .ttl = listener->options->ttl};
    struct tcb brief;
    struct segment synack;
    tcp_init(&brief, &stack->config.tcp, tuple, now);
    conn_options_apply(listener->options, &brief, now);
    tcp_open_passive(&brief);
    stateless_answer(&brief, syn, now, &synack);
    listener->overflowed = now;
    stack->counters.cookies_sent++;
    conns_send_locked(stack, now, &to, &synack);
}

/* Guessing is of use only while cookies are given out. */
static bool awaits_cookies(const struct listener *listener, usec_t now)
{
    return listener->overflowed != NEVER && now - listener->overflowed < 2 * COOKIE_PERIOD;
}

bool listener_on_cookie_locked(struct stack *stack, usec_t now, struct listener *listener,
                               const struct isn_tuple *tuple, const struct segment *seg)
{
    struct conn *conn;
    if (!awaits_cookies(listener, now) || !stateless_knows(&stack->config.tcp, tuple, seg, now))
        return false;
    if (is_full(listener))
        conns_drop_locked(stack, now, DROP_TCP_ACCEPT_QUEUE_FULL, tuple);
    else if (conn_new_locked(stack, now, tuple, &conn) < 0)
        conns_drop_locked(stack, now, DROP_NO_MEMORY, tuple);
    else {
        begin(now, listener, conn);
        stateless_resume(&conn->tcb, seg, now);
        stack->counters.cookies_taken++;
        conn_on_segment_locked(stack, now, conn, seg);
    }
    return true;
}

/* ---- the SYN ---- */

static void overflow(struct stack *stack, usec_t now, struct listener *listener,
                     const struct isn_tuple *tuple, const struct segment *seg)
{
    if (stack->config.syn_cookies == SYN_COOKIES_OFF)
        refuse_syn(stack, now, DROP_TCP_SYN_QUEUE_FULL, tuple, seg);
    else
        send_cookie(stack, now, listener, tuple, seg);
}

void listener_on_syn_locked(struct stack *stack, usec_t now, struct listener *listener,
                            const struct isn_tuple *tuple, const struct segment *seg)
{
    struct conn *conn;
    if (is_full(listener))
        refuse_syn(stack, now, DROP_TCP_ACCEPT_QUEUE_FULL, tuple, seg);
    else if (listener->syn_count >= stack->config.syn_queue_limit ||
             stack->config.syn_cookies == SYN_COOKIES_ALWAYS)
        overflow(stack, now, listener, tuple, seg);
    else if (conn_new_locked(stack, now, tuple, &conn) < 0)
        conns_drop_locked(stack, now, DROP_NO_MEMORY, tuple);
    else {
        begin(now, listener, conn);
        conn_on_segment_locked(stack, now, conn, seg);
    }
}

/* An ACK that would end the handshake. */
static bool is_last(const struct conn *conn, const struct segment *seg)
{
    return conn->tcb.state == STATE_SYN_RECEIVED &&
           (seg->flags & (TCP_ACK | TCP_SYN | TCP_RST)) == TCP_ACK;
}

bool listener_admits_locked(struct stack *stack, usec_t now, struct conn *conn,
                            const struct segment *seg)
{
    if (!is_last(conn, seg) || !is_full(conn->listener))
        return true;
    conns_drop_locked(stack, now, DROP_TCP_ACCEPT_QUEUE_FULL, &conn->tcb.tuple);
    if (stack->config.reset_when_queue_full) {
        tcp_abort(&conn->tcb);
        conn_pump_locked(stack, now, conn);
    }
    return false;
}

/* ---- from queue to queue ---- */

/* A connection that is in the accept queue stays there, whatever becomes of it: accept gives it
 * out, and the program hears from recv that it is over. As on Linux. */
void listener_on_progress_locked(struct stack *stack, struct listener *listener, struct conn *conn)
{
    if (!conn->shaking_hands || conn->tcb.state == STATE_SYN_RECEIVED)
        return;
    dequeue(conn);
    if (!state_is_synchronized(conn->tcb.state))
        return;
    enqueue(listener, conn, false);
    bell_ring_locked(stack, listener->bell);
}

struct conn *listener_take_locked(struct listener *listener)
{
    struct conn *conn = first_in(&listener->accept_queue);
    if (conn)
        dequeue(conn);
    return conn;
}
