/* The TCP core's face (RFC 9293 section 3.10): a connection is a struct tcb, and events happen to
 * it: user calls, arriving segments, and time. It answers with segments and events that are pulled
 * out of it; it never calls anyone.
 *
 * Contract: after each call its driver pulls all segments (tcp_next_segment), then all events
 * (tcp_next_event), and calls tcp_on_time when tcp_deadline has come. `now` never goes back. The
 * owner's lock, if there are threads, is held around all of it. Memory: see tcp/space.h. Results
 * are 0 or positive, or a negative errno. Pure. */
#ifndef TCP_TCP_H
#define TCP_TCP_H

#include "base/bytes.h"
#include "base/event.h"
#include "tcp/tcb.h"

/* A connection in CLOSED. `config` is shared and must outlive it. The struct must not move after
 * this: some of its parts point into it. */
void tcp_init(struct tcb *t, const struct tcp_config *config, const struct isn_tuple *tuple,
              usec_t now);

/* --- user calls: sections 3.10.1 to 3.10.6 --- */

/* OPEN, active: SYN-SENT. -EISCONN unless CLOSED or LISTEN. */
int tcp_open_active(struct tcb *t, usec_t now);

/* OPEN, passive: LISTEN for the one peer of the tuple. A server makes such a connection for each
 * SYN its listening socket gets, and hands it that SYN. -EISCONN unless CLOSED. */
int tcp_open_passive(struct tcb *t);

enum tcp_call_flags { TCP_CALL_URGENT = 1, TCP_CALL_PEEK = 2 };

/* SEND: how many octets were taken, as many as there is room for; -EAGAIN without any room. -EPIPE
 * after shutdown or the end, -ENOTCONN before the beginning, or the pending error. */
int64_t tcp_send(struct tcb *t, struct span data, unsigned flags, usec_t now);

/* RECEIVE: how many octets were given, 0 at the end of the stream, -EAGAIN while there are none,
 * -ENOTCONN before the beginning, or the pending error. A call ends before the urgent octet. */
int64_t tcp_receive(struct tcb *t, struct buffer out, unsigned flags);

/* The octet before the urgent mark, out of line: 1; -EINVAL: none; -EAGAIN: still to come. */
int tcp_receive_urgent(struct tcb *t, uint8_t *octet, unsigned flags);
bool tcp_at_mark(const struct tcb *t); /* that octet is the next one to read */

/* CLOSE in the RFC's sense: no more to send, still willing to receive. -ENOTCONN when there is no
 * connection. A second one is harmless. */
int tcp_shutdown(struct tcb *t);

/* The user will read no more, which the peer is not told. Once the user does not send either, text
 * that still comes is lost, and answered by a reset (SHLD-3). */
void tcp_stop_reading(struct tcb *t);

/* The user goes away: shutdown, but a reset if octets are unread or still come (SHLD-3). The
 * connection lives on until CLOSED. */
void tcp_close(struct tcb *t, usec_t now);

/* ABORT: a reset to the peer where it has one to learn of, and CLOSED. */
void tcp_abort(struct tcb *t);

/* Options of one connection. MAXSEG works before the handshake, -EISCONN after it. */
void tcp_set_nodelay(struct tcb *t, bool on);
void tcp_set_congestion(struct tcb *t, enum cwnd_algorithm algorithm);
void tcp_set_keepalive(struct tcb *t, bool on, usec_t now);
int tcp_set_maxseg(struct tcb *t, uint16_t mss);

/* What a user may do without waiting: bits. */
enum tcp_ready { TCP_READABLE = 1, TCP_WRITABLE = 2, TCP_ERROR = 4, TCP_HUNG_UP = 8, TCP_OOB = 16 };
unsigned tcp_readiness(const struct tcb *t);

/* The pending error, which is then no longer pending. */
int tcp_take_error(struct tcb *t);
int tcp_take_report(struct tcb *t); /* or else what was complained of (section 3.9.1.8) */

/* --- arriving segments: section 3.10.7 --- */

void tcp_on_segment(struct tcb *t, const struct segment *seg, usec_t now);

/* An ICMP error about the segment that began at `seq` (section 3.9.2.2): `error` is the errno it
 * means, `hard` that waiting is no use. Forged ones are ignored (RFC 5927 section 4). */
void tcp_on_icmp(struct tcb *t, int error, bool hard, seq_t seq);
bool tcp_doubts_path(const struct tcb *t); /* R1 is reached: look for another way (3.8.3 (b)) */

/* Too big for the next link: it takes `mtu` octets, 0 when the router does not say (pmtu.h). */
void tcp_on_too_big(struct tcb *t, uint16_t mtu, seq_t seq);

/* --- time: section 3.10.8 --- */

/* When tcp_on_time must be called, or NEVER. */
usec_t tcp_deadline(const struct tcb *t);
void tcp_on_time(struct tcb *t, usec_t now);

/* --- what comes out --- */

/* The next segment to send, in order of priority; counts as sent. Its text points into the send
 * buffer and holds until the next call. False when there is none now. */
bool tcp_next_segment(struct tcb *t, usec_t now, struct segment *out);

/* The next event, without host, flow and time. False when there is none. */
bool tcp_next_event(struct tcb *t, struct event *out);

#endif
