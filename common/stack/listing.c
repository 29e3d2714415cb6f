/* From listeners and TCBs to lines of a list. */
#include "stack/listing.h"

#include "stack/conns.h"
#include "stack/internal.h"
#include "stack/sockets.h"

struct candidate {
    enum stack_timer timer;
    uint32_t count;
    usec_t deadline;
};

/* Which timer of a connection fires next, and how often it has. */
static struct candidate next_timer(const struct tcb *tcb)
{
    const struct candidate all[] = {
        {STACK_TIMER_RETRANSMIT, tcb->rto.timeouts, tcb->rto.deadline},
        {STACK_TIMER_PROBE, tcb->persist.unanswered, tcb->persist.deadline},
        {STACK_TIMER_KEEPALIVE, tcb->keepalive.sent, tcb->keepalive.deadline},
        {STACK_TIMER_TIME_WAIT, 0, usec_min(tcb->timewait.deadline, tcb->orphan_deadline)},
    };
    struct candidate next = {STACK_TIMER_NONE, 0, NEVER};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i].deadline < next.deadline)
            next = all[i];
    return next;
}

static struct stack_entry entry_of_conn(const struct conn *conn, usec_t now)
{
    const struct isn_tuple *tuple = &conn->tcb.tuple;
    const struct candidate next = next_timer(&conn->tcb);
    struct tcp_status status;
    tcp_status(&conn->tcb, &status);
    return (struct stack_entry){
        .state = status.state,
        .local = {tuple->local_ip, tuple->local_port},
        .peer = {tuple->remote_ip, tuple->remote_port},
        .recv_queue = status.unread,
        .send_queue = status.unacked + status.unsent,
        .timer = next.timer,
        .timer_us = next.deadline > now && next.deadline != NEVER ? next.deadline - now : 0,
        .timer_count = next.count,
    };
}

static struct stack_entry entry_of_listener(const struct socket *socket)
{
    return (struct stack_entry){
        .state = STATE_LISTEN,
        .local = {socket->bound_ip, socket->bound.port},
        .recv_queue = socket->listener.accept_count,
        .send_queue = socket->listener.backlog,
    };
}

static void list_listeners(const struct stack *stack,
                           void (*each)(const struct stack_entry *entry, void *arg), void *arg)
{
    const struct sockets *sockets = stack->sockets;
    for (uint32_t i = 0; i < sockets->cap; i++) {
        const struct socket *socket = sockets->slots[i];
        if (!socket || !socket->listening)
            continue;
        const struct stack_entry entry = entry_of_listener(socket);
        each(&entry, arg);
    }
}

static void list_conns(const struct stack *stack, usec_t now,
                       void (*each)(const struct stack_entry *entry, void *arg), void *arg)
{
    const struct conn_table *table = &stack->conns->table;
    for (const struct conn *conn = conn_table_next(table, NULL); conn;
         conn = conn_table_next(table, conn)) {
        if (conn->tcb.state == STATE_CLOSED)
            continue;
        const struct stack_entry entry = entry_of_conn(conn, now);
        each(&entry, arg);
    }
}

void stack_list(struct stack *stack, void (*each)(const struct stack_entry *entry, void *arg),
                void *arg)
{
    usec_t now = stack_enter(stack);
    list_listeners(stack, each, arg);
    list_conns(stack, now, each, arg);
    stack_leave(stack);
}
