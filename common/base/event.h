/* The event log's vocabulary: everything a run does is told as one of these, by anyone, to a sink;
 * only common/trace reads them. Ladder, NDJSON, pcapng and plots are views of this one source.
 * Pure: the TCP core writes the kinds STATE, TIMER and SAMPLE and leaves `host`, `flow` and `at` to
 * its caller. Pointers inside an event are valid only during event_put: who keeps them copies. */
#ifndef BASE_EVENT_H
#define BASE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/tcp_state.h"
#include "base/usec.h"

enum event_kind {
    EVENT_FRAME,   /* a frame entered the wire; its fate is already decided */
    EVENT_DELIVER, /* a copy of it left the wire at the other end */
    EVENT_STATE,   /* a connection changed its state */
    EVENT_TIMER,   /* a timer of a connection fired */
    EVENT_SAMPLE,  /* windows, RTT and RTO of a connection, when they changed */
    EVENT_CALL,    /* a socket call was entered */
    EVENT_RETURN,  /* and returned */
    EVENT_DROP,    /* a host threw away something it received, and why */
    EVENT_NOTE,    /* a remark of the program, drawn across the ladder */
};

enum event_fate { /* bits: what the wire does to a frame */
                  FATE_DROP = 1,
                  FATE_DUP = 2,
                  FATE_DELAY = 4, /* beyond the wire's own delay */
                  FATE_REORDER = 8,
                  FATE_CORRUPT = 16,
                  FATE_REPLAY = 32,
                  FATE_MARK = 64, /* told of congestion (RFC 3168) */
};

/* A connection as the host that tells of it sees it; host byte order, zero where unknown. */
struct event_flow {
    uint32_t local_ip, remote_ip;
    uint16_t local_port, remote_port;
};

struct event_frame {
    uint64_t id;          /* numbers the frames that entered this wire, from 1 */
    unsigned fate;        /* bits of enum event_fate */
    const char *reason;   /* why, in words ("script: drop data 3", "queue full"), or NULL */
    const uint8_t *bytes; /* the whole Ethernet frame as sent; of a DELIVER only when altered */
    size_t len;
    uint32_t queue; /* of a FRAME: others that waited for the wire's rate when it came */
};

struct event_state {
    enum tcp_state from, to;
    bool sampled; /* read from the kernel after the fact: the time is an upper bound */
};

struct event_timer {
    const char *name; /* "rto", "persist", "delack", "keepalive", "time-wait", ... */
    uint32_t count;   /* the how-manieth in a row */
};
struct event_sample {
    uint32_t cwnd, ssthresh, snd_wnd, rcv_wnd, in_flight; /* bytes */
    uint32_t srtt_us, rttvar_us, rto_us;
};

struct event_call {
    const char *name; /* "connect", "recv", ... */
    int sock;
    int64_t argument; /* length, backlog, option's value: what the call is about */
    int64_t result;   /* RETURN only: value or negative errno */
};

struct event {
    usec_t at;
    enum event_kind kind;
    char host; /* 'A' or 'B': who tells; of FRAME who sent, of DELIVER who gets it; 'W' the wire */
    struct event_flow flow;
    union {
        struct event_frame frame;
        struct event_state state;
        struct event_timer timer;
        struct event_sample sample;
        struct event_call call;
        const char *text; /* DROP, NOTE */
    };
};

/* Where events go. `put` may be called from any thread at once and does not block for long. */
struct event_sink {
    void (*put)(struct event_sink *sink, const struct event *event);
};

/* Tells `event` to `sink`; a NULL sink hears nothing. */
static inline void event_put(struct event_sink *sink, const struct event *event)
{
    if (sink)
        sink->put(sink, event);
}

#endif
