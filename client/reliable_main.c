/* reliable-client: the program around reliable_send. */
#include <errno.h>
#include <inttypes.h>

#include "base/clock.h"
#include "base/options.h"
#include "client/reliable.h"
#include "server/reliable.h"
#include "server/upload.h"
#include "testbed/role.h"

static struct reliable_sending sending = {.server = {NET_LOOPBACK, RELIABLE_PORT}};
static const char *file;
static struct role_config place = {
    .program = "reliable-client",
    .host = HOST_A,
    .experiment = "reliable-udp",
    .dies_of_interrupt = true,
};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &sending.server.ip, "the server's address", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &sending.server.port, "the server's port", NULL, 1, 0},
    {"file", 'f', OPTION_STRING, &file, "what to send; standard input unless given", NULL, 0, 0},
};

static void tell(const struct reliable_sent *sent)
{
    char receipt[UPLOAD_ANSWER_MAX];
    upload_answer_format(receipt, &sent->receipt);
    printf("%sdatagrams=%" PRIu64 " resent=%" PRIu64 " took_ms=%" PRId64 "\n", receipt,
           sent->datagrams, sent->resent, sent->took_us / USEC_MS);
}

static int open_source(struct fault *fault)
{
    sending.source = file ? fopen(file, "rb") : stdin;
    return sending.source ? 0 : fault_errno(fault, -errno, "cannot read %s", file);
}

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Client", specs, ARRAY_LEN(specs)},
        role_option_group(&place),
    };
    struct program program = {
        .name = "reliable-client",
        .summary = "Send a file over UDP so that every octet arrives, and tell what it took.",
        .example = "reliable-client --file README.md       against reliable-server",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct reliable_sent sent;
    struct fault fault = {0};
    struct role role;

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    if (open_source(&fault) || role_open(&role, &place, &fault))
        return options_fail(&program, &fault);
    sending.id = (uint32_t)clock_now();
    if (!reliable_send(role.net, &sending, &sent, &fault))
        tell(&sent);
    role_close(&role);
    fclose(sending.source);
    return fault.error ? options_fail(&program, &fault) : 0;
}
