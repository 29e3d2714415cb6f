/* Stories: one connection of the core, a scripted peer, virtual time.
 *
 *     static void the_handshake_takes_three_segments(struct story *s)
 *     {
 *         call_open(s);
 *         expect(s, "<SEQ=100><CTL=SYN>");
 *         inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
 *         expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
 *         expect_state(s, STATE_ESTABLISHED);
 *     }
 *
 * Each segment the core sends must be expected, and at the moment it is sent; a story ends with
 * none left. Octets follow a pattern by their place in the stream, and every octet that arrives at
 * either end is checked against it. Each story is told twice, the second time with initial sequence
 * numbers just below the wrap; the numbers shown stay the same. A story that fails prints every
 * step so far, what was expected and what came, and the connection's inside. */
#ifndef STORY_STORY_H
#define STORY_STORY_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/usec.h"
#include "tcp/tcp.h"

struct story;

typedef void story_fn(struct story *s);

/* One test of a group: { STORY(the_handshake_takes_three_segments), ... } */
#define STORY(name)                                                                                \
    {                                                                                              \
#name, story_run, NULL, NULL, &(story_fn *)                                                \
        {                                                                                          \
            name                                                                                   \
        }                                                                                          \
    }

/* Runs a story_fn, twice; for STORY. */
void story_run(void **state);

/* What the test's initial_state points to: a struct whose first member is the story_fn. For stories
 * told once for each cell of a table. */
const void *story_cell(const struct story *s);

/* The two sides' initial sequence numbers as shown, from the next SYN on: 100 and 300 at first. */
void story_numbers(struct story *s, uint32_t ours, uint32_t theirs);

/* The configuration, to be changed before the connection opens: stories begin with no option but an
 * MSS of 1000 octets, windows of 65,535, and without quick ACKs. */
struct tcp_config *story_config(struct story *s);

/* The connection, for setting options and looking inside; never to be brought into a state. */
struct tcb *story_tcb(struct story *s);
usec_t story_now(const struct story *s);

/* The peer sends. Its window is 65535 unless WND says otherwise, its MSS on a SYN 1000. */
__attribute__((format(printf, 2, 3))) void inject(struct story *s, const char *format, ...);

/* The core has just sent this, and nothing before it that was not expected. */
__attribute__((format(printf, 2, 3))) void expect(struct story *s, const char *format, ...);
void expect_nothing(struct story *s);
void expect_state(struct story *s, enum tcp_state state);

/* A timer of this name fired since the story last asked. */
void expect_timer(struct story *s, const char *name);

/* Lets time pass. What is sent before its end fails the story; what is sent at its end can be
 * expected. With after_anything whatever is sent until then is forgotten. */
void after(struct story *s, usec_t delay);
void after_anything(struct story *s, usec_t delay);

/* User calls; each checks its result. */
void call_open(struct story *s);
void call_listen(struct story *s);
void call_send(struct story *s, uint32_t len);
void call_send_urgent(struct story *s, uint32_t len);
void call_send_result(struct story *s, int64_t result);    /* 0 to 65,535 or an errno */
void call_receive(struct story *s, uint32_t len);          /* exactly so many octets are there */
void call_receive_result(struct story *s, int64_t result); /* 0: the end, or an errno */
void call_shutdown(struct story *s);
void call_close(struct story *s);
void call_abort(struct story *s);

/* Shakes hands as a client, to ESTABLISHED with 101 and 301 next. The SYN-ACK carries `options`. */
void establish(struct story *s, const char *options);

/* The story fails here, with its steps so far, unless `truth`. */
void story_check(struct story *s, bool truth, const char *what);
#define CHECK(s, truth) story_check(s, truth, #truth)

#endif
