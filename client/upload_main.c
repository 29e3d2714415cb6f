/* upload-client: the program around client/upload.c. */
#include <errno.h>

#include "base/options.h"
#include "client/upload.h"
#include "testbed/role.h"

static struct upload upload = {
    .server = {NET_LOOPBACK, UPLOAD_PORT},
    .timeout_us = SECONDS(30),
};
static const char *file;
static struct role_config place = {
    .program = "upload-client",
    .host = HOST_A,
    .experiment = "half-close",
    .dies_of_interrupt = true,
};

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

static int open_source(struct fault *fault)
{
    upload.source = file ? fopen(file, "rb") : stdin;
    return upload.source ? 0 : fault_errno(fault, -errno, "cannot read %s", file);
}

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Client", specs, ARRAY_LEN(specs)},
        role_option_group(&place),
    };
    struct program program = {
        .name = "upload-client",
        .summary = "Send a file, end the direction, and compare what the server says came.",
        .example = "upload-client --file README.md",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct fault fault = {0};
    struct role role;

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    if (open_source(&fault) || role_open(&role, &place, &fault))
        return options_fail(&program, &fault);
    send_and_check(role.net, &fault);
    role_close(&role);
    fclose(upload.source);
    return fault.error ? options_fail(&program, &fault) : 0;
}
