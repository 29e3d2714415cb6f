/* A made-up exchange between two hosts, told to a log as the wire and the hosts would tell it.
 * Frames are written by common/packet, so that every checksum is right unless a test spoils it. */
#ifndef TESTS_UNIT_TRACE_FAKE_H
#define TESTS_UNIT_TRACE_FAKE_H

#include <stdint.h>
#include <string.h>

#include "packet/ethernet.h"
#include "packet/ipv4.h"
#include "packet/segment.h"
#include "trace/log.h"

enum {
    FAKE_IP_A = 0x0a000001,
    FAKE_IP_B = 0x0a000002,
    FAKE_PORT_A = 40312,
    FAKE_PORT_B = 8080,
    FAKE_FRAME_MAX = 1514,
};

struct fake {
    struct trace_log log;
    usec_t now, wire_delay;
    uint64_t id;                  /* of the last frame */
    uint32_t iss[2];              /* what relative number 0 is, of A and of B */
    uint16_t port_a, wnd, urgent; /* of the segments to come */
    struct tcp_options options;   /* likewise; cleared after each */
    uint8_t bytes[FAKE_FRAME_MAX];
    size_t len;
};

static inline void fake_begin(struct fake *fake)
{
    *fake = (struct fake){.now = 1000000, .wire_delay = 500, .port_a = FAKE_PORT_A, .wnd = 64240};
    fake->iss[0] = 1000000;
    fake->iss[1] = 2000000;
    trace_log_init(&fake->log);
}

static inline void fake_end(struct fake *fake)
{
    trace_log_fini(&fake->log);
}

/* For a test that begins with `struct fake *fake = *state`. */
static inline int fake_set_up(void **state)
{
    static struct fake fake;
    fake_begin(&fake);
    *state = &fake;
    return 0;
}

static inline int fake_tear_down(void **state)
{
    fake_end(*state);
    return 0;
}

#define WITH_FAKE(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

static inline void fake_tell(struct fake *fake, struct event event)
{
    event.at = fake->now;
    event_put(&fake->log.sink, &event);
}

static inline void fake_pass(struct fake *fake, usec_t time)
{
    fake->now += time;
}

/* What a segment is about; numbers relative. */
struct fake_segment {
    uint8_t flags;
    uint32_t seq, ack;
    size_t len;
};

/* Writes the frame that host `from` sends into fake->bytes. */
static inline void fake_write(struct fake *fake, char from, struct fake_segment what)
{
    static const uint8_t text[FAKE_FRAME_MAX] = "hello, world";
    int end = from == 'B';
    struct ipv4 ip = {.src_ip = end ? FAKE_IP_B : FAKE_IP_A,
                      .dst_ip = end ? FAKE_IP_A : FAKE_IP_B,
                      .ttl = 64,
                      .protocol = IPV4_PROTOCOL_TCP,
                      .dont_fragment = true};
    struct segment segment = {.src_port = end ? FAKE_PORT_B : fake->port_a,
                              .dst_port = end ? fake->port_a : FAKE_PORT_B,
                              .seq = seq_make(fake->iss[end] + what.seq),
                              .ack =
                                  seq_make(what.flags & TCP_ACK ? fake->iss[!end] + what.ack : 0),
                              .flags = what.flags,
                              .wnd = fake->wnd,
                              .urg_ptr = fake->urgent,
                              .options = fake->options,
                              .text = {{text, what.len}}};
    struct ethernet ethernet = {.dst = {{2, 0, 0, 0, 0, (uint8_t)(end ? 10 : 11)}},
                                .src = {{2, 0, 0, 0, 0, (uint8_t)(end ? 11 : 10)}},
                                .type = ETHERNET_TYPE_IPV4};
    size_t headers = ETHERNET_HEADER_LEN + IPV4_HEADER_MIN;
    size_t tcp = segment_emit(&segment, fake->bytes + headers, sizeof(fake->bytes) - headers,
                              &(struct segment_addresses){ip.src_ip, ip.dst_ip});
    ethernet_emit(&ethernet, fake->bytes);
    ipv4_emit(&ip, tcp, fake->bytes + ETHERNET_HEADER_LEN);
    fake->len = headers + tcp;
    fake->options = (struct tcp_options){0};
}

/* Tells that the frame in fake->bytes enters the wire, with its fate; returns its id. */
static inline uint64_t fake_enter(struct fake *fake, char from, unsigned fate, const char *reason)
{
    fake_tell(fake, (struct event){.kind = EVENT_FRAME,
                                   .host = from,
                                   .frame = {.id = ++fake->id,
                                             .fate = fate,
                                             .reason = reason,
                                             .bytes = fake->bytes,
                                             .len = fake->len}});
    return fake->id;
}

/* Host `from` sends a segment that enters the wire and is not delivered yet. */
static inline uint64_t fake_send(struct fake *fake, char from, struct fake_segment what)
{
    fake_write(fake, from, what);
    return fake_enter(fake, from, 0, NULL);
}

/* Host `to` gets frame `id`, or a further copy of it, now. */
static inline void fake_deliver(struct fake *fake, char to, uint64_t id)
{
    fake_tell(fake, (struct event){
                        .kind = EVENT_DELIVER, .host = to, .frame = {.id = id, .len = fake->len}});
}

/* A segment's whole way: sent now, delivered after the wire's delay. */
static inline void fake_pass_segment(struct fake *fake, char from, struct fake_segment what)
{
    uint64_t id = fake_send(fake, from, what);
    fake_pass(fake, fake->wire_delay);
    fake_deliver(fake, from == 'A' ? 'B' : 'A', id);
    fake_pass(fake, 20);
}

/* A segment that the wire throws away. */
static inline void fake_lose(struct fake *fake, char from, struct fake_segment what,
                             const char *reason)
{
    fake_write(fake, from, what);
    fake_enter(fake, from, FATE_DROP, reason);
    fake_pass(fake, 20);
}

/* SYN, SYN+ACK, ACK with the usual options. */
static inline void fake_handshake(struct fake *fake)
{
    fake->options = (struct tcp_options){.has_mss = true, .mss = 1460};
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    fake->options = (struct tcp_options){.has_mss = true, .mss = 1460};
    fake_pass_segment(fake, 'B', (struct fake_segment){TCP_SYN | TCP_ACK, 0, 1, 0});
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 0});
}

/* A closes first, after `sent` octets each way; B's ACK and FIN are two segments. */
static inline void fake_close(struct fake *fake, uint32_t sent)
{
    uint32_t next = 1 + sent;
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_FIN | TCP_ACK, next, next, 0});
    fake_pass_segment(fake, 'B', (struct fake_segment){TCP_ACK, next, next + 1, 0});
    fake_pass_segment(fake, 'B', (struct fake_segment){TCP_FIN | TCP_ACK, next, next + 1, 0});
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_ACK, next + 1, next + 1, 0});
}

#endif
