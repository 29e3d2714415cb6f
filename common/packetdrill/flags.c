/* A host as scripts expect it: that of a Linux whose sysctls are at their defaults. */
#include "packetdrill/flags.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/option_value.h"
#include "base/usec.h"
#include "tcp/cwnd.h"
#include "tcp/params.h"

enum { BUFFER_MOST = 1 << 30 };

/* As written; the default values are those of scripts. */
struct raw {
    uint32_t ip;
    int congestion;
    int64_t ecn, timestamps, sack, dsack, rack, tail_probe, wscale, initial_window, mtu;
    int64_t rcvbuf, sndbuf, min_rto_ms, delack_ms;
    uint64_t seed;
};

static const struct raw raw_default = {
    .ip = 0xc0a80001, /* 192.168.0.1, the tool's own default for the host under test */
    .congestion = CWND_RENO,
    .timestamps = 1,
    .sack = 1,
    .ecn = ECN_ANSWER,
    .dsack = 1,
    .rack = 1,
    .tail_probe = 1,
    .wscale = 8,
    .initial_window = CWND_INITIAL_SEGMENTS_DEFAULT,
    .mtu = MTU_DEFAULT,
    .rcvbuf = 1048576,
    .sndbuf = 1048576,
    .min_rto_ms = 200,
    .delack_ms = 40,
    .seed = 1,
};

/* ---- reading ---- */

static int read_value(const struct option_spec *spec, const char *value, struct fault *fault)
{
    char accepts[80];
    if (option_value_parse(spec, value) == VALUE_TAKEN)
        return 0;
    option_value_accepts(spec, accepts, sizeof(accepts));
    return fault_set(fault, -EINVAL, "%s=%s: it takes %s", spec->name, value, accepts);
}

static int read_flag(const struct option_spec *specs, size_t count, char *text, struct fault *fault)
{
    char *value = strchr(text, '=');
    if (!value)
        return fault_set(fault, -EINVAL, "'%s' is no key=value", text);
    *value++ = '\0';
    for (size_t i = 0; i < count; i++)
        if (strcmp(specs[i].name, text) == 0)
            return read_value(&specs[i], value, fault);
    return fault_set(fault, -EINVAL, "no flag is called '%s'", text);
}

static int read_all(struct raw *raw, char *text, struct fault *fault)
{
    const struct option_spec specs[] = {
        {.name = "ip", .kind = OPTION_ADDRESS, .value = &raw->ip},
        {.name = "cc", .kind = OPTION_CHOICE, .value = &raw->congestion, .choices = "reno|cubic"},
        {.name = "ecn", .kind = OPTION_INT, .value = &raw->ecn, .max = 2},
        {.name = "ts", .kind = OPTION_INT, .value = &raw->timestamps, .max = 1},
        {.name = "sack", .kind = OPTION_INT, .value = &raw->sack, .max = 1},
        {.name = "dsack", .kind = OPTION_INT, .value = &raw->dsack, .max = 1},
        {.name = "rack", .kind = OPTION_INT, .value = &raw->rack, .max = 1},
        {.name = "tlp", .kind = OPTION_INT, .value = &raw->tail_probe, .max = 1},
        {.name = "wscale", .kind = OPTION_INT, .value = &raw->wscale, .max = WSCALE_MAX},
        {.name = "iw", .kind = OPTION_INT, .value = &raw->initial_window, .min = 1, .max = 255},
        {.name = "mtu", .kind = OPTION_INT, .value = &raw->mtu, .min = 576, .max = 65535},
        {.name = "rcvbuf",
         .kind = OPTION_INT,
         .value = &raw->rcvbuf,
         .min = 4096,
         .max = BUFFER_MOST},
        {.name = "sndbuf",
         .kind = OPTION_INT,
         .value = &raw->sndbuf,
         .min = 4096,
         .max = BUFFER_MOST},
        {.name = "minrto_ms",
         .kind = OPTION_INT,
         .value = &raw->min_rto_ms,
         .min = 1,
         .max = 60000},
        {.name = "delack_ms", .kind = OPTION_INT, .value = &raw->delack_ms, .min = 1, .max = 499},
        {.name = "seed", .kind = OPTION_SEED, .value = &raw->seed},
    };
    char *rest = NULL;
    for (char *flag = strtok_r(text, ",", &rest); flag; flag = strtok_r(NULL, ",", &rest)) {
        int error = read_flag(specs, ARRAY_LEN(specs), flag, fault);
        if (error)
            return error;
    }
    return 0;
}

/* ---- what follows from it ---- */

/* Linux adds to the smoothed round trip at least the minimum, where RFC 6298 only wants the sum to
 * be no less; a clock as coarse as the minimum does the same. It measures at each ACK, and counts
 * SYNs, not seconds, before it gives up. */
static void configure_rto(struct rto_config *rto, uint32_t min_us)
{
    rto->min_us = min_us;
    rto->granularity_us = min_us;
    rto->each_ack = true;
}

static void configure_tcp(struct tcp_config *tcp, const struct raw *raw)
{
    configure_rto(&tcp->rto, (uint32_t)MS(raw->min_rto_ms));
    tcp->patience_syn.r2_time_us = 0;
    tcp->congestion = (uint8_t)raw->congestion;
    tcp->timestamps = raw->timestamps != 0;
    tcp->sack = raw->sack != 0;
    tcp->ecn = (uint8_t)raw->ecn;
    tcp->dsack = raw->dsack != 0;
    tcp->rack = raw->rack != 0;
    tcp->tail_probe = raw->tail_probe != 0;
    tcp->window_scale = raw->wscale != 0;
    tcp->window_shift = (uint8_t)raw->wscale;
    tcp->as_linux = (struct tcp_as_linux){
        .nagle_small_only = true,
        .fin_ack_waits = true,
        .needs_ack = true,
        .push_by_window = true,
        .halves_window = true,
        .arrivals_grow = true,
        .soft_ends_opening = true,
        .tstamps_may_lack = true,
    };
    tcp->ack_limit = UINT8_MAX; /* as many as it acknowledges */
    tcp->initial_segments = (uint8_t)raw->initial_window;
    tcp->receive_limit = (uint32_t)raw->rcvbuf;
    tcp->send_limit = (uint32_t)raw->sndbuf;
    tcp->delack_us = (uint32_t)MS(raw->delack_ms);
}

int door_flags_read(struct door_flags *out, const char *text, struct fault *fault)
{
    struct raw raw = raw_default;
    char *copy = strdup(text ? text : "");
    if (!copy)
        return fault_errno(fault, -ENOMEM, "flags");
    int error = read_all(&raw, copy, fault);
    free(copy);
    if (error)
        return error;
    out->seed = raw.seed;
    out->mtu = (uint32_t)raw.mtu;
    stack_config_seeded(&out->stack, raw.seed, '-');
    out->stack.ip = raw.ip;
    out->stack.prefix_len = 0; /* every address is a neighbour's */
    configure_tcp(&out->stack.tcp, &raw);
    return 0;
}
