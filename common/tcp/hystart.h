/* HyStart++ (RFC 9406): ends the first slow start before it has filled a queue.
 *
 * It watches how the round trip grows from round to round, and says how bold slow start may be;
 * cwnd.h, which owns the window, asks it. Pure. */
#ifndef TCP_HYSTART_H
#define TCP_HYSTART_H

#include <stdint.h>

#define HYSTART_NO_RTT UINT32_MAX

enum hystart_pace {
    HYSTART_BOLD,    /* slow start as ever */
    HYSTART_CAREFUL, /* conservative slow start: a fraction of it */
    HYSTART_OVER,    /* from here on congestion avoidance */
};

struct hystart {
    uint32_t last_us, round_us; /* least round trip of the round before, and of this one */
    uint32_t baseline_us;       /* what the first careful round found */
    uint32_t left;              /* octets to be acknowledged until this round ends */
    uint8_t samples;            /* of this round, as far as they are needed */
    uint8_t careful_rounds;     /* begun; 0: bold */
};

/* What an ACK in slow start tells. */
struct hystart_ack {
    uint32_t acked, flight; /* octets; `flight` was outstanding before it */
    uint32_t rtt_us;        /* HYSTART_NO_RTT: it allows no sample */
};

void hystart_init(struct hystart *h);

/* Returns the pace from here on. Section 4.2. */
enum hystart_pace hystart_on_ack(struct hystart *h, const struct hystart_ack *ack);

#endif
