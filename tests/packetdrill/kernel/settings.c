/* From --so_flags to sysctls of the namespace. The flags' meaning and default values are those of
 * common/packetdrill/flags.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "testbed/sysctl.h"
#include "tests/packetdrill/kernel/parts.h"

/* What our host has behind the door, said in the kernel's words. It announces half of the receive
 * buffer in whole segments, and scales windows by as much as the largest buffer (2^23) needs. */
static const char *const defaults[] = {
    "net.ipv4.tcp_congestion_control=reno",
    "net.ipv4.tcp_timestamps=1",
    "net.ipv4.tcp_sack=1",
    "net.ipv4.tcp_dsack=1",
    "net.ipv4.tcp_ecn=2",
    "net.ipv4.tcp_recovery=1",
    "net.ipv4.tcp_early_retrans=3",
    "net.ipv4.tcp_rmem=4096 131072 8388608",
    "net.ipv4.tcp_wmem=4096 1048576 8388608",
    "-net.ipv4.tcp_rto_min_us=200000",
    "-net.ipv4.tcp_syn_linear_timeouts=0", /* RFC 6298 section 5.5: each after twice the time */
    "net.ipv4.tcp_invalid_ratelimit=0",    /* RFC 5961 section 7 leaves the rate open */
    "net.ipv4.tcp_no_metrics_save=1",
    "net.ipv4.tcp_syncookies=0",
    "net.ipv4.conf.all.rp_filter=0",
    "net.ipv4.conf.default.rp_filter=0",
    "-net.ipv6.conf.all.disable_ipv6=1",
    "-net.ipv6.conf.default.disable_ipv6=1",
    NULL,
};

/* A flag is a sysctl: `before` VALUE `after`. */
static const struct {
    const char *flag, *before, *after;
} spoken[] = {
    {"cc", "net.ipv4.tcp_congestion_control=", ""},
    {"ts", "net.ipv4.tcp_timestamps=", ""},
    {"sack", "net.ipv4.tcp_sack=", ""},
    {"dsack", "net.ipv4.tcp_dsack=", ""},
    {"ecn", "net.ipv4.tcp_ecn=", ""},
    {"rack", "net.ipv4.tcp_recovery=", ""},
    {"tlp", "net.ipv4.tcp_early_retrans=", ""}, /* 1 to 4: with probes */
    {"sndbuf", "net.ipv4.tcp_wmem=4096 ", " 8388608"},
    {"minrto_ms", "net.ipv4.tcp_rto_min_us=", "000"},
};

static int set_flag(struct kernel_settings *out, const char *flag, const char *value,
                    struct fault *fault)
{
    char assignment[128];
    if (strcmp(flag, "seed") == 0)
        return 0;
    if (strcmp(flag, "mtu") == 0)
        out->mtu = (uint32_t)strtoul(value, NULL, 10);
    else if (strcmp(flag, "iw") == 0)
        out->initial_window = (uint32_t)strtoul(value, NULL, 10);
    if (strcmp(flag, "mtu") == 0 || strcmp(flag, "iw") == 0)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(spoken); i++) {
        if (strcmp(spoken[i].flag, flag) != 0)
            continue;
        snprintf(assignment, sizeof(assignment), "%s%s%s", spoken[i].before, value,
                 spoken[i].after);
        return sysctl_set(assignment, fault);
    }
    return fault_set(fault, -EPERM, "the kernel cannot be told %s=%s", flag, value);
}

int kernel_settings_make(struct kernel_settings *out, const char *flags, struct fault *fault)
{
    *out = (struct kernel_settings){.mtu = 1500};
    int error = 0;
    for (const char *const *each = defaults; *each && !error; each++)
        error = sysctl_set(*each, fault);
    char *copy = strdup(flags ? flags : ""), *rest = NULL;
    if (!copy)
        return fault_errno(fault, -ENOMEM, "flags");
    for (char *flag = strtok_r(copy, ",", &rest); flag && !error;
         flag = strtok_r(NULL, ",", &rest)) {
        char *value = strchr(flag, '=');
        if (value)
            *value++ = '\0';
        error = value ? set_flag(out, flag, value, fault)
                      : fault_set(fault, -EINVAL, "'%s' is no key=value", flag);
    }
    free(copy);
    return error;
}
