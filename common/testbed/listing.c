/* The hosts' lists brought into one form, and what is asked of them. */
#include "testbed/listing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "testbed/testbed_backend.h"

int testbed_list(struct testbed *testbed, enum host host,
                 void (*each)(const struct tcp_entry *entry, void *arg), void *arg)
{
    const struct tcp_listing listing = {each, arg};
    return testbed->ops->list(testbed, host, &listing);
}

/* ---- searching ---- */

struct search {
    enum tcp_state state;
    uint16_t port;
    int count;
    struct tcp_entry first;
};

static void consider(const struct tcp_entry *entry, void *arg)
{
    struct search *search = arg;
    if (entry->state != search->state || (search->port != 0 && entry->local.port != search->port))
        return;
    if (search->count++ == 0)
        search->first = *entry;
}

int testbed_count(struct testbed *testbed, enum host host, enum tcp_state state, uint16_t port)
{
    struct search search = {.state = state, .port = port};
    int error = testbed_list(testbed, host, consider, &search);
    return error ? error : search.count;
}

int testbed_find(struct testbed *testbed, enum host host, enum tcp_state state, uint16_t port,
                 struct tcp_entry *found)
{
    struct search search = {.state = state, .port = port};
    int error = testbed_list(testbed, host, consider, &search);
    if (error)
        return error;
    *found = search.first;
    return search.count > 0;
}

/* ---- as ss writes it ---- */

static const char *const ss_names[STATE_COUNT] = {
    [STATE_CLOSED] = "UNCONN",         [STATE_LISTEN] = "LISTEN",
    [STATE_SYN_SENT] = "SYN-SENT",     [STATE_SYN_RECEIVED] = "SYN-RECV",
    [STATE_ESTABLISHED] = "ESTAB",     [STATE_FIN_WAIT_1] = "FIN-WAIT-1",
    [STATE_FIN_WAIT_2] = "FIN-WAIT-2", [STATE_CLOSE_WAIT] = "CLOSE-WAIT",
    [STATE_CLOSING] = "CLOSING",       [STATE_LAST_ACK] = "LAST-ACK",
    [STATE_TIME_WAIT] = "TIME-WAIT",
};

/* The larger the time, the coarser: from minutes without seconds down to milliseconds. */
static void format_time(char *out, size_t size, usec_t us)
{
    unsigned ms = (unsigned)(us / USEC_MS), minutes = ms / 60000, seconds = ms / 1000 % 60;
    if (minutes > 0 && minutes < 10 && seconds > 0)
        snprintf(out, size, "%umin%usec", minutes, seconds);
    else if (minutes > 0)
        snprintf(out, size, "%umin", minutes);
    else if (seconds > 9 || (seconds > 0 && ms % 1000 == 0))
        snprintf(out, size, "%usec", seconds);
    else if (seconds > 0)
        snprintf(out, size, "%u.%03ums", seconds, ms % 1000);
    else
        snprintf(out, size, "%03ums", ms);
}

/* "10.0.0.1:8080"; a port that can be any is a star. */
static void format_end(struct net_addr_text *out, const struct net_addr *end)
{
    net_addr_format(out, end);
    if (end->port == 0)
        strcpy(strrchr(out->text, ':'), ":*");
}

const char *tcp_entry_format(struct tcp_entry_text *out, const struct tcp_entry *entry)
{
    struct net_addr_text local, peer;
    char time[24];
    format_end(&local, &entry->local);
    format_end(&peer, &entry->peer);
    int length = snprintf(out->text, sizeof out->text, "%s %" PRIu32 " %" PRIu32 " %s %s",
                          ss_names[entry->state], entry->recv_queue, entry->send_queue, local.text,
                          peer.text);
    if (!entry->timer)
        return out->text;
    format_time(time, sizeof time, entry->timer_us);
    snprintf(out->text + length, sizeof out->text - (size_t)length, " timer:(%s,%s,%" PRIu32 ")",
             entry->timer, time, entry->timer_count);
    return out->text;
}
