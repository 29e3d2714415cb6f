/* The problem: eleven states and a few dozen events are easily connected in ways the protocol does
 *   not know, and such a mistake shows only much later.
 * The rule: the legal transitions are a table; the one function that changes a state looks them up.
 * RFC 9293 section 3.3.2 with Figure 5 and its notes, sections 3.10.1 to 3.10.8.
 * Seen in: tests/unit/tcp/test_state.c, tests/story/test_handshake.c, tests/story/test_close.c. */
#include "tcp/state.h"

#include <assert.h>

#include "base/bytes.h"
#include "tcp/tcb.h"

static const struct state_edge edges[] = {
    /* opening */
    {STATE_CLOSED, STATE_LISTEN, "passive OPEN", "create TCB"},
    {STATE_CLOSED, STATE_SYN_SENT, "active OPEN", "create TCB, snd SYN"},
    {STATE_LISTEN, STATE_SYN_RECEIVED, "rcv SYN", "snd SYN,ACK"},
    {STATE_LISTEN, STATE_SYN_SENT, "active OPEN or SEND", "snd SYN"},
    {STATE_SYN_SENT, STATE_SYN_RECEIVED, "rcv SYN", "snd SYN,ACK"},
    {STATE_SYN_SENT, STATE_ESTABLISHED, "rcv SYN,ACK", "snd ACK"},
    {STATE_SYN_RECEIVED, STATE_ESTABLISHED, "rcv ACK of SYN", ""},
    {STATE_SYN_RECEIVED, STATE_LISTEN, "rcv RST or SYN after passive OPEN", ""}, /* note 1 */

    /* closing; note 2 of Figure 5 takes two arrows here, through FIN-WAIT-2, and a CLOSE in
     * SYN-RECEIVED waits for ESTABLISHED (see tcp_shutdown) */
    {STATE_ESTABLISHED, STATE_FIN_WAIT_1, "CLOSE", "snd FIN"},
    {STATE_ESTABLISHED, STATE_CLOSE_WAIT, "rcv FIN", "snd ACK"},
    {STATE_FIN_WAIT_1, STATE_FIN_WAIT_2, "rcv ACK of FIN", ""},
    {STATE_FIN_WAIT_1, STATE_CLOSING, "rcv FIN", "snd ACK"},
    {STATE_FIN_WAIT_2, STATE_TIME_WAIT, "rcv FIN", "snd ACK"},
    {STATE_CLOSING, STATE_TIME_WAIT, "rcv ACK of FIN", ""},
    {STATE_CLOSE_WAIT, STATE_LAST_ACK, "CLOSE", "snd FIN"},
    {STATE_LAST_ACK, STATE_CLOSED, "rcv ACK of FIN", "delete TCB"},
    {STATE_TIME_WAIT, STATE_CLOSED, "2 MSL passed", "delete TCB"},

    /* ending otherwise (note 3, and the time-outs of section 3.10.8) */
    {STATE_LISTEN, STATE_CLOSED, "CLOSE or ABORT", "delete TCB"},
    {STATE_SYN_SENT, STATE_CLOSED, "CLOSE, ABORT, rcv RST or time-out", "delete TCB"},
    {STATE_SYN_RECEIVED, STATE_CLOSED, "ABORT, rcv RST or time-out", "delete TCB"},
    {STATE_ESTABLISHED, STATE_CLOSED, "ABORT, rcv RST or time-out", "delete TCB"},
    {STATE_FIN_WAIT_1, STATE_CLOSED, "ABORT, rcv RST or time-out", "delete TCB"},
    {STATE_FIN_WAIT_2, STATE_CLOSED, "ABORT, rcv RST or time-out", "delete TCB"},
    {STATE_CLOSE_WAIT, STATE_CLOSED, "ABORT, rcv RST or time-out", "delete TCB"},
    {STATE_CLOSING, STATE_CLOSED, "ABORT, rcv RST or time-out", "delete TCB"},
};

const struct state_edge *state_edges(size_t *count)
{
    *count = ARRAY_LEN(edges);
    return edges;
}

bool state_edge_is_legal(enum tcp_state from, enum tcp_state to)
{
    for (size_t i = 0; i < ARRAY_LEN(edges); i++)
        if (edges[i].from == from && edges[i].to == to)
            return true;
    return false;
}

void state_enter(struct tcb *t, enum tcp_state to)
{
    assert(state_edge_is_legal(t->state, to));
    journal_state(&t->journal, t->state, to);
    t->state = to;
}

bool state_is_synchronized(enum tcp_state state)
{
    return state >= STATE_ESTABLISHED;
}

bool state_may_receive(enum tcp_state state)
{
    return state == STATE_ESTABLISHED || state == STATE_FIN_WAIT_1 || state == STATE_FIN_WAIT_2;
}

bool state_may_send(enum tcp_state state)
{
    return state == STATE_SYN_SENT || state == STATE_SYN_RECEIVED || state == STATE_ESTABLISHED ||
           state == STATE_CLOSE_WAIT;
}
