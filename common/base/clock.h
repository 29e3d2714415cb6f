/* The clock everybody reads: monotonic microseconds, real or virtual as the process runs. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/usec.h"

/* Microseconds now. Real: CLOCK_MONOTONIC. Simulated: virtual time. */
usec_t clock_now(void);

#endif
