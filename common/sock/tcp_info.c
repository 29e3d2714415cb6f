/* Reading TCP_INFO. */
#include "sock/tcp_info.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"

int sock_tcp_info(int fd, union sock_tcp_info *info)
{
    memset(info, 0, sizeof(*info));
    socklen_t len = sizeof(*info);
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &len) ? -errno : 0;
}

void sock_tcp_info_copy(union sock_tcp_info *info, const void *record, size_t len)
{
    memset(info, 0, sizeof(*info));
    memcpy(info, record, min_size(len, sizeof(*info)));
}

uint32_t sock_tcp_rcv_wnd(const union sock_tcp_info *info)
{
    enum { RCV_WND = 58 }; /* the word behind tcpi_snd_wnd, which Debian 12's headers do not name */
    static_assert(offsetof(struct tcp_info, tcpi_snd_wnd) == (RCV_WND - 1) * sizeof(uint32_t),
                  "tcpi_rcv_wnd follows tcpi_snd_wnd");
    return info->words[RCV_WND];
}

enum tcp_state sock_tcp_state(int kernel_state)
{
    static const enum tcp_state states[] = {
        [1] = STATE_ESTABLISHED,  [2] = STATE_SYN_SENT,
        [3] = STATE_SYN_RECEIVED, [4] = STATE_FIN_WAIT_1,
        [5] = STATE_FIN_WAIT_2,   [6] = STATE_TIME_WAIT,
        [7] = STATE_CLOSED,       [8] = STATE_CLOSE_WAIT,
        [9] = STATE_LAST_ACK,     [10] = STATE_LISTEN,
        [11] = STATE_CLOSING,     [12] = STATE_SYN_RECEIVED, /* not yet a socket of its own */
    };

    if (kernel_state < 0 || (size_t)kernel_state >= ARRAY_LEN(states))
        return STATE_CLOSED; /* 13: bound, nothing more */
    return states[kernel_state];
}
