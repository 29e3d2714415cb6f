/* %{ assert tcpi_snd_cwnd == 10 }%: what TCP_INFO must tell. */
#include <inttypes.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>

#include "tests/packetdrill/cursor.h"
#include "tests/packetdrill/player.h"

#define FIELD(name)                                                                                \
    {                                                                                              \
#name, (int64_t)info->name                                                                 \
    }

static bool find_field(const struct tcp_info *info, const char *name, int64_t *out)
{
    const struct {
        const char *name;
        int64_t value;
    } fields[] = {
        FIELD(tcpi_state),        FIELD(tcpi_ca_state),      FIELD(tcpi_retransmits),
        FIELD(tcpi_backoff),      FIELD(tcpi_options),       FIELD(tcpi_snd_wscale),
        FIELD(tcpi_rcv_wscale),   FIELD(tcpi_rto),           FIELD(tcpi_snd_mss),
        FIELD(tcpi_rcv_mss),      FIELD(tcpi_unacked),       FIELD(tcpi_sacked),
        FIELD(tcpi_lost),         FIELD(tcpi_retrans),       FIELD(tcpi_rtt),
        FIELD(tcpi_rttvar),       FIELD(tcpi_snd_ssthresh),  FIELD(tcpi_snd_cwnd),
        FIELD(tcpi_reordering),   FIELD(tcpi_total_retrans), FIELD(tcpi_notsent_bytes),
        FIELD(tcpi_pmtu),         FIELD(tcpi_advmss),        FIELD(tcpi_bytes_acked),
        FIELD(tcpi_min_rtt),      FIELD(tcpi_delivered),     FIELD(tcpi_ato),
        FIELD(tcpi_rcv_ooopack),  FIELD(tcpi_bytes_retrans), FIELD(tcpi_bytes_received),
        FIELD(tcpi_bytes_sent),   FIELD(tcpi_segs_in),       FIELD(tcpi_segs_out),
        FIELD(tcpi_data_segs_in), FIELD(tcpi_data_segs_out),
    };
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (strcmp(fields[i].name, name) != 0)
            continue;
        *out = fields[i].value;
        return true;
    }
    return false;
}

static bool compare(int64_t a, const char *op, int64_t b)
{
    if (strcmp(op, "==") == 0)
        return a == b;
    if (strcmp(op, "!=") == 0)
        return a != b;
    if (strcmp(op, "<=") == 0)
        return a <= b;
    if (strcmp(op, ">=") == 0)
        return a >= b;
    return *op == '<' ? a < b : a > b;
}

static const char *read_operator(struct cursor *c)
{
    static const char *const operators[] = {"==", "!=", "<=", ">=", "<", ">"};
    for (size_t i = 0; i < ARRAY_LEN(operators); i++)
        if (cursor_take(c, operators[i]))
            return operators[i];
    return NULL;
}

/* One "assert NAME OP VALUE", and what stands behind it for a reader. */
static bool check_one(struct player *p, struct cursor *c, const struct tcp_info *info)
{
    char name[NAME_MAX_LEN + 1], symbol[NAME_MAX_LEN + 1];
    int64_t found, wanted;
    if (!cursor_need(c, "assert") || !cursor_name(c, name, sizeof(name)) ||
        !find_field(info, name, &found))
        return cursor_fail(c, "assert and a field of TCP_INFO");
    const char *op = read_operator(c);
    bool known = cursor_number(c, &wanted) ||
                 (cursor_name(c, symbol, sizeof(symbol)) && symbol_value(symbol, &wanted));
    if (!op || !known)
        return cursor_fail(c, "a comparison");
    if (cursor_take(c, ","))
        cursor_name(c, symbol, sizeof(symbol));
    cursor_take(c, ";");
    return compare(found, op, wanted) ||
           player_fail(p, "%s is %" PRId64 ", expected %s %" PRId64, name, found, op, wanted);
}

bool play_check(struct player *p, const char *text)
{
    struct tcp_info info;
    socklen_t len = sizeof(info);
    struct cursor cursor = {text, p->event->line, p->path, p->fault};
    if (p->stack.getsockopt(p->stack.userdata, p->fds[p->subject], IPPROTO_TCP, TCP_INFO, &info,
                            &len) < 0)
        return player_fail(p, "no TCP_INFO");
    while (!cursor_take(&cursor, "}%"))
        if (!check_one(p, &cursor, &info))
            return false;
    return true;
}
