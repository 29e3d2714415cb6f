/* Birth, growing up and end of a connection: what several of the event procedures have in common.
 * Inside the core only. Pure. */
#ifndef TCP_CONNECTION_H
#define TCP_CONNECTION_H

#include "tcp/tcb.h"

/* Chooses ISS and empties the record of what was sent: before a SYN leaves. */
void connection_choose_iss(struct tcb *t, usec_t now);

/* The peer's SYN: takes IRS and its window, and settles the options of both sides. */
void connection_take_syn(struct tcb *t, const struct segment *seg, usec_t now);

/* Both SYNs are acknowledged: ESTABLISHED, or further if the user has closed meanwhile. */
void connection_establish(struct tcb *t);

/* A handshake begun by the peer came to nothing: back to LISTEN. */
void connection_listen_again(struct tcb *t);

/* Our FIN is acknowledged, the peer's is awaited; not for ever when the user is gone. */
void connection_enter_fin_wait_2(struct tcb *t, usec_t now);

/* All is said: only the clock runs on. */
void connection_enter_time_wait(struct tcb *t, usec_t now);

/* CLOSED: timers stop, what was to be sent is forgotten, what was received can still be read. The
 * user will be told `error`, if it is not 0. */
void connection_end(struct tcb *t, int error);

/* The options our SYN or SYN-ACK carries. */
void connection_offer(const struct tcb *t, struct tcp_options *out);

/* Eff.snd.MSS when a segment carries `options_len` octets of options. */
uint16_t connection_mss(const struct tcb *t, uint8_t options_len);

/* The path's MTU has fallen: segments become smaller, and the window holds as many as before. */
void connection_fit_path(struct tcb *t);

/* True once our FIN is acknowledged. */
bool connection_fin_acknowledged(const struct tcb *t);

/* Answers `seg` with the reset of section 3.5.2, if it gets one. */
void connection_answer_reset(struct tcb *t, const struct segment *seg);

/* Resets the peer of its own accord: <SEQ=SND.NXT><CTL=RST,ACK>. */
void connection_send_reset(struct tcb *t);

/* Something is wrong, and the connection goes on: the user hears of it at once (IP_RECVERR), or
 * when he asks or a time-out ends it (section 3.9.1.8). */
void connection_complain(struct tcb *t, int error);

/* Owes the peer an ACK, as far as RFC 5961 section 7 lets it. */
void connection_challenge(struct tcb *t, usec_t now);

#endif
