/* upload-client: the program around client/upload.c. */
#include <errno.h>

#include "client/upload.h"
#include "testbed/role_main.h"

static struct upload upload = {
    .server = {NET_LOOPBACK, UPLOAD_PORT},
    .timeout_us = SECONDS(30),
};
static const char *file;

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &upload.server.ip, "the server's address", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &upload.server.port, "the server's port", NULL, 1, 0},
    {"file", 'f', OPTION_STRING, &file, "what to send; standard input unless given", NULL, 0, 0},
    {"keep-open", 0, OPTION_FLAG, &upload.keeps_open,
     "do not end the direction: see who waits for whom", NULL, 0, 0},
    {"timeout", 't', OPTION_DURATION, &upload.timeout_us, "give up after so long without progress",
     NULL, 0, 0},
};

static void send_and_check(struct net *net, struct fault *fault)
{
    char answer[UPLOAD_ANSWER_MAX];
    struct upload_client client;
    if (upload_begin(&client, net, &upload, fault))
        return;
    if (upload_check(&client, fault) == 0) {
        upload_answer_format(answer, &client.sent);
        fputs(answer, stdout);
    }
    upload_end(&client);
}

static void send_file(struct role *role, struct fault *fault)
{
    upload.source = file ? fopen(file, "rb") : stdin;
    if (!upload.source) {
        fault_errno(fault, -errno, "cannot read %s", file);
        return;
    }
    send_and_check(role->net, fault);
    fclose(upload.source);
}

static const struct role_program program = {
    .role = {.program = "upload-client",
             .host = HOST_A,
             .experiment = "half-close",
             .dies_of_interrupt = true},
    .summary = "Send a file, end the direction, and compare what the server says came.",
    .example = "upload-client --file README.md",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = send_file,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
