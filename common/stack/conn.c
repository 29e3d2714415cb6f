/* A connection's life in its host. */
#include "stack/conn.h"

#include <errno.h>
#include <stdlib.h>

#include "stack/conns.h"
#include "stack/internal.h"
#include "stack/listener.h"
#include "tcp/incarnation.h"
#include "tcp/space.h"

/* ---- beginning and end ---- */

/* As many as the host may have: one that only waits for TIME-WAIT to end goes, the oldest, as on
 * Linux beyond tcp_max_tw_buckets. */
static bool make_way(struct stack *stack)
{
    struct list_link *oldest = list_first(&stack->conns->time_wait);
    if (!oldest)
        return false;
    conn_free_locked(stack, list_entry(oldest, struct conn, queued));
    return true;
}

static void succeed(struct stack *stack, struct conn *conn, struct conn *old)
{
    incarnation_inherit(&conn->tcb, old->tcb.sent.nxt);
    conn_free_locked(stack, old);
}

int conn_new_locked(struct stack *stack, usec_t now, const struct isn_tuple *tuple,
                    struct conn **out)
{
    struct conns *conns = stack->conns;
    struct conn *old = conn_table_find(&conns->table, tuple);
    if (!old && conns->table.count >= stack->config.socket_limit && !make_way(stack))
        return -ENOBUFS;
    struct conn *conn = calloc(1, sizeof(*conn));
    if (!conn)
        return -ENOMEM;
    int error = timers_reserve(&conns->timers, conns->table.count + 1);
    if (error) {
        free(conn);
        return error;
    }
    tcp_init(&conn->tcb, &stack->config.tcp, tuple, now);
    if (old)
        succeed(stack, conn, old);
    conn->send_limit = stack->config.tcp.send_limit;
    conn_table_add(&conns->table, conn);
    ports_take(&conns->ports, &conn->port, tuple->local_port);
    *out = conn;
    return 0;
}

static void free_space(struct conn *conn)
{
    void *memory[SPACE_KINDS];
    space_detach_all(&conn->tcb, memory);
    for (int i = 0; i < SPACE_KINDS; i++)
        free(memory[i]);
}

void conn_free_locked(struct stack *stack, struct conn *conn)
{
    struct conns *conns = stack->conns;
    stack->counters.events_lost += conn->tcb.journal.lost;
    list_remove(&conn->queued);
    timers_set(&conns->timers, &conn->timer, NEVER);
    ports_release(&conns->ports, &conn->port);
    conn_table_remove(&conns->table, conn);
    free_space(conn);
    free(conn);
}

void conn_set_options(struct conn *conn, const struct conn_options *options, usec_t now)
{
    conn->send_limit = options->sndbuf;
    conn->tos = options->tos;
    conn->ttl = options->ttl;
    conn_options_apply(options, &conn->tcb, now);
}

/* ---- memory ---- */

/* Gives the core memory of `size` octets by one of its attach functions, if there is any. Refused
 * memory shows later, where something finds no room. */
static bool attach(struct conn *conn, void *(*to)(struct tcb *, void *, size_t), size_t size)
{
    void *memory = malloc(size);
    if (!memory)
        return false;
    free(to(&conn->tcb, memory, size));
    return true;
}

static void make_room_to_send(struct conn *conn, size_t len)
{
    size_t size = min_size(space_wanted_to_send(&conn->tcb, len), conn->send_limit);
    conn->starved = size > conn->tcb.sndbuf.cap && !attach(conn, space_attach_to_send, size);
}

static void make_room_to_receive(struct conn *conn, const struct segment *seg)
{
    size_t size = space_wanted_to_receive(&conn->tcb, seg);
    if (size > 0)
        attach(conn, space_attach_to_receive, size);
    size = space_wanted_for_holes(&conn->tcb);
    if (size > 0)
        attach(conn, space_attach_for_holes, size);
}

int64_t conn_send(struct conn *conn, struct span data, unsigned flags, usec_t now)
{
    make_room_to_send(conn, data.len);
    int64_t taken = tcp_send(&conn->tcb, data, flags, now);
    return taken == -EAGAIN && conn->tcb.sndbuf.cap == 0 ? -ENOBUFS : taken;
}

/* ---- what comes out of the core ---- */

struct event_flow conn_flow(const struct conn *conn)
{
    const struct isn_tuple *tuple = &conn->tcb.tuple;
    return (struct event_flow){
        .local_ip = tuple->local_ip,
        .remote_ip = tuple->remote_ip,
        .local_port = tuple->local_port,
        .remote_port = tuple->remote_port,
    };
}

static void send_segments(struct stack *stack, usec_t now, struct conn *conn)
{
    const struct ip_sending to = {
        .dst_ip = conn->tcb.tuple.remote_ip, .tos = conn->tos, .ttl = conn->ttl};
    struct segment seg;
    size_t size;
    do {
        while (tcp_next_segment(&conn->tcb, now, &seg)) {
            traffic_on_sent(&conn->traffic, &seg);
            conns_send_locked(stack, now, &to, &seg);
        }
        size = space_wanted_for_sent(&conn->tcb);
    } while (size > 0 && attach(conn, space_attach_for_sent, size));
}

static void tell_events(struct stack *stack, usec_t now, struct conn *conn)
{
    struct event event;
    while (tcp_next_event(&conn->tcb, &event)) {
        event.flow = conn_flow(conn);
        stack_tell_locked(stack, now, &event);
    }
}

/* A timer that is due too early only looks again, so it is moved forward alone: most ACKs put the
 * deadline off, and that costs nothing here. */
static void set_timer(struct stack *stack, struct conn *conn)
{
    usec_t deadline = tcp_deadline(&conn->tcb);
    if (conn->timer.place == 0 || deadline < conn->timer.at)
        timers_set(&stack->conns->timers, &conn->timer, deadline);
}

unsigned conn_readiness(const struct conn *conn)
{
    const struct tcb *tcb = &conn->tcb;
    unsigned ready = tcp_readiness(tcb);
    bool may_send = state_may_send(tcb->state) && !tcb->sndbuf.closed;
    uint32_t limit = conn->starved ? tcb->sndbuf.cap : conn->send_limit;
    if (may_send && tcb->sndbuf.len > limit / 3 * 2)
        ready &= ~(unsigned)TCP_WRITABLE;
    return ready;
}

/* Only when something is new: of a thousand segments that make a full buffer fuller, none wakes
 * anybody. */
static void ring(struct stack *stack, struct conn *conn)
{
    unsigned ready = conn_readiness(conn);
    bool news = (ready & ~conn->told_ready) != 0 || conn->tcb.state != conn->told_state;
    conn->told_ready = ready;
    conn->told_state = conn->tcb.state;
    if (news && conn->bell)
        bell_ring_locked(stack, conn->bell);
}

/* TIME-WAIT is long, and the bare block enough for it. */
static void retire(struct stack *stack, struct conn *conn)
{
    list_append(&stack->conns->time_wait, &conn->queued);
    free_space(conn);
}

/* Of a connection that nobody holds. */
static void let_go(struct stack *stack, struct conn *conn)
{
    enum tcp_state state = conn->tcb.state;
    if (state == STATE_CLOSED || state == STATE_LISTEN)
        conn_free_locked(stack, conn);
    else if (state == STATE_TIME_WAIT && !conn->queued.next)
        retire(stack, conn);
}

void conn_pump_locked(struct stack *stack, usec_t now, struct conn *conn)
{
    send_segments(stack, now, conn);
    tell_events(stack, now, conn);
    set_timer(stack, conn);
    if (conn->listener)
        listener_on_progress_locked(stack, conn->listener, conn);
    ring(stack, conn);
    if (!conn->bell && !conn->listener)
        let_go(stack, conn);
}

/* ---- what goes into it ---- */

/* It lies in the window, and something before it is missing. */
static bool is_early(const struct tcb *t, const struct segment *seg)
{
    return state_is_synchronized(t->state) && segment_len(seg) > 0 &&
           seq_gt(seg->seq, t->rcv.nxt) &&
           seq_distance(t->rcv.nxt, seg->seq) < rcvwnd_size(&t->rcvwnd, t->rcv.nxt);
}

void conn_on_segment_locked(struct stack *stack, usec_t now, struct conn *conn,
                            const struct segment *seg)
{
    if (segment_text_len(seg) > 0)
        make_room_to_receive(conn, seg);
    traffic_on_received(&conn->traffic, seg, is_early(&conn->tcb, seg));
    tcp_on_segment(&conn->tcb, seg, now);
    conn_pump_locked(stack, now, conn);
}

void conn_on_time_locked(struct stack *stack, usec_t now, struct conn *conn)
{
    timers_set(&stack->conns->timers, &conn->timer, NEVER);
    tcp_on_time(&conn->tcb, now);
    if (tcp_doubts_path(&conn->tcb))
        arp_doubt_locked(stack, conn->tcb.tuple.remote_ip);
    conn_pump_locked(stack, now, conn);
}
