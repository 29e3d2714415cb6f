/* What is to happen to one frame, gathered from the script and from chance before anything is done
 * with it, so that the log can tell a frame's whole fate when it enters. Pure. */
#ifndef WIRE_VERDICT_H
#define WIRE_VERDICT_H

#include <stdint.h>

#include "base/event.h"
#include "base/usec.h"
#include "wire/edit.h"

enum {
    VERDICT_REASON_MAX = 160,
};

struct verdict {
    unsigned fate;       /* bits of enum event_fate */
    usec_t delay;        /* FATE_DELAY: beyond the wire's own */
    usec_t replay_after; /* FATE_REPLAY: how long after the frame its late copy follows */
    uint32_t reorder_by; /* FATE_REORDER: how many following frames overtake it */
    struct edit edit;    /* FATE_CORRUPT, FATE_MARK */
    char reason[VERDICT_REASON_MAX]; /* "" while nothing has happened */
};

/* Adds the bit and a reason; reasons are joined by "; " and cut off where room ends. */
void verdict_add(struct verdict *verdict, enum event_fate fate, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds a reason only: what a rule wanted and could not do. */
void verdict_remark(struct verdict *verdict, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
