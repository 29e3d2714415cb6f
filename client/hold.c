/* Sockets that connect without waiting, in a row. */
#include "client/hold.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"

/* Returns when it is established, refused, or not yet either. */
static int await(struct net *net, int sock, usec_t patience_us)
{
    struct net_pollfd out = {.sock = sock, .events = NET_OUT};
    int64_t error = 0;
    int ready = net_poll(net, &out, 1, patience_us);
    if (ready < 0)
        return ready;
    if (ready == 0)
        return -EINPROGRESS;
    int failed = net_getsockopt(net, sock, NET_SO_ERROR, &error);
    return failed ? failed : (int)error;
}

void hold_keep(struct hold *hold, int sock)
{
    assert(hold->count < HOLD_MAX);
    hold->sock[hold->count++] = sock;
}

int hold_one_more(struct hold *hold, usec_t patience_us)
{
    int sock = net_socket(hold->net, NET_STREAM);
    if (sock < 0)
        return sock;
    net_setsockopt(hold->net, sock, NET_O_NONBLOCK, 1);
    int error = net_connect(hold->net, sock, &hold->server);
    if (error == -EINPROGRESS && patience_us > 0)
        error = await(hold->net, sock, patience_us);
    if (error && error != -EINPROGRESS)
        net_close(hold->net, sock);
    else
        hold_keep(hold, sock);
    return error;
}

enum tcp_state hold_state(const struct hold *hold, int index)
{
    struct net_info info;
    assert(index < hold->count);
    return net_info(hold->net, hold->sock[index], &info) ? STATE_CLOSED : info.state;
}

int hold_count(const struct hold *hold, enum tcp_state state)
{
    int count = 0;
    for (int i = 0; i < hold->count; i++)
        count += hold_state(hold, i) == state;
    return count;
}

void hold_release(struct hold *hold)
{
    while (hold->count > 0)
        net_close(hold->net, hold->sock[--hold->count]);
}

/* ---- somebody at a terminal ---- */

struct tally {
    int in[STATE_COUNT];
};

static struct tally tally_of(const struct hold *hold)
{
    struct tally tally = {{0}};
    for (int i = 0; i < hold->count; i++)
        tally.in[hold_state(hold, i)]++;
    return tally;
}

static void tell(const struct tally *tally, FILE *output)
{
    const char *gap = "";
    for (int state = 0; state < STATE_COUNT; state++) {
        if (tally->in[state] == 0)
            continue;
        fprintf(output, "%s%s=%d", gap, tcp_state_name((enum tcp_state)state), tally->in[state]);
        gap = " ";
    }
    fprintf(output, "\n");
    fflush(output);
}

static void tell_changes(const struct hold *hold, usec_t deadline, FILE *output)
{
    struct tally told = {{0}};
    for (usec_t now = clock_now(); now < deadline; now = clock_now()) {
        struct tally tally = tally_of(hold);
        if (memcmp(&tally, &told, sizeof tally) != 0)
            tell(&tally, output);
        told = tally;
        thread_sleep_until(usec_min(deadline, now + MS(50)));
    }
}

int hold_watch(struct hold *hold, int clients, usec_t duration_us, FILE *output,
               struct fault *fault)
{
    struct net_addr_text text;
    const usec_t patience = MS(200);
    usec_t deadline = usec_after(clock_now(), duration_us);
    for (int i = 0; i < clients; i++) {
        int error = hold_one_more(hold, patience);
        if (error && error != -EINPROGRESS) {
            hold_release(hold);
            return fault_errno(fault, error, "cannot connect to %s",
                               net_addr_format(&text, &hold->server));
        }
    }
    tell_changes(hold, deadline, output);
    hold_release(hold);
    return 0;
}
