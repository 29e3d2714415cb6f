/* A script in packetdrill's language, as far as we read it:
 *
 *     +0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3       a call and what it returns
 *     +.1...0.3 accept(3, ..., ...) = 4                  one that blocks until 0.3 s
 *     +0 < S 0:0(0) win 32792 <mss 1000,sackOK>          the peer sends
 *     +0 > S. 0:0(0) ack 1 <...>                         we must send; <...> is any options
 *     +0 %{ assert tcpi_snd_cwnd == 10 }%                TCP_INFO must say so
 *
 * Times: "+.1" after the event before, "0.1" since the start, "*" any, "+1~+2" between. Comments
 * are C's. One of ours may say with which flags the stack is opened:  // so_flags: ts=0,iw=2
 *
 * Other comments are for whoever plays the script against the kernel:
 *
 *     +0 > . 1:1(0) ack 2            // not kernel: RFC ...   the kernel does without, and why
 *     // kernel: +0 > R 2:2(0)                                what happens there instead
 *     // kernel skips: REASON                                 the script is nothing for it  */
#ifndef TESTS_PACKETDRILL_SCRIPT_H
#define TESTS_PACKETDRILL_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/usec.h"
#include "packet/icmp.h"
#include "packet/segment.h"

enum { NAME_MAX_LEN = 31 };

enum value_kind {
    VALUE_ANY,    /* ... */
    VALUE_NUMBER, /* constants and flags joined by | too */
    VALUE_TEXT,
    VALUE_LIST,   /* [a, b] */
    VALUE_FIELDS, /* {name=a, name=b}: the items have names */
};

struct value {
    enum value_kind kind;
    char name[NAME_MAX_LEN + 1]; /* of a field */
    int64_t number;
    char text[NAME_MAX_LEN + 1];
    struct value *first, *next; /* the items; the next of its siblings */
};

struct script_call {
    char name[NAME_MAX_LEN + 1];
    struct value *arguments;
    bool any_result;
    int64_t result;
    int error; /* errno, 0: none */
};

/* Sequence numbers as written: the first SYN of each side says where its own begin. */
struct script_packet {
    struct segment segment; /* without text and ports */
    uint32_t text_len;
    bool any_window, any_options, any_ecn;
    uint8_t ecn;  /* of the IP header */
    bool is_icmp; /* then `segment.seq` and `text_len` are what it quotes */
    uint8_t code; /* of destination unreachable */
    uint16_t mtu; /* with frag_needed */
};

enum event_time { TIME_ABSOLUTE, TIME_RELATIVE, TIME_ANY, TIME_RANGE };
enum event_type { EVENT_IN, EVENT_OUT, EVENT_SYSCALL, EVENT_CHECK };

struct script_event {
    int line;
    enum event_time time;
    usec_t at, until; /* `until`: of a range */
    bool blocks;
    usec_t end; /* of a call that blocks */
    enum event_type type;
    union {
        struct script_packet packet;
        struct script_call call;
        const char *check; /* up to "}%" */
    };
};

struct script {
    char *text;
    char flags[128]; /* so_flags, or "" */
    char skip[128];  /* why it is not to be played, or "" */
    int differences; /* events that the kernel does without */
    struct script_event *events;
    int count;
    struct value *values; /* all there are */
    int value_count;
};

/* Reads a script, as ours or as the kernel's. 0, or a negative errno and the fault, which names the
 * line. */
int script_read(struct script *out, const char *path, bool kernel, struct fault *fault);
void script_free(struct script *script);

/* The value of a constant (SOCK_STREAM, POLLIN, EAGAIN, ...); false when it is not known. */
bool symbol_value(const char *name, int64_t *out);

#endif
