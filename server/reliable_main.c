/* reliable-server: the program around reliable_take. */
#include <errno.h>

#include "server/reliable.h"
#include "server/upload.h"
#include "testbed/role_main.h"

static struct net_addr addr = {.port = RELIABLE_PORT};
static const char *file;
static struct reliable_taking taking = {.linger_us = RELIABLE_LINGER};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &addr.ip, "address to take datagrams at", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"file", 'f', OPTION_STRING, &file, "where to write what comes; nowhere unless given", NULL, 0,
     0},
    {"patience", 't', OPTION_DURATION, &taking.patience_us,
     "give up when nothing has come for so long; 0: never", NULL, 0, 0},
    {"linger", 0, OPTION_DURATION, &taking.linger_us,
     "after the end, answer those that ask again for so long", NULL, 0, 0},
};

/* A bound socket, or a negative errno with `fault`. */
static int open_socket(struct net *net, struct fault *fault)
{
    struct net_addr_text text;
    int sock = net_socket(net, NET_DGRAM);
    if (sock < 0)
        return fault_errno(fault, sock, "cannot make a socket");
    int error = net_bind(net, sock, &addr);
    if (!error)
        error = net_getsockname(net, sock, &addr);
    if (!error)
        return sock;
    net_close(net, sock);
    return fault_errno(fault, error, "cannot take datagrams at %s", net_addr_format(&text, &addr));
}

static void take_one(struct net *net, struct fault *fault)
{
    char receipt[UPLOAD_ANSWER_MAX];
    struct reliable_taken taken;
    int sock = open_socket(net, fault);
    if (sock < 0)
        return;
    printf("port=%u\n", (unsigned)addr.port);
    fflush(stdout);
    int error = reliable_take(net, sock, &taking, &taken);
    net_close(net, sock);
    upload_answer_format(receipt, &taken.receipt);
    if (error)
        fault_errno(fault, error, "no whole file came");
    else
        fputs(receipt, stdout);
}

static void serve(struct role *role, struct fault *fault)
{
    taking.copy = file ? fopen(file, "wb") : NULL;
    if (file && !taking.copy) {
        fault_errno(fault, -errno, "cannot write %s", file);
        return;
    }
    take_one(role->net, fault);
    role_report(role, stdout);
    if (taking.copy && fclose(taking.copy) && !fault->error)
        fault_errno(fault, -errno, "cannot write %s", file);
}

static const struct role_program program = {
    .role = {.program = "reliable-server",
             .host = HOST_B,
             .experiment = "reliable-udp",
             .dies_of_interrupt = true},
    .summary = "Take one file over UDP, in order and whole, and tell its length and SHA-256.",
    .example = "reliable-server --file copy        then: reliable-client --file README.md",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = serve,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
