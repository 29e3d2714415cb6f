/* Options in and out. What concerns a connection is kept at its socket, for one that is still to
 * come, and handed to the one that is there. */
#include "stack/socket_options.h"

#include <errno.h>
#include <limits.h>

#include "stack/internal.h"
#include "stack/sockets.h"

/* The largest values that Linux takes. */
enum { KEEP_SECONDS_MAX = 32767, PROBES_MAX = 127 };

static bool is_tcp(enum socket_option option)
{
    return option >= SOCKET_NODELAY;
}

/* Upwards, so that a short time does not turn into none. */
static int64_t whole_seconds(usec_t us)
{
    return us / USEC_S + (us % USEC_S > 0);
}

/* ---- set ---- */

static int set_u8(uint8_t *field, int64_t value)
{
    if (value < 1 || value > PROBES_MAX)
        return -EINVAL;
    *field = (uint8_t)value;
    return 0;
}

static int set_seconds(uint32_t *field, usec_t value)
{
    int64_t seconds = whole_seconds(value);
    if (seconds < 1 || seconds > KEEP_SECONDS_MAX)
        return -EINVAL;
    *field = (uint32_t)seconds;
    return 0;
}

static int set_time(usec_t *field, usec_t value)
{
    if (value < 0)
        return -EINVAL;
    *field = value;
    return 0;
}

static int set_octet(uint8_t *field, int64_t value, uint8_t least)
{
    if (value < least || value > UINT8_MAX)
        return -EINVAL;
    *field = (uint8_t)value;
    return 0;
}

/* The two bits of congestion notification are TCP's own; Linux, too, keeps them from programs. */
static int set_tos(struct socket *socket, int64_t value)
{
    return set_octet(&socket->options.tos, socket->udp ? value : value & ~INT64_C(3), 0);
}

/* Cut to what the host allows, without a word, as on Linux. */
static int set_size(uint32_t *field, int64_t value, uint32_t least, uint32_t most)
{
    if (value < 0 || value > INT_MAX)
        return -EINVAL;
    *field = min_u32(max_u32((uint32_t)value, least), most);
    return 0;
}

static int set_linger(struct socket *socket, int64_t value)
{
    if (value < -1 || value > INT_MAX)
        return -EINVAL;
    socket->linger_s = (int32_t)value;
    return 0;
}

static int set_maxseg(struct conn_options *options, int64_t value)
{
    if (value != 0 && (value < MSS_MIN || value > UINT16_MAX))
        return -EINVAL;
    options->maxseg = (uint16_t)value;
    return 0;
}

/* What is not here Linux says to be a module that does not exist. */
static int set_congestion(struct conn_options *options, int64_t value)
{
    switch (value) {
    case SOCKET_RENO:
        options->congestion = CWND_RENO;
        return 0;
    case SOCKET_CUBIC:
        options->congestion = CWND_CUBIC;
        return 0;
    default:
        return value == SOCKET_BBR ? -ENOENT : -EINVAL;
    }
}

static int set_of_socket(struct visit *visit, enum socket_option option, int64_t value)
{
    struct socket *socket = visit->socket;
    const struct tcp_config *host = &visit->stack->config.tcp;
    switch (option) {
    case SOCKET_REUSEADDR:
        socket->bound.reuse_addr = value != 0;
        return 0;
    case SOCKET_BROADCAST:
        socket->broadcast = value != 0;
        return 0;
    case SOCKET_NONBLOCK:
        socket->nonblocking = value != 0;
        return 0;
    case SOCKET_KEEPALIVE:
        socket->options.keepalive = value != 0;
        return 0;
    case SOCKET_OOBINLINE:
        socket->options.oob_inline = value != 0;
        return 0;
    case SOCKET_LINGER:
        return set_linger(socket, value);
    case SOCKET_TOS:
        return set_tos(socket, value);
    case SOCKET_TTL:
        return set_octet(&socket->options.ttl, value, 1);
    case SOCKET_RECVERR:
        socket->options.report_soft = value != 0;
        return 0;
    case SOCKET_RCVTIMEO:
        return set_time(&socket->rcvtimeo, value);
    case SOCKET_SNDTIMEO:
        return set_time(&socket->sndtimeo, value);
    case SOCKET_RCVBUF:
        return set_size(&socket->options.rcvbuf, value, CONN_RCVBUF_MIN, host->receive_limit);
    case SOCKET_SNDBUF:
        return set_size(&socket->options.sndbuf, value, CONN_SNDBUF_MIN, host->send_limit);
    default: /* SO_ERROR and SIOCATMARK can only be read */
        return -ENOPROTOOPT;
    }
}

static int set_of_tcp(struct conn_options *options, enum socket_option option, int64_t value)
{
    switch (option) {
    case SOCKET_NODELAY:
        options->nodelay = value != 0;
        return 0;
    case SOCKET_QUICKACK:
        options->quickack = value != 0;
        return 0;
    case SOCKET_CORK:
        options->cork = value != 0;
        return 0;
    case SOCKET_MAXSEG:
        return set_maxseg(options, value);
    case SOCKET_KEEPIDLE:
        return set_seconds(&options->keepidle_s, value);
    case SOCKET_KEEPINTVL:
        return set_seconds(&options->keepintvl_s, value);
    case SOCKET_KEEPCNT:
        return set_u8(&options->keepcnt, value);
    case SOCKET_SYNCNT:
        return set_u8(&options->syncnt, value);
    case SOCKET_USER_TIMEOUT:
        return set_time(&options->user_timeout, value);
    case SOCKET_CONGESTION:
        return set_congestion(options, value);
    case SOCKET_WINDOW_CLAMP:
        return set_size(&options->window_clamp, value, 0, INT_MAX);
    default: /* the others are the socket's */
        return -ENOPROTOOPT;
    }
}

/* TCP_QUICKACK: an ACK that is owed leaves now, and some more will not be delayed. */
static void hurry_acks(struct tcb *tcb)
{
    tcb->delack.quick = tcb->config->delack_quick;
    tcb->delack.dialogue = false;
    if (tcb->delack.deadline != NEVER)
        delack_hurry(&tcb->delack);
}

/* Makes what is there behave so. */
static void apply(struct visit *visit, enum socket_option option)
{
    struct socket *socket = visit->socket;
    if (socket->udp) {
        socket->udp->reuse_addr = socket->bound.reuse_addr;
        socket->udp->broadcast = socket->broadcast;
        socket->udp->queue_limit = socket->options.rcvbuf;
        socket->udp->tos = socket->options.tos;
        socket->udp->ttl = socket->options.ttl;
    }
    if (!socket->conn || socket->conn->tcb.state == STATE_CLOSED)
        return;
    socket->conn->port.reuse_addr = socket->bound.reuse_addr;
    conn_set_options(socket->conn, &socket->options, visit->now);
    if (option == SOCKET_QUICKACK && socket->options.quickack)
        hurry_acks(&socket->conn->tcb);
    conn_pump_locked(visit->stack, visit->now, socket->conn);
}

static int set(struct visit *visit, enum socket_option option, int64_t value)
{
    struct socket *socket = visit->socket;
    if (is_tcp(option) && socket->udp)
        return -ENOPROTOOPT;
    int error = is_tcp(option) ? set_of_tcp(&socket->options, option, value)
                               : set_of_socket(visit, option, value);
    if (!error)
        apply(visit, option);
    return error;
}

int socket_set_option(struct stack *stack, int sock, enum socket_option option, int64_t value)
{
    struct visit visit;
    int error = visit_begin(&visit, stack, sock, "setsockopt");
    if (error)
        return error;
    return (int)visit_end(&visit, set(&visit, option, value));
}

/* ---- get ---- */

static int64_t take_error(struct socket *socket)
{
    if (socket->udp) {
        int error = socket->udp->error;
        socket->udp->error = 0;
        return error;
    }
    return socket->conn ? tcp_take_report(&socket->conn->tcb) : 0;
}

/* What a segment holds: of a connection what it uses, else what was asked for. */
static int64_t maxseg(const struct socket *socket)
{
    if (socket->conn && state_is_synchronized(socket->conn->tcb.state))
        return socket->conn->tcb.snd.mss;
    return socket->options.maxseg ? socket->options.maxseg : MSS_DEFAULT;
}

static int64_t get_of_socket(struct socket *socket, enum socket_option option)
{
    switch (option) {
    case SOCKET_REUSEADDR:
        return socket->bound.reuse_addr;
    case SOCKET_LINGER:
        return socket->linger_s;
    case SOCKET_KEEPALIVE:
        return socket->options.keepalive;
    case SOCKET_RCVBUF:
        return socket->options.rcvbuf;
    case SOCKET_SNDBUF:
        return socket->options.sndbuf;
    case SOCKET_RCVTIMEO:
        return socket->rcvtimeo;
    case SOCKET_SNDTIMEO:
        return socket->sndtimeo;
    case SOCKET_BROADCAST:
        return socket->broadcast;
    case SOCKET_OOBINLINE:
        return socket->options.oob_inline;
    case SOCKET_ATMARK:
        return socket->conn && tcp_at_mark(&socket->conn->tcb);
    case SOCKET_NONBLOCK:
        return socket->nonblocking;
    case SOCKET_TOS:
        return socket->options.tos;
    case SOCKET_TTL:
        return socket->options.ttl;
    case SOCKET_RECVERR:
        return socket->options.report_soft;
    default: /* SO_ERROR, the only one left */
        return take_error(socket);
    }
}

static int64_t get_of_tcp(const struct socket *socket, enum socket_option option)
{
    const struct conn_options *options = &socket->options;
    switch (option) {
    case SOCKET_NODELAY:
        return options->nodelay;
    case SOCKET_MAXSEG:
        return maxseg(socket);
    case SOCKET_QUICKACK:
        return options->quickack;
    case SOCKET_CORK:
        return options->cork;
    case SOCKET_KEEPIDLE:
        return SECONDS(options->keepidle_s);
    case SOCKET_KEEPINTVL:
        return SECONDS(options->keepintvl_s);
    case SOCKET_KEEPCNT:
        return options->keepcnt;
    case SOCKET_SYNCNT:
        return options->syncnt;
    case SOCKET_USER_TIMEOUT:
        return options->user_timeout;
    case SOCKET_WINDOW_CLAMP:
        return options->window_clamp;
    default: /* TCP_CONGESTION, the only one left */
        return options->congestion == CWND_CUBIC ? SOCKET_CUBIC : SOCKET_RENO;
    }
}

int socket_get_option(struct stack *stack, int sock, enum socket_option option, int64_t *value)
{
    struct visit visit;
    int error = visit_begin(&visit, stack, sock, "getsockopt");
    if (error)
        return error;
    if (is_tcp(option) && visit.socket->udp)
        return (int)visit_end(&visit, -ENOPROTOOPT);
    *value =
        is_tcp(option) ? get_of_tcp(visit.socket, option) : get_of_socket(visit.socket, option);
    return (int)visit_end(&visit, 0);
}
