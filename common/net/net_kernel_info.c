/* Segments to bytes, kernel states to the RFC's. */
#include "net/net_kernel_info.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "net/net_kernel_addr.h"
#include "sock/sock.h"

static uint32_t bytes_of(uint32_t segments, uint32_t mss)
{
    uint64_t bytes = (uint64_t)segments * mss;
    return bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;
}

static void windows_from(struct net_info *info, const union sock_tcp_info *from)
{
    enum { NO_SSTHRESH = 0x7fffffff };
    const struct tcp_info *known = &from->known;
    info->snd_mss = known->tcpi_snd_mss;
    info->rcv_mss = known->tcpi_rcv_mss;
    info->cwnd = bytes_of(known->tcpi_snd_cwnd, known->tcpi_snd_mss);
    info->ssthresh = known->tcpi_snd_ssthresh >= NO_SSTHRESH
                         ? UINT32_MAX
                         : bytes_of(known->tcpi_snd_ssthresh, known->tcpi_snd_mss);
    info->snd_wnd = known->tcpi_snd_wnd;
    info->rcv_wnd = sock_tcp_rcv_wnd(from);
    info->unsent = known->tcpi_notsent_bytes;
}

static void times_from(struct net_info *info, const struct tcp_info *known)
{
    info->srtt_us = known->tcpi_rtt;
    info->rttvar_us = known->tcpi_rttvar;
    info->rto_us = known->tcpi_rto;
    info->min_rtt_us = known->tcpi_min_rtt == UINT32_MAX ? 0 : known->tcpi_min_rtt;
    info->retransmits = known->tcpi_total_retrans;
    info->backoff = known->tcpi_retransmits;
}

static void options_from(struct net_info *info, const struct tcp_info *known)
{
    info->timestamps = known->tcpi_options & TCPI_OPT_TIMESTAMPS;
    info->sack = known->tcpi_options & TCPI_OPT_SACK;
    info->wscale = known->tcpi_options & TCPI_OPT_WSCALE;
    info->ecn = known->tcpi_options & TCPI_OPT_ECN;
    info->snd_wscale = known->tcpi_snd_wscale;
    info->rcv_wscale = known->tcpi_rcv_wscale;
}

void net_kernel_info_from(struct net_info *info, const union sock_tcp_info *from)
{
    info->state = sock_tcp_state(from->known.tcpi_state);
    if (info->state == STATE_LISTEN) { /* the kernel lends these two fields to the accept queue */
        info->accept_queue = from->known.tcpi_unacked;
        info->accept_limit = from->known.tcpi_sacked;
        return;
    }
    windows_from(info, from);
    times_from(info, &from->known);
    options_from(info, &from->known);
}

/* The queues in bytes. The kernel counts written and unacknowledged bytes, sent or not. */
static int queues_of(struct net_info *info, int fd)
{
    int unread = sock_unread(fd);
    if (unread < 0)
        return unread;
    int written = sock_unacked(fd);
    if (written < 0)
        return written;
    info->unread = (uint32_t)unread;
    info->unacked = (uint32_t)written - min_u32(info->unsent, (uint32_t)written);
    return 0;
}

static int addresses_of(struct net_info *info, int fd)
{
    struct sockaddr_in addr;
    int error = sock_local(fd, &addr);
    if (error)
        return error;
    info->local = net_addr_from(&addr);
    error = sock_peer(fd, &addr);
    if (error)
        return error == -ENOTCONN ? 0 : error;
    info->peer = net_addr_from(&addr);
    return 0;
}

static int tcp_of(struct net_info *info, int fd)
{
    union sock_tcp_info record;
    int error = sock_tcp_info(fd, &record);
    if (error)
        return error == -EOPNOTSUPP || error == -ENOPROTOOPT ? 0 : error; /* UDP */
    net_kernel_info_from(info, &record);
    socklen_t len = sizeof(info->congestion);
    if (getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, info->congestion, &len))
        return -errno;
    return 0;
}

int net_kernel_info(int fd, struct net_info *info)
{
    memset(info, 0, sizeof(*info));
    int error = tcp_of(info, fd);
    if (!error && info->state != STATE_LISTEN)
        error = queues_of(info, fd);
    return error ? error : addresses_of(info, fd);
}
