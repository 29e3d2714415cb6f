/* reliable-client: the program around reliable_send. */
#include <errno.h>
#include <inttypes.h>

#include "base/clock.h"
#include "client/reliable.h"
#include "server/reliable.h"
#include "server/upload.h"
#include "testbed/role_main.h"

static struct reliable_sending sending = {.server = {NET_LOOPBACK, RELIABLE_PORT}};
static const char *file;

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

static void send_file(struct role *role, struct fault *fault)
{
    struct reliable_sent sent;
    sending.source = file ? fopen(file, "rb") : stdin;
    if (!sending.source) {
        fault_errno(fault, -errno, "cannot read %s", file);
        return;
    }
    sending.id = (uint32_t)clock_now();
    if (!reliable_send(role->net, &sending, &sent, fault))
        tell(&sent);
    fclose(sending.source);
}

static const struct role_program program = {
    .role = {.program = "reliable-client",
             .host = HOST_A,
             .experiment = "reliable-udp",
             .dies_of_interrupt = true},
    .summary = "Send a file over UDP so that every octet arrives, and tell what it took.",
    .example = "reliable-client --file README.md       against reliable-server",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = send_file,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
