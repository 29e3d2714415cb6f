/* TCP_INFO as this kernel tells it, whatever age the system's headers are. */
#ifndef SOCK_TCP_INFO_H
#define SOCK_TCP_INFO_H

#include <linux/tcp.h>
#include <stddef.h>
#include <stdint.h>

#include "base/tcp_state.h"

/* The kernel's record, in its units: segments for cwnd, ssthresh and queues. It grows at the end
 * from one kernel to the next; what this one does not know is zero. */
union sock_tcp_info {
    struct tcp_info known;
    uint32_t words[80];
};

/* Reads a TCP socket's record: 0, or -EOPNOTSUPP and the like where it has none. */
int sock_tcp_info(int fd, union sock_tcp_info *info);

/* Takes over a record of `len` bytes that came another way (SOCK_DIAG). */
void sock_tcp_info_copy(union sock_tcp_info *info, const void *record, size_t len);

/* The window last offered to the peer, in bytes; kernels before 6.2 do not tell: 0. */
uint32_t sock_tcp_rcv_wnd(const union sock_tcp_info *info);

/* The RFC's state for the kernel's number of it. */
enum tcp_state sock_tcp_state(int kernel_state);

#endif
