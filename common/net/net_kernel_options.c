/* One table says where each option lives in the kernel and in which unit; two functions convert. */
#include "net/net_kernel_options.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/bytes.h"
#include "base/usec.h"
#include "sock/sock.h"

enum unit {
    UNIT_FLAG,
    UNIT_COUNT,        /* as it is */
    UNIT_BUFFER,       /* the kernel adds as much again for its bookkeeping */
    UNIT_SECONDS,      /* microseconds here, whole seconds there */
    UNIT_MILLISECONDS, /* microseconds here, milliseconds there */
    UNIT_TIMEVAL,
    UNIT_LINGER,
    UNIT_ERROR,
    UNIT_MODE,       /* a flag of the descriptor */
    UNIT_QUESTION,   /* an ioctl that answers 0 or 1 */
    UNIT_CONGESTION, /* a name there */
};

struct row {
    int level, name;
    enum unit unit;
};

static const struct row rows[] = {
    [NET_SO_REUSEADDR] = {SOL_SOCKET, SO_REUSEADDR, UNIT_FLAG},
    [NET_SO_LINGER] = {SOL_SOCKET, SO_LINGER, UNIT_LINGER},
    [NET_SO_KEEPALIVE] = {SOL_SOCKET, SO_KEEPALIVE, UNIT_FLAG},
    [NET_SO_RCVBUF] = {SOL_SOCKET, SO_RCVBUF, UNIT_BUFFER},
    [NET_SO_SNDBUF] = {SOL_SOCKET, SO_SNDBUF, UNIT_BUFFER},
    [NET_SO_RCVTIMEO] = {SOL_SOCKET, SO_RCVTIMEO, UNIT_TIMEVAL},
    [NET_SO_SNDTIMEO] = {SOL_SOCKET, SO_SNDTIMEO, UNIT_TIMEVAL},
    [NET_SO_BROADCAST] = {SOL_SOCKET, SO_BROADCAST, UNIT_FLAG},
    [NET_SO_ERROR] = {SOL_SOCKET, SO_ERROR, UNIT_ERROR},
    [NET_SO_OOBINLINE] = {SOL_SOCKET, SO_OOBINLINE, UNIT_FLAG},
    [NET_SIOCATMARK] = {0, SIOCATMARK, UNIT_QUESTION},
    [NET_O_NONBLOCK] = {0, O_NONBLOCK, UNIT_MODE},
    [NET_IP_TOS] = {IPPROTO_IP, IP_TOS, UNIT_COUNT},
    [NET_IP_TTL] = {IPPROTO_IP, IP_TTL, UNIT_COUNT},
    [NET_IP_RECVERR] = {IPPROTO_IP, IP_RECVERR, UNIT_FLAG},
    [NET_TCP_NODELAY] = {IPPROTO_TCP, TCP_NODELAY, UNIT_FLAG},
    [NET_TCP_MAXSEG] = {IPPROTO_TCP, TCP_MAXSEG, UNIT_COUNT},
    [NET_TCP_QUICKACK] = {IPPROTO_TCP, TCP_QUICKACK, UNIT_FLAG},
    [NET_TCP_CORK] = {IPPROTO_TCP, TCP_CORK, UNIT_FLAG},
    [NET_TCP_KEEPIDLE] = {IPPROTO_TCP, TCP_KEEPIDLE, UNIT_SECONDS},
    [NET_TCP_KEEPINTVL] = {IPPROTO_TCP, TCP_KEEPINTVL, UNIT_SECONDS},
    [NET_TCP_KEEPCNT] = {IPPROTO_TCP, TCP_KEEPCNT, UNIT_COUNT},
    [NET_TCP_SYNCNT] = {IPPROTO_TCP, TCP_SYNCNT, UNIT_COUNT},
    [NET_TCP_USER_TIMEOUT] = {IPPROTO_TCP, TCP_USER_TIMEOUT, UNIT_MILLISECONDS},
    [NET_TCP_WINDOW_CLAMP] = {IPPROTO_TCP, TCP_WINDOW_CLAMP, UNIT_COUNT},
    [NET_TCP_CONGESTION] = {IPPROTO_TCP, TCP_CONGESTION, UNIT_CONGESTION},
};
static_assert(ARRAY_LEN(rows) == NET_OPTION_COUNT, "a row for each option");

static const char *const congestion_names[] = {
    [NET_RENO] = "reno", [NET_CUBIC] = "cubic", [NET_BBR] = "bbr"};

static int set_raw(int fd, const struct row *row, const void *value, size_t len)
{
    return setsockopt(fd, row->level, row->name, value, (socklen_t)len) ? -errno : 0;
}

static int get_raw(int fd, const struct row *row, void *value, size_t len)
{
    socklen_t got = (socklen_t)len;
    return getsockopt(fd, row->level, row->name, value, &got) ? -errno : 0;
}

static int set_int(int fd, const struct row *row, int64_t value)
{
    if (value < 0 || value > INT_MAX)
        return -EINVAL;
    return sock_set(fd, row->level, row->name, (int)value);
}

/* Upwards, so that a short time does not turn into none. */
static int64_t whole(int64_t us, int64_t unit)
{
    return us / unit + (us % unit > 0);
}

static int set_time(int fd, const struct row *row, usec_t us)
{
    if (us < 0)
        return -EINVAL;
    struct timeval value = {.tv_sec = us / USEC_S, .tv_usec = us % USEC_S};
    return set_raw(fd, row, &value, sizeof(value));
}

static int set_linger(int fd, const struct row *row, int64_t seconds)
{
    if (seconds < -1 || seconds > INT_MAX)
        return -EINVAL;
    struct linger value = {.l_onoff = seconds >= 0, .l_linger = seconds >= 0 ? (int)seconds : 0};
    return set_raw(fd, row, &value, sizeof(value));
}

static int set_mode(int fd, const struct row *row, int64_t on)
{
    int mode = fcntl(fd, F_GETFL);
    if (mode < 0 || fcntl(fd, F_SETFL, on ? mode | row->name : mode & ~row->name))
        return -errno;
    return 0;
}

static int set_congestion(int fd, const struct row *row, int64_t which)
{
    if (which < 0 || (size_t)which >= ARRAY_LEN(congestion_names))
        return -EINVAL;
    const char *name = congestion_names[which];
    return set_raw(fd, row, name, strlen(name));
}

int net_kernel_set(int fd, enum net_option option, int64_t value)
{
    if (option >= NET_OPTION_COUNT)
        return -EINVAL;
    const struct row *row = &rows[option];
    switch (row->unit) {
    case UNIT_FLAG:
        return set_int(fd, row, value != 0);
    case UNIT_COUNT:
    case UNIT_BUFFER:
        return set_int(fd, row, value);
    case UNIT_SECONDS:
        return set_int(fd, row, whole(value, USEC_S));
    case UNIT_MILLISECONDS:
        return set_int(fd, row, whole(value, USEC_MS));
    case UNIT_TIMEVAL:
        return set_time(fd, row, value);
    case UNIT_LINGER:
        return set_linger(fd, row, value);
    case UNIT_MODE:
        return set_mode(fd, row, value);
    case UNIT_CONGESTION:
        return set_congestion(fd, row, value);
    case UNIT_ERROR:
    case UNIT_QUESTION:
        break;
    }
    return -ENOPROTOOPT; /* these can only be read */
}

static int get_time(int fd, const struct row *row, int64_t *us)
{
    struct timeval value;
    int error = get_raw(fd, row, &value, sizeof(value));
    if (!error)
        *us = SECONDS(value.tv_sec) + value.tv_usec;
    return error;
}

static int get_linger(int fd, const struct row *row, int64_t *seconds)
{
    struct linger value;
    int error = get_raw(fd, row, &value, sizeof(value));
    if (!error)
        *seconds = value.l_onoff ? value.l_linger : -1;
    return error;
}

static int get_mode(int fd, const struct row *row, int64_t *on)
{
    int mode = fcntl(fd, F_GETFL);
    if (mode < 0)
        return -errno;
    *on = (mode & row->name) != 0;
    return 0;
}

static int ask(int fd, const struct row *row, int64_t *answer)
{
    int yes = 0;
    if (ioctl(fd, (unsigned long)row->name, &yes))
        return -errno;
    *answer = yes != 0;
    return 0;
}

static int get_congestion(int fd, const struct row *row, int64_t *which)
{
    char name[16] = "";
    int error = get_raw(fd, row, name, sizeof(name));
    if (error)
        return error;
    for (size_t i = 0; i < ARRAY_LEN(congestion_names); i++) {
        if (strncmp(name, congestion_names[i], sizeof(name)) == 0) {
            *which = (int64_t)i;
            return 0;
        }
    }
    return -EOPNOTSUPP; /* one the API has no number for; `info` gives its name */
}

/* What the kernel's integer is in the API's unit. */
static int64_t from_int(enum unit unit, int value)
{
    switch (unit) {
    case UNIT_FLAG:
        return value != 0;
    case UNIT_BUFFER:
        return value / 2;
    case UNIT_SECONDS:
        return SECONDS(value);
    case UNIT_MILLISECONDS:
        return MS(value);
    case UNIT_ERROR:
        return -value;
    default: /* the rest are counts; those that are no integers never come here */
        return value;
    }
}

int net_kernel_get(int fd, enum net_option option, int64_t *value)
{
    if (option >= NET_OPTION_COUNT)
        return -EINVAL;
    const struct row *row = &rows[option];
    switch (row->unit) {
    case UNIT_TIMEVAL:
        return get_time(fd, row, value);
    case UNIT_LINGER:
        return get_linger(fd, row, value);
    case UNIT_MODE:
        return get_mode(fd, row, value);
    case UNIT_QUESTION:
        return ask(fd, row, value);
    case UNIT_CONGESTION:
        return get_congestion(fd, row, value);
    default: { /* an integer */
        int raw = 0;
        int error = sock_get(fd, row->level, row->name, &raw);
        if (!error)
            *value = from_int(row->unit, raw);
        return error;
    }
    }
}
