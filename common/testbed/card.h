/* The network card of a testbed host whose kernel leaves it alone (it has given it no address), as
 * found by a program that runs inside that host. One program at a time may have it. */
#ifndef TESTBED_CARD_H
#define TESTBED_CARD_H

#include "testbed/testbed.h"

enum card_kind {
    CARD_ELSEWHERE, /* this is no host of a testbed */
    CARD_KERNEL,    /* the kernel has it: the host runs on the kernel's stack */
    CARD_FREE,      /* nobody answers at its address */
};

struct card {
    enum card_kind kind;
    enum host host; /* whose it is; not of one ELSEWHERE */
    bool offloads;  /* it takes super-segments: there is no wire */
};

/* Looks at the card of the namespace in which the caller is. Needs no privilege. */
struct card card_look(void);

/* Takes the card for this process. Returns a descriptor that holds it until it is closed, by the
 * end of the process at the latest; -EBUSY when somebody else has it, or another negative errno. */
int card_claim(void);

#endif
