/* The names of a connection's states: one enum for the core, the kernel's view and the ladder.
 * Pure. */
#ifndef BASE_TCP_STATE_H
#define BASE_TCP_STATE_H

/* The eleven states (RFC 9293 section 3.3.2). */
enum tcp_state {
    STATE_CLOSED,
    STATE_LISTEN,
    STATE_SYN_SENT,
    STATE_SYN_RECEIVED,
    STATE_ESTABLISHED,
    STATE_FIN_WAIT_1,
    STATE_FIN_WAIT_2,
    STATE_CLOSE_WAIT,
    STATE_CLOSING,
    STATE_LAST_ACK,
    STATE_TIME_WAIT,
    STATE_COUNT,
};

/* "ESTABLISHED", "FIN_WAIT_1", ... as the RFC and `ss` know them. */
const char *tcp_state_name(enum tcp_state state);

#endif
