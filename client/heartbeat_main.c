/* heartbeat-client: the program around stay_connected. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "client/stay.h"
#include "server/heartbeat.h"
#include "testbed/role_main.h"

static bool show(const struct stay_news *news, void *arg);

static int64_t pongs; /* to be heard; 0: no end */
static struct stay stay = {
    .server = {NET_LOOPBACK, HEARTBEAT_PORT},
    .interval_us = SECONDS(1),
    .misses = 3,
    .connect_us = SECONDS(2),
    .retry_first_us = MS(500),
    .retry_most_us = SECONDS(30),
    .tell = show,
};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &stay.server.ip, "the server's address", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &stay.server.port, "the server's port", NULL, 1, 0},
    {"interval", 'i', OPTION_DURATION, &stay.interval_us, "between pings", NULL, MS(1), 0},
    {"misses", 'm', OPTION_INT, &stay.misses, "pings without an answer, and the server is gone",
     NULL, 1, 1000},
    {"retry", 0, OPTION_DURATION, &stay.retry_first_us, "the first pause before a new try", NULL,
     MS(1), 0},
    {"retry-most", 0, OPTION_DURATION, &stay.retry_most_us, "the longest pause", NULL, MS(1), 0},
    {"pongs", 'n', OPTION_INT, &pongs, "leave after so many answers; 0: never", NULL, 0, 1000000},
};

static void show_end(const struct stay_news *news)
{
    const char *why = news->error == -ETIMEDOUT ? "no answer to its pings"
                      : news->error             ? strerror(-news->error)
                                                : "the server has ended it";
    printf("lost: %s\n", why);
}

static bool show(const struct stay_news *news, void *arg)
{
    static int64_t heard;
    (void)arg;
    switch (news->event) {
    case STAY_CONNECTED:
        printf("connected\n");
        break;
    case STAY_PONG:
        heard++;
        break;
    case STAY_LOST:
        show_end(news);
        break;
    case STAY_RETRY:
        printf("no connection: %s; again in %" PRId64 " ms\n",
               news->error ? strerror(-news->error) : "it ended without a word",
               news->pause_us / USEC_MS);
        break;
    }
    fflush(stdout);
    return pongs == 0 || heard < pongs;
}

static void stay_and_show(struct role *role, struct fault *fault)
{
    if (stay.retry_most_us < stay.retry_first_us) {
        fault_set(fault, -EINVAL, "--retry-most: less than the first pause (--retry)");
        return;
    }
    stay.seed = (uint64_t)clock_now();
    stay_connected(role->net, &stay, fault);
}

static const struct role_program program = {
    .role = {.program = "heartbeat-client",
             .host = HOST_A,
             .experiment = "heartbeat",
             .dies_of_interrupt = true},
    .summary = "Stay connected: ping the server, notice when it is gone, connect again.",
    .example = "heartbeat-client --interval 500ms        and now and then stop the server",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = stay_and_show,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
