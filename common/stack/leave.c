/* Waiting for the last words, and cutting short those who will not stop. */
#include "stack/leave.h"

#include "base/clock.h"
#include "base/thread.h"
#include "stack/conn.h"
#include "stack/conns.h"
#include "stack/internal.h"

static bool is_over(const struct conn *conn)
{
    enum tcp_state state = conn->tcb.state;
    return state == STATE_CLOSED || state == STATE_LISTEN || state == STATE_TIME_WAIT;
}

static bool are_all_over(struct stack *stack)
{
    const struct conn_table *table = &stack->conns->table;
    stack_enter(stack);
    const struct conn *conn = conn_table_next(table, NULL);
    while (conn && is_over(conn))
        conn = conn_table_next(table, conn);
    stack_leave(stack);
    return !conn;
}

bool stack_settle(struct stack *stack, usec_t deadline)
{
    bool over = are_all_over(stack);
    while (!over && clock_now() < deadline) {
        thread_sleep_until(clock_now() + MS(2));
        over = are_all_over(stack);
    }
    return over;
}

void stack_reset_all(struct stack *stack)
{
    const struct conn_table *table = &stack->conns->table;
    usec_t now = stack_enter(stack);
    struct conn *next;
    for (struct conn *conn = conn_table_next(table, NULL); conn; conn = next) {
        next = conn_table_next(table, conn);
        tcp_abort(&conn->tcb);
        conn_pump_locked(stack, now, conn);
    }
    stack_leave(stack);
}
