/* Socket options, between the kernel's forms and the stack's one kind of number. */
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>

#include "base/clock.h"
#include "packetdrill/files.h"
#include "packetdrill/kept.h"
#include "packetdrill/parts.h"
#include "packetdrill/tcp_info.h"
#include "stack/socket.h"

/* How the kernel writes the value down. */
enum form {
    NUMBER,
    DOUBLED, /* a number that getsockopt doubles, as Linux counts its own needs in */
    NEGATED, /* an errno */
    IN_SECONDS,
    IN_MS,
    TIMEVAL,
    LINGER_TIME,
    OCTET,     /* a number, or one octet where there is no room for one */
    SEGMENT,   /* octets of a segment */
    CLAMP,     /* octets of a window */
    ALGORITHM, /* a congestion control's name */
};

struct translation {
    int level, name;
    enum socket_option option;
    enum form form;
};

static const struct translation translations[] = {
    {SOL_SOCKET, SO_REUSEADDR, SOCKET_REUSEADDR, NUMBER},
    {SOL_SOCKET, SO_LINGER, SOCKET_LINGER, LINGER_TIME},
    {SOL_SOCKET, SO_KEEPALIVE, SOCKET_KEEPALIVE, NUMBER},
    {SOL_SOCKET, SO_RCVBUF, SOCKET_RCVBUF, DOUBLED},
    {SOL_SOCKET, SO_SNDBUF, SOCKET_SNDBUF, DOUBLED},
    {SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_RCVBUF, DOUBLED},
    {SOL_SOCKET, SO_SNDBUFFORCE, SOCKET_SNDBUF, DOUBLED},
    {SOL_SOCKET, SO_RCVTIMEO, SOCKET_RCVTIMEO, TIMEVAL},
    {SOL_SOCKET, SO_SNDTIMEO, SOCKET_SNDTIMEO, TIMEVAL},
    {SOL_SOCKET, SO_BROADCAST, SOCKET_BROADCAST, NUMBER},
    {SOL_SOCKET, SO_ERROR, SOCKET_ERROR, NEGATED},
    {SOL_SOCKET, SO_OOBINLINE, SOCKET_OOBINLINE, NUMBER},
    {IPPROTO_IP, IP_TOS, SOCKET_TOS, OCTET},
    {IPPROTO_IP, IP_TTL, SOCKET_TTL, OCTET},
    {IPPROTO_IP, IP_RECVERR, SOCKET_RECVERR, OCTET},
    {IPPROTO_TCP, TCP_NODELAY, SOCKET_NODELAY, NUMBER},
    {IPPROTO_TCP, TCP_MAXSEG, SOCKET_MAXSEG, SEGMENT},
    {IPPROTO_TCP, TCP_QUICKACK, SOCKET_QUICKACK, NUMBER},
    {IPPROTO_TCP, TCP_CORK, SOCKET_CORK, NUMBER},
    {IPPROTO_TCP, TCP_KEEPIDLE, SOCKET_KEEPIDLE, IN_SECONDS},
    {IPPROTO_TCP, TCP_KEEPINTVL, SOCKET_KEEPINTVL, IN_SECONDS},
    {IPPROTO_TCP, TCP_KEEPCNT, SOCKET_KEEPCNT, NUMBER},
    {IPPROTO_TCP, TCP_SYNCNT, SOCKET_SYNCNT, NUMBER},
    {IPPROTO_TCP, TCP_USER_TIMEOUT, SOCKET_USER_TIMEOUT, IN_MS},
    {IPPROTO_TCP, TCP_WINDOW_CLAMP, SOCKET_WINDOW_CLAMP, CLAMP},
    {IPPROTO_TCP, TCP_CONGESTION, SOCKET_CONGESTION, ALGORITHM},
};

static const char *const algorithms[] = {
    [SOCKET_RENO] = "reno",
    [SOCKET_CUBIC] = "cubic",
    [SOCKET_BBR] = "bbr",
};

/* What Linux takes at the least and the most. */
enum { SEGMENT_LEAST = 88, SEGMENT_MOST = 32767, CLAMP_LEAST = 1152, ALGORITHM_SIZE = 16 };

static const struct translation *find(int level, int name)
{
    for (size_t i = 0; i < ARRAY_LEN(translations); i++)
        if (translations[i].level == level && translations[i].name == name)
            return &translations[i];
    return NULL;
}

/* ---- in ---- */

static int read_algorithm(const char *text, size_t len, int64_t *out)
{
    if (len == 0)
        return -EINVAL;
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
        if (strlen(algorithms[i]) != strnlen(text, len) ||
            memcmp(algorithms[i], text, strnlen(text, len)) != 0)
            continue;
        *out = (int64_t)i;
        return 0;
    }
    return -ENOENT;
}

static int read_timeval(const void *value, size_t len, int64_t *out)
{
    struct timeval time;
    if (len < sizeof(time))
        return -EINVAL;
    memcpy(&time, value, sizeof(time));
    if (time.tv_usec < 0 || time.tv_usec >= USEC_S)
        return -EDOM;
    *out = SECONDS(time.tv_sec) + time.tv_usec;
    return 0;
}

static int read_linger(const void *value, size_t len, int64_t *out)
{
    struct linger linger;
    if (len < sizeof(linger))
        return -EINVAL;
    memcpy(&linger, value, sizeof(linger));
    *out = linger.l_onoff ? linger.l_linger : -1;
    return 0;
}

static int read_number(const void *value, size_t len, int64_t unit, int64_t *out)
{
    int number;
    if (len < sizeof(number))
        return -EINVAL;
    memcpy(&number, value, sizeof(number));
    *out = number * unit;
    return 0;
}

static int read_octet(const uint8_t *value, size_t len, int64_t *out)
{
    if (len >= sizeof(int))
        return read_number(value, len, 1, out);
    *out = len > 0 ? *value : 0;
    return 0;
}

static int read_segment(const void *value, size_t len, int64_t *out)
{
    int error = read_number(value, len, 1, out);
    if (!error && *out != 0 && (*out < SEGMENT_LEAST || *out > SEGMENT_MOST))
        return -EINVAL;
    return error;
}

static int read_clamp(const void *value, size_t len, int64_t *out)
{
    int error = read_number(value, len, 1, out);
    if (!error && *out > 0 && *out < CLAMP_LEAST)
        *out = CLAMP_LEAST;
    return error;
}

static int read_value(enum form form, const void *value, size_t len, int64_t *out)
{
    switch (form) {
    case TIMEVAL:
        return read_timeval(value, len, out);
    case LINGER_TIME:
        return read_linger(value, len, out);
    case ALGORITHM:
        return read_algorithm(value, len, out);
    case OCTET:
        return read_octet(value, len, out);
    case SEGMENT:
        return read_segment(value, len, out);
    case CLAMP:
        return read_clamp(value, len, out);
    case IN_SECONDS:
        return read_number(value, len, USEC_S, out);
    case IN_MS:
        return read_number(value, len, USEC_MS, out);
    default: /* plain numbers */
        return read_number(value, len, 1, out);
    }
}

/* An option that the stack does not know. */
static int64_t keep_option(struct file *file, int level, int name, struct span value)
{
    int64_t number = 0;
    int before;
    if (kept_get(file, level, name, &before) < 0)
        return -ENOPROTOOPT;
    if (!value.data && value.len > 0)
        return -EFAULT;
    int error = read_number(value.data, value.len, 1, &number);
    return error ? error : kept_set(file, level, name, (int)number);
}

static int64_t set_option(struct door *door, int fd, int level, int name, struct span value)
{
    const struct translation *found = find(level, name);
    int64_t number = 0;
    int sock = files_sock(door, fd);
    if (sock < 0)
        return sock;
    if (value.len > INT_MAX)
        return -EINVAL;
    if (!found)
        return keep_option(files_find(door, fd), level, name, value);
    if (!value.data && value.len > 0)
        return -EFAULT;
    int error = read_value(found->form, value.data, value.len, &number);
    return error ? error : socket_set_option(door->stack, sock, found->option, number);
}

/* NOLINTNEXTLINE(readability-function-size): the arguments are POSIX' */
static int call_setsockopt(void *userdata, int fd, int level, int name, const void *value,
                           socklen_t len)
{
    struct door *door = door_enter(userdata);
    return (int)door_leave(door, set_option(door, fd, level, name, (struct span){value, len}));
}

/* ---- out ---- */

/* As much as the caller has room for, as getsockopt(2) does. */
static int64_t give(const void *value, size_t size, void *out, socklen_t *len)
{
    *len = (socklen_t)min_size(*len, size);
    memcpy(out, value, *len);
    return 0;
}

static int64_t give_number(int64_t number, void *out, socklen_t *len)
{
    const int value = number > INT_MAX ? INT_MAX : (int)number;
    return give(&value, sizeof(value), out, len);
}

static int64_t give_octet(int64_t number, void *out, socklen_t *len)
{
    const uint8_t octet = (uint8_t)number;
    if (*len > 0 && *len < sizeof(int))
        return give(&octet, sizeof(octet), out, len);
    return give_number(number, out, len);
}

static int64_t give_algorithm(int64_t number, void *out, socklen_t *len)
{
    char name[ALGORITHM_SIZE] = "";
    memcpy(name, algorithms[number], strlen(algorithms[number]));
    return give(name, sizeof(name), out, len);
}

static int64_t give_value(enum form form, int64_t number, void *out, socklen_t *len)
{
    switch (form) {
    case TIMEVAL:
        return give(&(struct timeval){number / USEC_S, number % USEC_S}, sizeof(struct timeval),
                    out, len);
    case LINGER_TIME:
        return give(&(struct linger){number >= 0, number >= 0 ? (int)number : 0},
                    sizeof(struct linger), out, len);
    case ALGORITHM:
        return give_algorithm(number, out, len);
    case OCTET:
        return give_octet(number, out, len);
    case IN_SECONDS:
        return give_number(number / USEC_S, out, len);
    case IN_MS:
        return give_number(number / USEC_MS, out, len);
    case DOUBLED:
        return give_number(2 * number, out, len);
    case NEGATED:
        return give_number(-number, out, len);
    default: /* NUMBER */
        return give_number(number, out, len);
    }
}

static int64_t give_info(const struct door *door, int sock, void *out, socklen_t *len)
{
    struct socket_info info;
    struct tcp_info told;
    int error = socket_get_info(door->stack, sock, &info);
    if (error || !info.stream)
        return error ? error : -EOPNOTSUPP;
    tcp_info_fill(&told, &info, clock_now());
    if (info.tcp.state == STATE_LISTEN) { /* as Linux has it: the accept queue and its limit */
        told.tcpi_unacked = info.accept_queue;
        told.tcpi_sacked = info.accept_limit;
    }
    size_t known = min_size(*len, sizeof(told));
    memset(out, 0, *len); /* zeroes for what a later kernel may tell besides */
    memcpy(out, &told, known);
    return 0;
}

/* What the kernel tells of a socket and nobody sets; -ENOPROTOOPT for all else. */
static int64_t nature(const struct socket_info *info, int name)
{
    switch (name) {
    case SO_TYPE:
        return info->stream ? SOCK_STREAM : SOCK_DGRAM;
    case SO_DOMAIN:
        return AF_INET;
    case SO_PROTOCOL:
        return info->stream ? IPPROTO_TCP : IPPROTO_UDP;
    case SO_ACCEPTCONN:
        return info->stream && info->tcp.state == STATE_LISTEN;
    default:
        return -ENOPROTOOPT;
    }
}

static int64_t give_nature(const struct door *door, int sock, int name, void *out, socklen_t *len)
{
    struct socket_info info;
    int error = socket_get_info(door->stack, sock, &info);
    int64_t number = error ? error : nature(&info, name);
    return number < 0 ? number : give_number(number, out, len);
}

static int64_t give_option(const struct door *door, int sock, const struct translation *found,
                           void *out, socklen_t *len)
{
    int64_t number;
    int error = socket_get_option(door->stack, sock, found->option, &number);
    return error ? error : give_value(found->form, number, out, len);
}

/* NOLINTNEXTLINE(readability-function-size): the arguments are POSIX' */
static int call_getsockopt(void *userdata, int fd, int level, int name, void *value, socklen_t *len)
{
    struct door *door = door_enter(userdata);
    const struct translation *found = find(level, name);
    int sock = files_sock(door, fd);
    bool known = level == SOL_SOCKET || level == IPPROTO_IP || level == IPPROTO_TCP;
    int kept;
    int64_t result = known ? -ENOPROTOOPT : -EOPNOTSUPP;
    if (sock < 0)
        result = sock;
    else if (!len || !value)
        result = -EFAULT;
    else if (*len > INT_MAX)
        result = -EINVAL;
    else if (level == IPPROTO_TCP && name == TCP_INFO)
        result = give_info(door, sock, value, len);
    else if (found)
        result = give_option(door, sock, found, value, len);
    else if (kept_get(files_find(door, fd), level, name, &kept) == 0)
        result = give_number(kept, value, len);
    else if (level == SOL_SOCKET)
        result = give_nature(door, sock, name, value, len);
    return (int)door_leave(door, result);
}

void options_enter(struct packetdrill_interface *table)
{
    table->setsockopt = call_setsockopt;
    table->getsockopt = call_getsockopt;
}
