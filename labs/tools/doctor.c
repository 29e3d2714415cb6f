/* doctor: tries every capability that two hosts and a wire need, one by one, and says which tier
 * this machine reaches and which line mends what is missing. */
#include <errno.h>
#include <inttypes.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/options.h"
#include "net/net.h"
#include "sock/diag.h"
#include "sock/sock.h"
#include "testbed/enter.h"
#include "testbed/netlink.h"
#include "testbed/netns.h"
#include "testbed/offload.h"
#include "testbed/sysctl.h"
#include "testbed/testbed.h"

struct patient {
    int netns;       /* a namespace to try things in, once there is one */
    char remark[80]; /* what is worth saying about a step that went well */
};

static const char *const device = "probe0";

/* ---- steps: 0, or a negative errno with a fault ---- */

static int try_user_namespace(struct patient *patient, struct fault *fault)
{
    if (!enter_is_privileged())
        return enter_user_namespace(fault);
    snprintf(patient->remark, sizeof(patient->remark), "not needed: capabilities are here");
    return 0;
}

static int try_network_namespace(struct patient *patient, struct fault *fault)
{
    (void)patient;
    return enter_network_namespace(fault);
}

static int try_capabilities(struct patient *patient, struct fault *fault)
{
    (void)patient;
    return enter_use_capability(fault);
}

static int do_nothing(void *arg)
{
    (void)arg;
    return 0;
}

static int try_setns(struct patient *patient, struct fault *fault)
{
    int netns = netns_new();
    if (netns < 0)
        return fault_errno(fault, netns, "a thread cannot make a network namespace");
    patient->netns = netns;
    int error = netns_run(netns, do_nothing, NULL);
    return error ? fault_errno(fault, error, "a thread cannot enter a network namespace") : 0;
}

static int try_veth(struct patient *patient, struct fault *fault)
{
    const struct veth_end ends[2] = {
        {device, patient->netns, {{2, 0, 0, 0, 0, 1}}},
        {"probe1", -1, {{2, 0, 0, 0, 0, 2}}},
    };
    struct netlink netlink;
    int error = netlink_open(&netlink, -1);
    if (!error) {
        error = netlink_add_veth(&netlink, ends, 0);
        netlink_close(&netlink);
    }
    if (error == -EOPNOTSUPP)
        return fault_set(fault, error, "this kernel has no veth; mend it with: sudo modprobe veth");
    return error ? fault_errno(fault, error, "cannot make a veth pair") : 0;
}

static int try_offload(struct patient *patient, struct fault *fault)
{
    int error = offload_disable(patient->netns, device);
    return error ? fault_errno(fault, error, "cannot turn a device's offloads off") : 0;
}

static int try_sysctl(struct patient *patient, struct fault *fault)
{
    static const char *const settings[] = {"net.ipv4.tcp_sack=1", NULL};
    return sysctl_set_all(patient->netns, settings, fault);
}

static int try_socket(struct patient *patient, struct socket_kind kind, struct fault *fault)
{
    int fd = netns_socket(patient->netns, kind);
    if (fd < 0)
        return fault_errno(fault, fd, "cannot open one");
    return sock_close(fd);
}

static int try_packet_socket(struct patient *patient, struct fault *fault)
{
    return try_socket(patient, (struct socket_kind){AF_PACKET, SOCK_RAW, 0}, fault);
}

static int try_raw_socket(struct patient *patient, struct fault *fault)
{
    return try_socket(patient, (struct socket_kind){AF_INET, SOCK_RAW, IPPROTO_TCP}, fault);
}

static int try_vnet_header(struct patient *patient, struct fault *fault)
{
    int fd = netns_socket(patient->netns, (struct socket_kind){AF_PACKET, SOCK_RAW, 0});
    if (fd < 0)
        return fault_errno(fault, fd, "no AF_PACKET socket to try it on");
    int error = sock_set(fd, SOL_PACKET, PACKET_VNET_HDR, 1);
    sock_close(fd);
    return error ? fault_errno(fault, error, "cannot send super-segments through AF_PACKET") : 0;
}

static int choose_congestion(int fd, const char *name)
{
    int done = setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, (socklen_t)strlen(name));
    return done < 0 ? -errno : 0;
}

static int try_congestion(struct patient *patient, struct fault *fault)
{
    int fd = netns_socket(patient->netns, (struct socket_kind){AF_INET, SOCK_STREAM, 0});
    if (fd < 0)
        return fault_errno(fault, fd, "no TCP socket");
    int reno = choose_congestion(fd, "reno");
    int cubic = choose_congestion(fd, "cubic");
    sock_close(fd);
    snprintf(patient->remark, sizeof(patient->remark), "reno%s",
             cubic ? "; cubic is refused" : ", cubic");
    return reno ? fault_errno(fault, reno, "reno is refused") : 0;
}

static void ignore_entry(const struct sock_diag_entry *entry, void *arg)
{
    (void)entry;
    (void)arg;
}

static int try_diag(struct patient *patient, struct fault *fault)
{
    struct sock_diag *diag;
    int error = sock_diag_open(&diag, patient->netns);
    if (!error) {
        error = sock_diag_list(diag, SOCK_DIAG_ALL, ignore_entry, NULL);
        sock_diag_close(diag);
    }
    return error ? fault_errno(fault, error,
                               "the kernel does not list sockets; mend it with: "
                               "sudo modprobe tcp_diag")
                 : 0;
}

/* A datagram from A to B, through everything at once. */
static int cross_wire(struct net *a, struct net *b, struct fault *fault)
{
    const struct net_addr to = {TESTBED_IP_B, 7};
    char letter = 'x';
    int receiver = net_socket(b, NET_DGRAM);
    int sender = net_socket(a, NET_DGRAM);
    int error = net_bind(b, receiver, &to);
    if (!error)
        error = net_setsockopt(b, receiver, NET_SO_RCVTIMEO, SECONDS(2));
    int64_t moved = error;
    if (!error)
        moved = net_sendto(a, sender, (struct span){(const uint8_t *)"x", 1}, &to);
    if (moved > 0)
        moved = net_recvfrom(b, receiver, (struct buffer){(uint8_t *)&letter, 1}, 0, NULL);
    net_close(a, sender);
    net_close(b, receiver);
    return moved < 0 ? fault_errno(fault, (int)moved, "a datagram did not arrive") : 0;
}

static int try_wire(struct patient *patient, struct fault *fault)
{
    const struct testbed_config config = {.medium.seed = 1};
    struct testbed *testbed;
    int error = testbed_open(&testbed, &config, fault);
    if (error)
        return error;
    usec_t start = clock_now();
    error = cross_wire(testbed_net(testbed, HOST_A), testbed_net(testbed, HOST_B), fault);
    snprintf(patient->remark, sizeof(patient->remark), "a datagram took %" PRId64 " us",
             clock_now() - start);
    testbed_close(testbed);
    return error;
}

/* ---- the examination ---- */

static const struct step {
    const char *name;
    int (*run)(struct patient *patient, struct fault *fault);
} steps[] = {
    {"user namespace", try_user_namespace},
    {"network namespace", try_network_namespace},
    {"capabilities inside", try_capabilities},
    {"setns from a thread", try_setns},
    {"veth pair", try_veth},
    {"offload ioctl", try_offload},
    {"sysctl", try_sysctl},
    {"AF_PACKET socket", try_packet_socket},
    {"PACKET_VNET_HDR", try_vnet_header},
    {"AF_INET raw socket", try_raw_socket},
    {"TCP_CONGESTION", try_congestion},
    {"SOCK_DIAG", try_diag},
    {"wire delivers", try_wire},
};

/* Without namespaces of its own the process must try nothing further: it would try it on the
 * machine's network. */
enum { STEPS_INTO_NAMESPACES = 4 };

static bool take_step(const struct step *step, struct patient *patient)
{
    struct fault fault = {0};
    patient->remark[0] = '\0';
    bool failed = step->run(patient, &fault) != 0;
    printf("%-4s  %-20s  %s\n", failed ? "FAIL" : "ok", step->name,
           failed ? fault.text : patient->remark);
    return !failed;
}

/* Whether every step went well. */
static bool examine(struct patient *patient)
{
    bool inside = true, healthy = true;
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if (!inside) {
            printf("--    %-20s  not tried\n", steps[i].name);
        } else if (!take_step(&steps[i], patient)) {
            healthy = false;
            inside = i >= STEPS_INTO_NAMESPACES;
        }
    }
    return healthy;
}

int main(int argc, char **argv)
{
    enum { EXIT_UNPRIVILEGED = 77 };
    struct program program = {
        .name = "doctor",
        .summary = "Say what this machine can run, and the line that mends what it cannot.",
    };
    struct patient patient = {.netns = -1};

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    bool healthy = examine(&patient);
    if (patient.netns >= 0)
        close(patient.netns);
    if (!healthy) {
        puts("\nTier T0: simulation and loopback run here; two hosts and a wire do not.\ntier=T0");
        return EXIT_UNPRIVILEGED;
    }
    puts("\nTier T1: everything runs here.\ntier=T1");
    return 0;
}
