/* The states' names. */
#include "base/tcp_state.h"

#include <assert.h>

#include "base/bytes.h"

const char *tcp_state_name(enum tcp_state state)
{
    static const char *const names[] = {
        "CLOSED",     "LISTEN",     "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT_1",
        "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING",  "LAST_ACK",     "TIME_WAIT",
    };

    static_assert(ARRAY_LEN(names) == STATE_COUNT, "a name for each state");
    assert(state < STATE_COUNT);
    return names[state];
}
