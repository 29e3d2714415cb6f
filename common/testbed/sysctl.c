/* Settings are files under /proc/sys, which shows each thread its own network namespace. */
#include "testbed/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "testbed/netns.h"

/* "net.ipv4.tcp_sack" is /proc/sys/net/ipv4/tcp_sack. */
static int open_setting(const char *name, size_t len)
{
    char path[160];
    int written = snprintf(path, sizeof(path), "/proc/sys/%.*s", (int)len, name);
    if (written >= (int)sizeof(path))
        return -ENAMETOOLONG;
    for (char *c = path; *c; c++) {
        if (*c == '.')
            *c = '/';
    }
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int write_setting(const char *name, size_t len, const char *value)
{
    int fd = open_setting(name, len);
    if (fd < 0)
        return fd;
    ssize_t written = write(fd, value, strlen(value));
    int error = written < 0 ? -errno : 0;
    close(fd);
    return error;
}

int sysctl_set(const char *assignment, struct fault *fault)
{
    bool optional = *assignment == '-';
    const char *name = assignment + optional;
    const char *equals = strchr(name, '=');
    if (!equals)
        return fault_set(fault, -EINVAL, "sysctl '%s': write it as name=value", assignment);
    int error = write_setting(name, (size_t)(equals - name), equals + 1);
    if (optional && (error == -ENOENT || error == -EINVAL || error == -EPERM))
        return 0;
    if (error == -EROFS)
        return fault_set(fault, error,
                         "/proc/sys is read-only: start the container with "
                         "--security-opt systempaths=unconfined");
    if (error)
        return fault_errno(fault, error, "cannot set sysctl %s", assignment);
    return 0;
}

struct settings {
    const char *const *assignments;
    struct fault *fault;
};

static int set_inside(void *arg)
{
    const struct settings *settings = arg;
    int error = 0;
    for (const char *const *each = settings->assignments; *each && !error; each++)
        error = sysctl_set(*each, settings->fault);
    return error;
}

int sysctl_set_all(int netns_fd, const char *const *assignments, struct fault *fault)
{
    if (!assignments)
        return 0;
    struct settings settings = {.assignments = assignments, .fault = fault};
    return netns_run(netns_fd, set_inside, &settings);
}
