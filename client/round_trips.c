/* How long an answer takes. */
#include "client/round_trips.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/io.h"

/* One trip; returns its time or a negative errno. */
static usec_t travel(struct net *net, int sock, struct span request)
{
    uint8_t answer[ROUND_TRIP_LEN_MAX];
    usec_t start = clock_now();

    int64_t moved = net_write_full(net, sock, request.data, request.len);
    if (moved >= 0)
        moved = net_read_full(net, sock, answer, request.len);
    if (moved < 0)
        return moved;
    if ((size_t)moved < request.len || memcmp(answer, request.data, request.len) != 0)
        return -EIO;
    return clock_now() - start;
}

static int travel_all(struct net *net, int sock, const struct round_trips *trips, usec_t *took)
{
    uint8_t request[ROUND_TRIP_LEN_MAX] = {0};

    for (int i = -trips->warm_up; i < trips->count; i++) {
        memcpy(request, &i, min_size(sizeof i, trips->len));
        usec_t result = travel(net, sock, (struct span){request, trips->len});
        if (result < 0)
            return (int)result;
        if (i >= 0)
            took[i] = result;
    }
    return 0;
}

static int by_length(const void *a, const void *b)
{
    usec_t left = *(const usec_t *)a, right = *(const usec_t *)b;

    return (left > right) - (left < right);
}

static int run_connected(struct net *net, int sock, const struct round_trips *trips,
                         struct round_trips_result *result, struct fault *fault)
{
    struct net_addr_text text;
    size_t count = (size_t)trips->count;

    net_setsockopt(net, sock, NET_TCP_NODELAY, 1);
    net_setsockopt(net, sock, NET_SO_RCVTIMEO, trips->timeout_us);
    int error = net_connect(net, sock, &trips->server);
    if (error)
        return fault_errno(fault, error, "cannot connect to %s",
                           net_addr_format(&text, &trips->server));
    usec_t *took = calloc(count, sizeof *took);
    if (!took)
        return fault_errno(fault, -ENOMEM, "cannot note the times");
    error = travel_all(net, sock, trips, took);
    qsort(took, count, sizeof *took, by_length);
    *result = (struct round_trips_result){took[count / 2], took[count * 99 / 100]};
    free(took);
    return error ? fault_errno(fault, error, "a round trip failed") : 0;
}

int round_trips_run(struct net *net, const struct round_trips *trips,
                    struct round_trips_result *result, struct fault *fault)
{
    assert(trips->count > 0 && trips->len <= ROUND_TRIP_LEN_MAX);
    int sock = net_socket(net, NET_STREAM);
    if (sock < 0)
        return fault_errno(fault, sock, "cannot make a socket");
    int error = run_connected(net, sock, trips, result, fault);
    net_close(net, sock);
    return error;
}
