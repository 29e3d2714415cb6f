/* RFC 9293 section 3.10.7.4, cell by cell: each kind of segment in each of its states, at each kind
 * of place, with the answers of RFC 5961. What is expected follows from four small tables that say
 * what the RFC's prose says. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

enum place { FAR_LEFT, LEFT_EDGE, INSIDE, RIGHT_EDGE, FAR_RIGHT, PLACES };
enum kind { SYN, SYN_ACK, ACK, FIN, FIN_ACK, SYN_FIN, RST, RST_ACK, KINDS };
enum reply { NOTHING, AN_ACK, A_RESET };

static const char *const place_names[PLACES] = {"left of the window", "at the left edge",
                                                "in the window", "at the right edge",
                                                "right of the window"};
static const char *const kind_controls[KINDS] = {"SYN",     "SYN,ACK", "ACK", "FIN",
                                                 "FIN,ACK", "SYN,FIN", "RST", "RST,ACK"};

struct cell {
    story_fn *tell;
    enum tcp_state state;
    enum kind kind;
    enum place place;
    char name[96];
};

/* --- bringing a connection into each state by what happens to it --- */

static void to_syn_received(struct story *s)
{
    call_listen(s);
    inject(s, "<SEQ=300><CTL=SYN>");
    expect(s, "<SEQ=100><ACK=301><CTL=SYN,ACK>");
}

static void to_established(struct story *s)
{
    establish(s, "");
}

static void to_fin_wait_1(struct story *s)
{
    establish(s, "");
    call_shutdown(s);
    expect(s, "<SEQ=101><ACK=301><CTL=FIN,ACK>");
}

static void to_fin_wait_2(struct story *s)
{
    to_fin_wait_1(s);
    inject(s, "<SEQ=301><ACK=102><CTL=ACK>");
}

static void to_close_wait(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=FIN,ACK>");
    expect(s, "<SEQ=101><ACK=302><CTL=ACK>");
}

static void to_closing(struct story *s)
{
    to_fin_wait_1(s);
    inject(s, "<SEQ=301><ACK=101><CTL=FIN,ACK>");
    expect(s, "<SEQ=102><ACK=302><CTL=ACK>");
}

static void to_last_ack(struct story *s)
{
    to_close_wait(s);
    call_shutdown(s);
    expect(s, "<SEQ=101><ACK=302><CTL=FIN,ACK>");
}

static void to_time_wait(struct story *s)
{
    to_fin_wait_2(s);
    inject(s, "<SEQ=301><ACK=102><CTL=FIN,ACK>");
    expect(s, "<SEQ=102><ACK=302><CTL=ACK>");
}

/* What each state does with an ACK of all that was sent, and with a FIN in order beside it. */
static const struct {
    story_fn *reach;
    enum tcp_state after_ack, after_fin;
} ways[STATE_COUNT] = {
    [STATE_SYN_RECEIVED] = {to_syn_received, STATE_ESTABLISHED, STATE_CLOSE_WAIT},
    [STATE_ESTABLISHED] = {to_established, STATE_ESTABLISHED, STATE_CLOSE_WAIT},
    [STATE_FIN_WAIT_1] = {to_fin_wait_1, STATE_FIN_WAIT_2, STATE_TIME_WAIT},
    [STATE_FIN_WAIT_2] = {to_fin_wait_2, STATE_FIN_WAIT_2, STATE_TIME_WAIT},
    [STATE_CLOSE_WAIT] = {to_close_wait, STATE_CLOSE_WAIT, STATE_CLOSE_WAIT},
    [STATE_CLOSING] = {to_closing, STATE_TIME_WAIT, STATE_TIME_WAIT},
    [STATE_LAST_ACK] = {to_last_ack, STATE_CLOSED, STATE_CLOSED},
    [STATE_TIME_WAIT] = {to_time_wait, STATE_TIME_WAIT, STATE_TIME_WAIT},
};

/* --- what the RFC says --- */

struct outcome {
    enum reply reply;
    enum tcp_state state;
};

static struct outcome on_reset(const struct cell *c)
{
    if (c->place != LEFT_EDGE)
        return (struct outcome){AN_ACK, c->state}; /* RFC 5961: a challenge */
    return (struct outcome){NOTHING, c->state == STATE_SYN_RECEIVED ? STATE_LISTEN : STATE_CLOSED};
}

static struct outcome on_syn(const struct cell *c)
{
    if (c->state == STATE_SYN_RECEIVED) /* it came from LISTEN */
        return (struct outcome){NOTHING, STATE_LISTEN};
    return (struct outcome){AN_ACK, c->state};
}

static struct outcome on_fin(const struct cell *c)
{
    enum tcp_state acked = ways[c->state].after_ack;
    bool awaited = state_may_receive(c->state) || c->state == STATE_SYN_RECEIVED;
    if (!awaited) /* the peer's stream has ended already */
        return (struct outcome){acked == STATE_CLOSED ? NOTHING : AN_ACK, acked};
    return (struct outcome){AN_ACK, c->place == LEFT_EDGE ? ways[c->state].after_fin : acked};
}

static struct outcome expected(const struct cell *c)
{
    bool is_reset = c->kind == RST || c->kind == RST_ACK;
    if (c->place == FAR_LEFT || c->place == FAR_RIGHT)
        return (struct outcome){is_reset ? NOTHING : AN_ACK, c->state};
    switch (c->kind) {
    case RST:
    case RST_ACK:
        return on_reset(c);
    case SYN:
    case SYN_ACK:
    case SYN_FIN:
        return on_syn(c);
    case FIN: /* no ACK, no hearing */
        return (struct outcome){NOTHING, c->state};
    case ACK:
        return (struct outcome){NOTHING, ways[c->state].after_ack};
    case FIN_ACK:
    default:
        return on_fin(c);
    }
}

/* --- the telling --- */

static uint32_t number_at(const struct tcb *t, enum place place)
{
    uint32_t nxt = t->rcv.nxt.value, right = t->rcvwnd.right.value;
    switch (place) {
    case FAR_LEFT:
        return nxt - 2000;
    case LEFT_EDGE:
        return nxt;
    case INSIDE:
        return nxt + 100;
    case RIGHT_EDGE:
        return right - 1;
    case FAR_RIGHT:
    default:
        return right + 10;
    }
}

static void tell_cell(struct story *s)
{
    const struct cell *c = story_cell(s);
    const struct tcb *t = story_tcb(s);
    ways[c->state].reach(s);
    expect_state(s, c->state);

    inject(s, "<SEQ=#%u><ACK=#%u><CTL=%s>", number_at(t, c->place), t->sent.nxt.value,
           kind_controls[c->kind]);
    struct outcome outcome = expected(c);
    expect_state(s, outcome.state);
    if (outcome.reply == AN_ACK)
        expect(s, "<SEQ=#%u><ACK=#%u><CTL=ACK>", t->sent.nxt.value, t->rcv.nxt.value);
    expect_nothing(s);
}

int main(void)
{
    static struct cell cells[STATE_COUNT * KINDS * PLACES];
    static struct CMUnitTest tests[ARRAY_LEN(cells)];
    size_t n = 0;
    for (int state = STATE_SYN_RECEIVED; state < STATE_COUNT; state++)
        for (int kind = 0; kind < KINDS; kind++)
            for (int place = 0; place < PLACES; place++) {
                struct cell *c = &cells[n];
                *c = (struct cell){.tell = tell_cell,
                                   .state = (enum tcp_state)state,
                                   .kind = (enum kind)kind,
                                   .place = (enum place)place};
                snprintf(c->name, sizeof c->name, "%s in %s %s", kind_controls[kind],
                         tcp_state_name(c->state), place_names[place]);
                tests[n++] = (struct CMUnitTest){c->name, story_run, NULL, NULL, c};
            }
    return _cmocka_run_group_tests("the grid of section 3.10.7.4", tests, n, resources_before,
                                   resources_after);
}
