/* TCP_INFO as Linux lays it out. */
#ifndef PACKETDRILL_TCP_INFO_H
#define PACKETDRILL_TCP_INFO_H

#include <linux/tcp.h>

#include "stack/socket_info.h"

/* What of it our TCP knows at `now`, in Linux's units: windows in segments, times in microseconds
 * or milliseconds. The rest is zero. */
void tcp_info_fill(struct tcp_info *out, const struct socket_info *status, usec_t now);

#endif
