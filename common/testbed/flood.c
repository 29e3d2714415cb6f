/* Frames made in batches, and a pace: what is late stays late, for a burst that makes up for it
 * would be lost on its way. */
#include "testbed/flood.h"

#include <errno.h>

#include "base/clock.h"
#include "base/prng.h"
#include "base/thread.h"
#include "packet/ipv4.h"
#include "packet/segment.h"
#include "testbed/testbed_backend.h"

enum {
    FRAME_MAX = ETHERNET_HEADER_LEN + IPV4_HEADER_MIN + TCP_HEADER_MAX,
    NOBODY_FIRST = 3, /* 10.0.0.3, behind the two hosts, and the last before the broadcast */
    NOBODY_LAST = 254,
};

#define SUBNET     (TESTBED_IP_A & UINT32_C(0xffffff00))
#define RETRY_WAIT MS(1)

struct batch {
    struct link_frame frames[LINK_BATCH];
    uint8_t bytes[LINK_BATCH][FRAME_MAX];
};

/* A number in [first, last]. */
static uint32_t draw(struct prng *prng, uint32_t first, uint32_t last)
{
    return first + (uint32_t)prng_below(prng, last - first + 1);
}

/* Returns the frame's length. */
static size_t write_syn(const struct flood *flood, struct prng *prng, uint8_t *out)
{
    enum host target = flood->from == HOST_A ? HOST_B : HOST_A;
    const struct ethernet ethernet = {
        .dst = testbed_mac(target), .src = testbed_mac(flood->from), .type = ETHERNET_TYPE_IPV4};
    const struct segment syn = {
        .src_port = (uint16_t)draw(prng, 1, UINT16_MAX),
        .dst_port = flood->port,
        .seq = seq_make((uint32_t)prng_next(prng)),
        .flags = TCP_SYN,
        .wnd = UINT16_MAX,
    };
    const struct ipv4 ip = {
        .src_ip = SUBNET | draw(prng, NOBODY_FIRST, NOBODY_LAST),
        .dst_ip = testbed_ip(target),
        .ttl = 64,
        .protocol = IPV4_PROTOCOL_TCP,
    };
    const struct segment_addresses addresses = {ip.src_ip, ip.dst_ip};
    size_t len = ethernet_emit(&ethernet, out);
    len += ipv4_emit(&ip, segment_header_len(&syn), out + len);
    return len + segment_emit(&syn, out + len, FRAME_MAX - len, &addresses);
}

static void write_batch(const struct flood *flood, struct prng *prng, struct batch *batch,
                        int count)
{
    for (int i = 0; i < count; i++) {
        size_t len = write_syn(flood, prng, batch->bytes[i]);
        batch->frames[i] = (struct link_frame){.parts = {{batch->bytes[i], len}}};
    }
}

static int send_batch(struct link *link, const struct batch *batch, int count)
{
    for (int sent = 0; sent < count;) {
        int result = link_send(link, batch->frames + sent, count - sent);
        if (result == -EAGAIN || result == -ENOBUFS)
            thread_sleep_until(usec_after(clock_now(), RETRY_WAIT));
        else if (result < 0)
            return result;
        else
            sent += result;
    }
    return 0;
}

int flood_run(const struct flood *flood, struct link *link)
{
    struct prng prng;
    struct batch batch;
    usec_t due = clock_now();
    prng_seed(&prng, flood->seed);
    for (int64_t sent = 0; sent < flood->syns;) {
        int64_t left = flood->syns - sent;
        int count = left < LINK_BATCH ? (int)left : LINK_BATCH;
        write_batch(flood, &prng, &batch, count);
        int error = send_batch(link, &batch, count);
        if (error)
            return error;
        sent += count;
        due = usec_after(usec_max(due, clock_now()), count * USEC_S / flood->rate);
        thread_sleep_until(due);
    }
    return 0;
}

int flood_testbed(const struct flood *flood, struct testbed *testbed, struct fault *fault)
{
    struct link *card;
    int error = testbed->ops->open_card(testbed, flood->from, &card, fault);
    if (error)
        return error;
    error = flood_run(flood, card);
    link_close(card);
    return error ? fault_errno(fault, error, "cannot send") : 0;
}
