/* A long write and its send buffer. */
#include "experiments/long_write.h"

#include <errno.h>

#include "base/clock.h"
#include "base/thread.h"
#include "experiments/pattern.h"
#include "net/io.h"

#define PATIENCE SECONDS(5)
#define GLANCE   MS(1)

const char long_write_released[] = "the first bytes leave the send buffer";

static int write_at_once(const struct ends *ends, uint32_t bytes, struct fault *fault)
{
    uint8_t octets[LONG_WRITE_MAX];
    struct net_info info;
    struct results *results = &ends->stage->results;
    pattern_fill(octets, bytes);
    int error = net_info(ends->stage->a, ends->a, &info);
    if (error)
        return fault_errno(fault, error, "cannot ask for the segment size");
    int64_t taken = net_send(ends->stage->a, ends->a, octets, bytes, 0);
    if (taken != bytes)
        return fault_errno(fault, taken < 0 ? (int)taken : -ENOBUFS, "cannot write at once");
    results_put_number(results, "bytes", bytes);
    results_put_number(results, "mss", info.snd_mss);
    results_put_number(results, "ceil", (bytes + info.snd_mss - 1) / info.snd_mss);
    return 0;
}

/* Octets in A's send buffer, or a negative errno. */
static int64_t held_by(const struct ends *ends)
{
    struct net_info info;
    int error = net_info(ends->stage->a, ends->a, &info);
    return error ? error : (int64_t)info.unacked + info.unsent;
}

/* Looks until everything has left the send buffer; remarks when it begins to. */
static int watch(const struct ends *ends, struct fault *fault)
{
    struct results *results = &ends->stage->results;
    usec_t deadline = usec_after(clock_now(), PATIENCE);
    int64_t whole = held_by(ends), held = whole;
    results_put_number(results, "held_at_first", whole);
    while (held > 0 && clock_now() < deadline) {
        int64_t before = held;
        thread_sleep_until(usec_after(clock_now(), GLANCE));
        held = held_by(ends);
        if (before == whole && held < whole)
            stage_note(ends->stage, long_write_released);
    }
    results_put_number(results, "held_at_last", held);
    return held == 0 ? 0 : fault_set(fault, -ETIMEDOUT, "the send buffer did not empty");
}

static int read_all(const struct ends *ends, uint32_t bytes, struct fault *fault)
{
    uint8_t octets[LONG_WRITE_MAX];
    int64_t got = net_read_full(ends->stage->b, ends->b, octets, bytes);
    if (got < bytes)
        return fault_errno(fault, got < 0 ? (int)got : -EIO, "the bytes did not all arrive");
    results_put_bool(&ends->stage->results, "equal", pattern_holds(octets, bytes));
    return 0;
}

int long_write(const struct ends *ends, uint32_t bytes, struct fault *fault)
{
    int error = write_at_once(ends, bytes, fault);
    if (!error)
        error = watch(ends, fault);
    return error ? error : read_all(ends, bytes, fault);
}
