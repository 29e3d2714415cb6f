/* A server that does not accept, and clients that hold on to it: the stage of exp-backlog. */
#ifndef EXPERIMENTS_QUEUES_H
#define EXPERIMENTS_QUEUES_H

#include "client/hold.h"
#include "experiments/experiment.h"
#include "server/backlog.h"

/* Longer than a round trip, shorter than the second after which a SYN comes again. */
#define QUEUES_PATIENCE MS(300)

struct queues {
    struct stage *stage;
    struct backlog_server server; /* on host B */
    struct hold clients;          /* on host A */
};

/* The server listens, and so many clients have come, one after the other. Returns 0, or a negative
 * errno with `fault` and nobody left. */
int queues_begin(struct queues *queues, struct stage *stage, int64_t backlog, int64_t clients,
                 struct fault *fault);

/* The clients leave, then the server. */
void queues_end(struct queues *queues);

/* So many clients more; each waits up to `patience_us` for its connection before the next one
 * comes. That some are still connecting is no failure. */
int queues_add_clients(struct queues *queues, int64_t count, usec_t patience_us,
                       struct fault *fault);

/* Waits until nothing moves on the wire. */
void queues_settle(const struct queues *queues);

/* How many clients believe that they are connected. */
int queues_connected(const struct queues *queues);

/* Puts the server's own view into the results: "backlog" and those "waiting" to be accepted, as
 * `info` tells; the line "ss" prints of the listener; and how many handshakes are "half_open". */
int queues_put(const struct queues *queues, struct fault *fault);

/* The first client writes a line, which nobody has accepted it for: is it acknowledged? Puts
 * "early_line_acked". */
int queues_write_early(const struct queues *queues, struct fault *fault);

/* And, once it has been accepted, does it come back? Puts "early_line_echoed". */
int queues_read_early(const struct queues *queues, struct fault *fault);

/* Waits until no handshake is half open; puts "healed_ms", how long that took. -ETIMEDOUT after
 * 10 s. */
int queues_await_healing(const struct queues *queues, struct fault *fault);

#endif
