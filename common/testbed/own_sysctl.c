/* One table: the kernel's name, and what it turns here. */
#include "testbed/own_sysctl.h"

#include <stdlib.h>
#include <string.h>

static const char prefix[] = "net.ipv4.";

static unsigned long number(const char *value)
{
    return strtoul(value, NULL, 10);
}

static uint8_t retries(const char *value)
{
    unsigned long count = number(value);
    return (uint8_t)(count < UINT8_MAX ? count : UINT8_MAX);
}

static uint32_t seconds(const char *value)
{
    unsigned long count = number(value);
    return (uint32_t)SECONDS(count < 3600 ? count : 3600);
}

static void set_sack(struct stack_config *config, const char *value)
{
    config->tcp.sack = number(value) != 0;
}

static void set_dsack(struct stack_config *config, const char *value)
{
    config->tcp.dsack = number(value) != 0;
}

static void set_ecn(struct stack_config *config, const char *value)
{
    unsigned long policy = number(value);
    if (policy <= ECN_ANSWER)
        config->tcp.ecn = (uint8_t)policy;
}

static void set_recovery(struct stack_config *config, const char *value)
{
    config->tcp.rack = (number(value) & 1) != 0;
}

static void set_early_retrans(struct stack_config *config, const char *value)
{
    config->tcp.tail_probe = number(value) >= 3;
}

static void set_timestamps(struct stack_config *config, const char *value)
{
    config->tcp.timestamps = number(value) != 0;
}

static void set_window_scaling(struct stack_config *config, const char *value)
{
    config->tcp.window_scale = number(value) != 0;
}

/* An algorithm that is not there leaves the one that was, as a refused write does. */
static void set_congestion_control(struct stack_config *config, const char *value)
{
    if (strcmp(value, "reno") == 0)
        config->tcp.congestion = CWND_RENO;
    else if (strcmp(value, "cubic") == 0)
        config->tcp.congestion = CWND_CUBIC;
}

static void set_abort_on_overflow(struct stack_config *config, const char *value)
{
    config->reset_when_queue_full = number(value) != 0;
}

static void set_max_syn_backlog(struct stack_config *config, const char *value)
{
    config->syn_queue_limit = (uint32_t)number(value);
}

static void set_syncookies(struct stack_config *config, const char *value)
{
    config->syn_cookies = (enum syn_cookies)min_u32((uint32_t)number(value), SYN_COOKIES_ALWAYS);
}

static void set_syn_retries(struct stack_config *config, const char *value)
{
    config->tcp.patience_syn.r2_retries = retries(value);
    config->tcp.patience_syn.r2_time_us = 0; /* the count alone decides, as on Linux */
}

static void set_retries2(struct stack_config *config, const char *value)
{
    config->tcp.patience_data.r2_retries = retries(value);
    config->tcp.patience_data.r2_time_us = 0;
}

static void set_fin_timeout(struct stack_config *config, const char *value)
{
    config->tcp.fin_wait_2_us = seconds(value);
}

/* "4096 131072 6291456": of least, first and largest size only the last one means something here,
 * because a buffer begins small and takes memory as it fills. Half of it: Linux' own bookkeeping
 * takes the other. */
static void set_rmem(struct stack_config *config, const char *value)
{
    char *rest;
    unsigned long least = strtoul(value, &rest, 10), first = strtoul(rest, &rest, 10);
    unsigned long most = number(rest);
    if (least <= first && first <= most && most > 0 && most <= INT32_MAX)
        config->tcp.receive_limit = (uint32_t)(most / 2);
}

static void set_rto_min_us(struct stack_config *config, const char *value)
{
    config->tcp.rto.min_us = (uint32_t)number(value);
}

static void set_rto_max_ms(struct stack_config *config, const char *value)
{
    unsigned long longest = number(value);
    config->tcp.rto.max_us = (uint32_t)MS(longest < 3600000 ? longest : 3600000);
}

/* Only "none at all" can be said: those that there are keep their whole length. */
static void set_max_tw_buckets(struct stack_config *config, const char *value)
{
    if (number(value) == 0)
        config->tcp.time_wait_us = 0;
}

/* 2 is "between addresses of one's own", of which a host here has one. */
static void set_tw_reuse(struct stack_config *config, const char *value)
{
    config->tcp.time_wait_reuse = number(value) == 1;
}

static void set_no_pmtu_disc(struct stack_config *config, const char *value)
{
    config->tcp.pmtu_discovery = number(value) == 0;
}

static void set_min_pmtu(struct stack_config *config, const char *value)
{
    unsigned long least = number(value);
    config->tcp.pmtu_floor = (uint16_t)(least < UINT16_MAX ? least : UINT16_MAX);
}

static void set_rfc1337(struct stack_config *config, const char *value)
{
    config->tcp.time_wait_firm = number(value) != 0;
}

/* "40000 40009" */
static void set_local_port_range(struct stack_config *config, const char *value)
{
    char *rest;
    unsigned long first = strtoul(value, &rest, 10), last = number(rest);
    if (first == 0 || last < first || last > UINT16_MAX)
        return;
    config->port_first = (uint16_t)first;
    config->port_last = (uint16_t)last;
}

static const struct knob {
    const char *name;
    void (*set)(struct stack_config *config, const char *value);
} knobs[] = {
    {"tcp_sack", set_sack},
    {"tcp_dsack", set_dsack},
    {"tcp_ecn", set_ecn},
    {"tcp_recovery", set_recovery},
    {"tcp_early_retrans", set_early_retrans},
    {"tcp_timestamps", set_timestamps},
    {"tcp_window_scaling", set_window_scaling},
    {"tcp_congestion_control", set_congestion_control},
    {"tcp_abort_on_overflow", set_abort_on_overflow},
    {"tcp_max_syn_backlog", set_max_syn_backlog},
    {"tcp_syncookies", set_syncookies},
    {"tcp_syn_retries", set_syn_retries},
    {"tcp_retries2", set_retries2},
    {"tcp_fin_timeout", set_fin_timeout},
    {"tcp_rmem", set_rmem},
    {"tcp_rto_min_us", set_rto_min_us},
    {"tcp_rto_max_ms", set_rto_max_ms},
    {"tcp_max_tw_buckets", set_max_tw_buckets},
    {"tcp_tw_reuse", set_tw_reuse},
    {"tcp_rfc1337", set_rfc1337},
    {"ip_no_pmtu_disc", set_no_pmtu_disc},
    {"route.min_pmtu", set_min_pmtu},
    {"ip_local_port_range", set_local_port_range},
};

/* The one that "net.ipv4.NAME=VALUE" turns, or NULL. */
static const struct knob *knob_of(const char *setting)
{
    size_t start = sizeof(prefix) - 1;
    setting += *setting == '-';
    const char *equals = strchr(setting, '=');
    if (!equals || strncmp(setting, prefix, start) != 0)
        return NULL;
    size_t len = (size_t)(equals - setting) - start;
    for (size_t i = 0; i < ARRAY_LEN(knobs); i++)
        if (strlen(knobs[i].name) == len && memcmp(setting + start, knobs[i].name, len) == 0)
            return &knobs[i];
    return NULL;
}

static bool is_algorithm(const char *value)
{
    return strcmp(value, "reno") == 0 || strcmp(value, "cubic") == 0;
}

static bool is_numbers(const char *value)
{
    return *value && value[strspn(value, "0123456789 ")] == '\0';
}

bool own_sysctl_knows(const char *setting)
{
    const struct knob *knob = knob_of(setting);
    if (!knob)
        return false;
    const char *value = strchr(setting, '=') + 1;
    return knob->set == set_congestion_control ? is_algorithm(value) : is_numbers(value);
}

void own_sysctl_apply(struct stack_config *config, const char *const *settings)
{
    for (; settings && *settings; settings++) {
        const struct knob *knob = knob_of(*settings);
        if (knob)
            knob->set(config, strchr(*settings, '=') + 1);
    }
}
