/* A process or a socket. */
#include "experiments/victim.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "client/ask.h"
#include "net/io.h"

#define PATIENCE SECONDS(5)

static const char line[] = "alive\n";

static bool is_process(const struct victim *victim)
{
    return victim->stage->pair.server == STACK_KERNEL;
}

static int start_process(struct victim *victim, uint16_t port, struct fault *fault)
{
    char text[8];
    const char *const command[] = {"echo-server", "--address", "10.0.0.2", "--port", text, NULL};
    struct stage *stage = victim->stage;
    snprintf(text, sizeof text, "%u", (unsigned)port);
    int error = process_start(&victim->process, stage->testbed, HOST_B, command, fault);
    if (error)
        return error;
    error = process_await_listening(&victim->process, stage->testbed, HOST_B, port);
    if (!error)
        error = victim->client =
            ask_open(stage->a, &(struct net_addr){testbed_ip(HOST_B), port}, PATIENCE);
    if (error >= 0)
        return 0;
    process_end(&victim->process, SIGKILL);
    return fault_errno(fault, error, "no client and server");
}

static int open_socket(struct victim *victim, uint16_t port, struct fault *fault)
{
    int error = ends_open(&victim->ends, victim->stage, port, fault);
    victim->client = victim->ends.a;
    return error;
}

/* The socket has no program of its own: what it should echo is echoed here. */
static int64_t talk(const struct victim *victim)
{
    const struct stage *stage = victim->stage;
    char text[sizeof line];
    int64_t moved = net_write_full(stage->a, victim->client, line, sizeof line - 1);
    if (moved >= 0 && !is_process(victim))
        moved = net_read_full(stage->b, victim->ends.b, text, sizeof line - 1);
    if (moved >= 0 && !is_process(victim))
        moved = net_write_full(stage->b, victim->ends.b, line, sizeof line - 1);
    return moved < 0 ? moved : net_read_full(stage->a, victim->client, text, sizeof line - 1);
}

int victim_begin(struct victim *victim, struct stage *stage, uint16_t port, struct fault *fault)
{
    *victim = (struct victim){.stage = stage, .ends.b = -1};
    int error =
        is_process(victim) ? start_process(victim, port, fault) : open_socket(victim, port, fault);
    if (error)
        return error;
    results_put_text(&stage->results, "lived_as", is_process(victim) ? "process" : "socket");
    int64_t moved = talk(victim);
    if (moved == sizeof line - 1)
        return 0;
    victim_die(victim, SIGKILL);
    victim_end(victim);
    return fault_errno(fault, moved < 0 ? (int)moved : -EPROTO, "the server did not answer");
}

void victim_suspend(struct victim *victim)
{
    if (is_process(victim))
        process_suspend(&victim->process);
}

void victim_die(struct victim *victim, int signal)
{
    if (is_process(victim))
        process_end(&victim->process, signal);
    else if (victim->ends.b >= 0)
        net_close(victim->stage->b, victim->ends.b);
    victim->ends.b = -1;
}

void victim_end(struct victim *victim)
{
    net_close(victim->stage->a, victim->client);
}
