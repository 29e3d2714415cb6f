/* One table: the kernel's name, and what it turns here. */
#include "testbed/own_sysctl.h"

#include <stdlib.h>
#include <string.h>

static const char prefix[] = "net.ipv4.tcp_";

static uint8_t retries(unsigned long value)
{
    return (uint8_t)(value < UINT8_MAX ? value : UINT8_MAX);
}

static uint32_t seconds(unsigned long value)
{
    return (uint32_t)SECONDS(value < 3600 ? value : 3600);
}

static void set_sack(struct stack_config *config, unsigned long value)
{
    config->tcp.sack = value != 0;
}

static void set_timestamps(struct stack_config *config, unsigned long value)
{
    config->tcp.timestamps = value != 0;
}

static void set_window_scaling(struct stack_config *config, unsigned long value)
{
    config->tcp.window_scale = value != 0;
}

static void set_abort_on_overflow(struct stack_config *config, unsigned long value)
{
    config->reset_when_queue_full = value != 0;
}

static void set_max_syn_backlog(struct stack_config *config, unsigned long value)
{
    config->syn_queue_limit = (uint32_t)value;
}

static void set_syn_retries(struct stack_config *config, unsigned long value)
{
    config->tcp.patience_syn.r2_retries = retries(value);
    config->tcp.patience_syn.r2_time_us = 0; /* the count alone decides, as on Linux */
}

static void set_retries2(struct stack_config *config, unsigned long value)
{
    config->tcp.patience_data.r2_retries = retries(value);
    config->tcp.patience_data.r2_time_us = 0;
}

static void set_fin_timeout(struct stack_config *config, unsigned long value)
{
    config->tcp.fin_wait_2_us = seconds(value);
}

static void set_rto_min_us(struct stack_config *config, unsigned long value)
{
    config->tcp.rto.min_us = (uint32_t)value;
}

static const struct {
    const char *name;
    void (*set)(struct stack_config *config, unsigned long value);
} knobs[] = {
    {"sack", set_sack},
    {"timestamps", set_timestamps},
    {"window_scaling", set_window_scaling},
    {"abort_on_overflow", set_abort_on_overflow},
    {"max_syn_backlog", set_max_syn_backlog},
    {"syn_retries", set_syn_retries},
    {"retries2", set_retries2},
    {"fin_timeout", set_fin_timeout},
    {"rto_min_us", set_rto_min_us},
};

static void apply(struct stack_config *config, const char *setting)
{
    size_t start = sizeof(prefix) - 1;
    const char *equals = strchr(setting, '=');
    if (!equals || strncmp(setting, prefix, start) != 0)
        return;
    size_t len = (size_t)(equals - setting) - start;
    for (size_t i = 0; i < ARRAY_LEN(knobs); i++)
        if (strlen(knobs[i].name) == len && memcmp(setting + start, knobs[i].name, len) == 0)
            knobs[i].set(config, strtoul(equals + 1, NULL, 10));
}

void own_sysctl_apply(struct stack_config *config, const char *const *settings)
{
    for (; settings && *settings; settings++)
        apply(config, *settings);
}
