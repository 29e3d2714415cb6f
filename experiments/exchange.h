/* The smallest story there is: host A asks host B's echo server one line, on a testbed of its own.
 */
#ifndef EXPERIMENTS_EXCHANGE_H
#define EXPERIMENTS_EXCHANGE_H

#include "base/bytes.h"
#include "base/fault.h"
#include "testbed/testbed.h"

struct exchange {
    struct testbed_config testbed;
    struct span text; /* at most 64 octets */
};

struct exchange_result {
    bool equal; /* the same octets came back */
    struct testbed_stats stats;
};

/* Opens the testbed, runs both ends to the orderly end of the connection, waits until the wire is
 * empty, closes everything. Returns 0 or a negative errno with `fault`. */
int exchange_run(const struct exchange *exchange, struct exchange_result *result,
                 struct fault *fault);

#endif
