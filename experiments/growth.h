/* How the congestion window of a sender grew and was cut, as the log tells: what it sent in each
 * round trip, and what it made of losses. Sizes are octets. */
#ifndef EXPERIMENTS_GROWTH_H
#define EXPERIMENTS_GROWTH_H

#include "experiments/results.h"
#include "trace/log.h"

enum { GROWTH_ROUNDS = 6, GROWTH_CUTS = 8 };

/* The sender took a loss for congestion: ssthresh has a new value. */
struct growth_cut {
    usec_t at;        /* since the run began */
    bool by_timeout;  /* the window fell to one segment; else fast recovery */
    int64_t old, wnd; /* the window before and right after */
    int64_t flight;   /* outstanding then */
    int64_t ssthresh; /* the new one, */
    int64_t old_ssthresh;
    int64_t linear; /* how much the window grew afterwards, from ssthresh on, */
    usec_t took;    /* in this time, */
    int64_t rounds; /* and so many round trips: windows acknowledged; in thousandths */
};

struct growth {
    int64_t segment;               /* the longest text sent */
    int64_t rounds[GROWTH_ROUNDS]; /* new segments sent until the first ACK of a round's own came */
    int64_t acks;                  /* ACKs that came for the first round */
    int64_t ssthresh;              /* the first one told */
    int64_t most_in_flight;        /* ever */
    int64_t most_cwnd, most_window; /* what allowed it: the sender's, the receiver's */
    struct growth_cut cuts[GROWTH_CUTS];
    int cut_count;
};

/* Of A's connection to `port`. Returns 0 or -ENOMEM. */
int growth_read(struct growth *growth, const struct trace_log *log, uint16_t port);

/* The first cut of that kind; NULL when there was none. */
const struct growth_cut *growth_find(const struct growth *growth, bool by_timeout);

int growth_count(const struct growth *growth, bool by_timeout);

/* Puts flight_1 to flight_4 (segments in each of the first rounds), acks, grew and grew_again (from
 * a flight to the next), ssthresh_first, most_window, most_cwnd, most_in_flight. */
void growth_put_start(struct results *results, const struct growth *growth);

/* Puts what became of the window at the first timeout and at the first fast recovery, in segments:
 * timeouts, timeout_flight, timeout_half (of that, two at least), timeout_ssthresh, timeout_cwnd,
 * timeout_half_of_ssthresh (of the one before); linear_growth in linear_ms, both above ssthresh,
 * and linear_percent (of a segment in a round trip); fast_recoveries, fast_cwnd_before,
 * fast_flight, fast_ssthresh, fast_kept_percent. */
void growth_put_cuts(struct results *results, const struct growth *growth);

#endif
