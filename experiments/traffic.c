/* Frames and octets, by protocol. */
#include "experiments/traffic.h"

#include "trace/summary.h"

static void put(struct stage *stage, const char *protocol, const char *what, uint64_t value)
{
    char key[RESULT_KEY_MAX];
    snprintf(key, sizeof key, "%s_%s", protocol, what);
    results_put_number(&stage->results, key, (int64_t)value);
}

static void put_all(struct stage *stage, const char *protocol, const struct trace_counts sent[2])
{
    put(stage, protocol, "frames", sent[0].segments + sent[1].segments);
    put(stage, protocol, "octets", sent[0].octets + sent[1].octets);
    put(stage, protocol, "lost", sent[0].dropped + sent[1].dropped);
}

int traffic_review(struct stage *stage, const struct trace_log *log)
{
    struct trace_summary summary;
    int error = trace_summary_init(&summary, log);
    if (error)
        return error;
    put_all(stage, "udp", summary.udp);
    put_all(stage, "tcp", summary.sent);
    trace_summary_fini(&summary);
    return 0;
}
