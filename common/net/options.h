/* Socket options by their Linux names, with one meaning and one unit on both back-ends. */
#ifndef NET_OPTIONS_H
#define NET_OPTIONS_H

enum net_option {
    NET_SO_REUSEADDR, /* 0 or 1 */
    NET_SO_LINGER,    /* -1 off, 0 abort on close, n seconds */
    NET_SO_KEEPALIVE, /* 0 or 1 */
    NET_SO_RCVBUF,    /* bytes, as asked for (the kernel doubles them inside) */
    NET_SO_SNDBUF,    /* bytes, likewise */
    NET_SO_RCVTIMEO,  /* microseconds, 0 none: recv and accept give -EAGAIN past it */
    NET_SO_SNDTIMEO,  /* microseconds, 0 none: send gives -EAGAIN, connect -EINPROGRESS */
    NET_SO_BROADCAST, /* 0 or 1 */
    NET_SO_ERROR,     /* read only: the pending error as a negative errno, and clears it */
    NET_SO_OOBINLINE, /* 0 or 1 */
    NET_SIOCATMARK,   /* read only: 1 when the next octet to read is the urgent one */
    NET_O_NONBLOCK,   /* 0 or 1: the socket's own mode */
    NET_IP_TOS,      /* the octet with the DSCP on top, 0 to 255; a stream's lower two bits are 0 */
    NET_IP_TTL,      /* 1 to 255 */
    NET_IP_RECVERR,  /* 0 or 1: a stream tells soft errors at once, not only to SO_ERROR */
    NET_TCP_NODELAY, /* 0 or 1 */
    NET_TCP_MAXSEG,  /* bytes */
    NET_TCP_QUICKACK, /* 0 or 1 */
    NET_TCP_CORK,     /* 0 or 1 */
    NET_TCP_KEEPIDLE, /* microseconds, whole seconds on the kernel */
    NET_TCP_KEEPINTVL,
    NET_TCP_KEEPCNT,      /* probes */
    NET_TCP_SYNCNT,       /* SYN retries */
    NET_TCP_USER_TIMEOUT, /* microseconds, 0 the default */
    NET_TCP_WINDOW_CLAMP, /* bytes */
    NET_TCP_CONGESTION,   /* enum net_congestion */
    NET_OPTION_COUNT,
};

enum net_congestion { NET_RENO, NET_CUBIC, NET_BBR };

/* "SO_REUSEADDR", ...; "?" for what is none. */
const char *net_option_name(enum net_option option);

#endif
