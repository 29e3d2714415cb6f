/* The transmission control block: everything a connection remembers. Pure. */
#ifndef TCP_TCB_H
#define TCP_TCB_H

#include "tcp/journal.h"
#include "tcp/state.h"

struct tcb {
    enum tcp_state state; /* assigned by state_enter alone */
    struct journal journal;
};

#endif
