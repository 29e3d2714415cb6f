/* http-client: the program around client/http.c. */
#include <errno.h>

#include "client/http.h"
#include "client/transfer.h"
#include "server/http.h"
#include "testbed/role_main.h"

static struct net_addr server = {NET_LOOPBACK, HTTP_PORT};
static usec_t timeout_us = SECONDS(30);
static const char *path = "/";
static int64_t times = 1;
static bool head_only, brief;

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &server.ip, "the server's address", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &server.port, "the server's port", NULL, 1, 0},
    {"path", 0, OPTION_STRING, &path, "what to fetch, sent as it is typed", NULL, 0, 0},
    {"head", 0, OPTION_FLAG, &head_only, "ask for everything but the content", NULL, 0, 0},
    {"times", 0, OPTION_INT, &times, "fetch it so often, on one connection", NULL, 1, 1000000},
    {"brief", 'b', OPTION_FLAG, &brief, "print what was found, instead of the content", NULL, 0, 0},
    {"timeout", 't', OPTION_DURATION, &timeout_us, "give up after so long without progress", NULL,
     0, 0},
};

static int fetch(struct http_client *client, struct http_answer *answer, struct fault *fault)
{
    int error = http_client_ask(client, head_only ? "HEAD" : "GET", path);
    if (error)
        return fault_errno(fault, error, "cannot ask");
    return http_client_hear(client, head_only, brief ? NULL : stdout, answer, fault);
}

static void tell(const struct http_answer *answer)
{
    char sha256[SHA256_TEXT];
    sha256_format(sha256, answer->sha256);
    printf("status=%d bytes=%llu sha256=%s type=%s\n", answer->status,
           (unsigned long long)answer->length, sha256, answer->type);
}

static int fetch_all(struct http_client *client, struct fault *fault)
{
    struct http_answer answer = {.keeps_alive = true};
    for (int64_t i = 0; i < times; i++) {
        if (!answer.keeps_alive)
            return fault_set(fault, -EPIPE, "the server ends the connection after each answer");
        int error = fetch(client, &answer, fault);
        if (error)
            return error;
        if (brief)
            tell(&answer);
    }
    if (answer.status < 400)
        return 0;
    return fault_set(fault, -ENOENT, "the server answers %d", answer.status);
}

static void play(struct role *role, struct fault *fault)
{
    struct http_client client;
    if (http_client_open(&client, role->net, &server, timeout_us, fault))
        return;
    fetch_all(&client, fault);
    http_client_close(&client);
}

static const struct role_program program = {
    .role = {.program = "http-client",
             .host = HOST_A,
             .experiment = "application",
             .dies_of_interrupt = true},
    .summary = "Fetch something by HTTP/1.1.",
    .example = "http-client --path /README.md        after: http-server",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = play,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
