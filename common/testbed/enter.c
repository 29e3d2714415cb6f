/* Into a user and a network namespace, or the reason why not and what to do about it. */
#include "testbed/enter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testbed/netlink.h"
#include "testbed/sysctl.h"
#include "testbed/testbed.h"

#define CONTAINER_OPTIONS                                                                          \
    "docker run --cap-add NET_ADMIN --cap-add NET_RAW --cap-add SYS_ADMIN "                        \
    "--security-opt apparmor=unconfined --security-opt systempaths=unconfined ..."

/* The whole number in a file of /proc/sys, or -1 when there is no such file. */
static long read_setting(const char *path)
{
    char text[32];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t len = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (len <= 0)
        return -1;
    text[len] = '\0';
    return strtol(text, NULL, 10);
}

/* The most likely lock on the door, the most specific first. */
static const char *mending_line(void)
{
    if (read_setting("/proc/sys/kernel/unprivileged_userns_clone") == 0)
        return "sudo sysctl -w kernel.unprivileged_userns_clone=1";
    if (read_setting("/proc/sys/user/max_user_namespaces") == 0)
        return "sudo sysctl -w user.max_user_namespaces=10000";
    if (read_setting("/proc/sys/user/max_net_namespaces") == 0)
        return "sudo sysctl -w user.max_net_namespaces=10000";
    if (access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0)
        return CONTAINER_OPTIONS;
    if (read_setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1)
        return "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
    if (geteuid() == 0)
        return CONTAINER_OPTIONS;
    return "run as root, with sudo";
}

static int denied(struct fault *fault, int error, const char *what)
{
    /* What unshare calls a lack of space is a limit on how many there may be. */
    const char *why = error == ENOSPC ? "no more are allowed here" : strerror(error);
    return fault_set(fault, -EPERM, "%s: %s; mend it with: %s", what, why, mending_line());
}

bool enter_is_privileged(void)
{
    const uint32_t needed = 1U << CAP_NET_ADMIN | 1U << CAP_NET_RAW | 1U << CAP_SYS_ADMIN;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};
    if (syscall(SYS_capget, &header, sets) < 0)
        return false;
    return (sets[0].effective & needed) == needed;
}

static int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int error = write(fd, text, strlen(text)) < 0 ? errno : 0;
    close(fd);
    return error;
}

/* Inside, the user is 0: so that programs started there keep their capabilities. */
static int map_to_root(const char *path, unsigned id)
{
    char map[32];
    snprintf(map, sizeof(map), "0 %u 1", id);
    return write_file(path, map);
}

int enter_user_namespace(struct fault *fault)
{
    unsigned uid = geteuid(), gid = getegid();
    int error = unshare(CLONE_NEWUSER) < 0 ? errno : 0;
    bool has_threads = error == EINVAL && access("/proc/self/ns/user", F_OK) == 0;
    if (has_threads)
        return fault_set(fault, -EBUSY, "no user namespace: the process already has threads");
    if (error)
        return denied(fault, error, "no user namespace");
    error = write_file("/proc/self/setgroups", "deny");
    if (!error)
        error = map_to_root("/proc/self/uid_map", uid);
    if (!error)
        error = map_to_root("/proc/self/gid_map", gid);
    return error ? denied(fault, error, "a user namespace, but not root in it") : 0;
}

int enter_network_namespace(struct fault *fault)
{
    if (unshare(CLONE_NEWNET) < 0)
        return denied(fault, errno, "no network namespace");
    return 0;
}

int enter_use_capability(struct fault *fault)
{
    struct netlink netlink;
    int error = netlink_open(&netlink, -1);
    if (!error) {
        error = netlink_set_up(&netlink, "lo");
        netlink_close(&netlink);
    }
    return error ? denied(fault, -error, "namespaces, but no capabilities in them") : 0;
}

/* The namespaces made from here, the hosts, get a table of connections of their own. Small, because
 * each look at a host's sockets walks all of it, and the machine's may have a million places. A
 * kernel older than this setting works, only slower. */
static void ask_for_small_tables(void)
{
    struct fault ignored = {0};
    (void)sysctl_set("net.ipv4.tcp_child_ehash_entries=16384", &ignored);
}

int testbed_enter(struct fault *fault)
{
    static bool inside;
    if (inside)
        return 0;
    int error = enter_is_privileged() ? 0 : enter_user_namespace(fault);
    if (!error)
        error = enter_network_namespace(fault);
    if (!error)
        error = enter_use_capability(fault);
    if (error)
        return error;
    ask_for_small_tables();
    inside = true;
    return 0;
}
