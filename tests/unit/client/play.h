/* A server in the background on one simulated host, for the test of a client on the other. */
#ifndef TESTS_UNIT_CLIENT_PLAY_H
#define TESTS_UNIT_CLIENT_PLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/background.h"
#include "testbed/testbed.h"
#include "tests/unit/resources.h"

enum { PLAY_PORT = 7, PLAY_CONNECTIONS = 100 };

struct play {
    struct testbed *testbed;
    struct background server;
    struct net *client;
    struct net_addr addr; /* the server's */
};

typedef void play_handler(struct net *net, int sock, const struct net_addr *peer, void *arg);

/* `script` says what the wire does to whom, or is NULL. */
static inline void play_begin(struct play *play, const char *script, play_handler *handle,
                              void *arg)
{
    const struct testbed_config config = {
        .stack = {STACK_SIM, STACK_SIM},
        .medium = {.seed = 1, .script = script},
    };
    struct fault fault = {0};
    if (testbed_open(&play->testbed, &config, &fault))
        fail_msg("%s", fault.text);
    play->addr = (struct net_addr){testbed_ip(HOST_B), PLAY_PORT};
    play->client = testbed_net(play->testbed, HOST_A);
    const struct serve_config serve = {
        .addr = play->addr,
        .backlog = PLAY_CONNECTIONS,
        .max_connections = PLAY_CONNECTIONS,
        .handle = handle,
        .arg = arg,
    };
    if (background_start(&play->server, testbed_net(play->testbed, HOST_B), &serve, &fault))
        fail_msg("%s", fault.text);
}

static inline void play_end(struct play *play)
{
    assert_int_equal(background_stop(&play->server, NULL), 0);
    testbed_close(play->testbed);
}

#endif
