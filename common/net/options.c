/* The options' names, for logs and messages. */
#include "net/options.h"

#include <assert.h>

#include "base/bytes.h"

const char *net_option_name(enum net_option option)
{
    static const char *const names[] = {
        "SO_REUSEADDR",   "SO_LINGER",   "SO_KEEPALIVE", "SO_RCVBUF",        "SO_SNDBUF",
        "SO_RCVTIMEO",    "SO_SNDTIMEO", "SO_BROADCAST", "SO_ERROR",         "SO_OOBINLINE",
        "SIOCATMARK",     "O_NONBLOCK",  "IP_TOS",       "IP_TTL",           "IP_RECVERR",
        "TCP_NODELAY",    "TCP_MAXSEG",  "TCP_QUICKACK", "TCP_CORK",         "TCP_KEEPIDLE",
        "TCP_KEEPINTVL",  "TCP_KEEPCNT", "TCP_SYNCNT",   "TCP_USER_TIMEOUT", "TCP_WINDOW_CLAMP",
        "TCP_CONGESTION",
    };

    static_assert(ARRAY_LEN(names) == NET_OPTION_COUNT, "a name for each option");
    return option < NET_OPTION_COUNT ? names[option] : "?";
}
