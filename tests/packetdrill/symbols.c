/* The constants that scripts may name. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "tests/packetdrill/script.h"

#define SYMBOL(name)                                                                               \
    {                                                                                              \
#name, name                                                                                \
    }

static const struct {
    const char *name;
    int64_t value;
} symbols[] = {
    SYMBOL(SOCK_STREAM),      SYMBOL(SOCK_DGRAM),
    SYMBOL(SOCK_NONBLOCK),    SYMBOL(IPPROTO_TCP),
    SYMBOL(IPPROTO_UDP),      SYMBOL(IPPROTO_IP),
    SYMBOL(AF_INET),          SYMBOL(AF_INET6),
    SYMBOL(SHUT_RD),          SYMBOL(SHUT_WR),
    SYMBOL(SHUT_RDWR),        SYMBOL(SOL_SOCKET),
    SYMBOL(SO_REUSEADDR),     SYMBOL(SO_LINGER),
    SYMBOL(SO_KEEPALIVE),     SYMBOL(SO_RCVBUF),
    SYMBOL(SO_SNDBUF),        SYMBOL(SO_RCVTIMEO),
    SYMBOL(SO_SNDTIMEO),      SYMBOL(SO_ERROR),
    SYMBOL(SO_OOBINLINE),     SYMBOL(SOL_TCP),
    SYMBOL(TCP_NODELAY),      SYMBOL(TCP_MAXSEG),
    SYMBOL(TCP_CORK),         SYMBOL(TCP_KEEPIDLE),
    SYMBOL(TCP_KEEPINTVL),    SYMBOL(TCP_KEEPCNT),
    SYMBOL(TCP_SYNCNT),       SYMBOL(TCP_QUICKACK),
    SYMBOL(TCP_CONGESTION),   SYMBOL(TCP_USER_TIMEOUT),
    SYMBOL(TCP_WINDOW_CLAMP), SYMBOL(TCP_INFO),
    SYMBOL(TCP_ESTABLISHED),  SYMBOL(TCP_SYN_SENT),
    SYMBOL(TCP_SYN_RECV),     SYMBOL(TCP_FIN_WAIT1),
    SYMBOL(TCP_FIN_WAIT2),    SYMBOL(TCP_TIME_WAIT),
    SYMBOL(TCP_CLOSE),        SYMBOL(TCP_CLOSE_WAIT),
    SYMBOL(TCP_LAST_ACK),     SYMBOL(TCP_LISTEN),
    SYMBOL(TCP_CLOSING),      SYMBOL(TCP_CA_Open),
    SYMBOL(TCP_CA_Disorder),  SYMBOL(TCP_CA_CWR),
    SYMBOL(TCP_CA_Recovery),  SYMBOL(TCP_CA_Loss),
    SYMBOL(MSG_OOB),          SYMBOL(MSG_PEEK),
    SYMBOL(MSG_DONTWAIT),     SYMBOL(MSG_MORE),
    SYMBOL(MSG_WAITALL),      SYMBOL(MSG_NOSIGNAL),
    SYMBOL(O_RDWR),           SYMBOL(O_NONBLOCK),
    SYMBOL(F_GETFL),          SYMBOL(F_SETFL),
    SYMBOL(FIONREAD),         SYMBOL(POLLIN),
    SYMBOL(POLLOUT),          SYMBOL(POLLPRI),
    SYMBOL(POLLERR),          SYMBOL(POLLHUP),
    SYMBOL(POLLRDHUP),        SYMBOL(POLLNVAL),
    SYMBOL(EPOLLIN),          SYMBOL(EPOLLOUT),
    SYMBOL(EPOLLPRI),         SYMBOL(EPOLLERR),
    SYMBOL(EPOLLHUP),         SYMBOL(EPOLLRDHUP),
    SYMBOL(EPOLLET),          SYMBOL(EPOLLONESHOT),
    SYMBOL(EPOLL_CTL_ADD),    SYMBOL(EPOLL_CTL_MOD),
    SYMBOL(EPOLL_CTL_DEL),    SYMBOL(EEXIST),
    SYMBOL(SIOCINQ),          SYMBOL(SIOCOUTQ),
    SYMBOL(EAGAIN),           SYMBOL(EALREADY),
    SYMBOL(EINPROGRESS),      SYMBOL(EISCONN),
    SYMBOL(ENOTCONN),         SYMBOL(ECONNREFUSED),
    SYMBOL(ECONNRESET),       SYMBOL(ECONNABORTED),
    SYMBOL(ETIMEDOUT),        SYMBOL(EPIPE),
    SYMBOL(EINVAL),           SYMBOL(EBADF),
    SYMBOL(EADDRINUSE),       SYMBOL(EHOSTUNREACH),
    SYMBOL(ENETUNREACH),      SYMBOL(ENOPROTOOPT),
    SYMBOL(EOPNOTSUPP),       SYMBOL(EAFNOSUPPORT),
    SYMBOL(EMSGSIZE),         SYMBOL(EPROTONOSUPPORT),
    SYMBOL(ENOENT),           SYMBOL(EPROTO),
    SYMBOL(IP_TOS),           SYMBOL(IP_TTL),
    SYMBOL(IP_RECVERR),       SYMBOL(MSG_TRUNC),
    SYMBOL(SIOCOUTQNSD),      SYMBOL(SO_TYPE),
    SYMBOL(SO_ACCEPTCONN),    SYMBOL(TCP_DEFER_ACCEPT),
    SYMBOL(TCP_LINGER2),      SYMBOL(FIONBIO),
    SYMBOL(SIOCATMARK),       SYMBOL(SO_RCVLOWAT),
    SYMBOL(TCP_INQ),          SYMBOL(EPERM),
    SYMBOL(ESOCKTNOSUPPORT),  SYMBOL(ENOTSOCK),
    SYMBOL(ENOTTY),           SYMBOL(EFAULT),
    SYMBOL(SOCK_SEQPACKET),   SYMBOL(SO_PRIORITY),
    SYMBOL(SO_MARK),          SYMBOL(TCP_NOTSENT_LOWAT),
};

bool symbol_value(const char *name, int64_t *out)
{
    for (size_t i = 0; i < ARRAY_LEN(symbols); i++) {
        if (strcmp(symbols[i].name, name) != 0)
            continue;
        *out = symbols[i].value;
        return true;
    }
    return false;
}
