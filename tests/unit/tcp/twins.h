/* A sequence test runs twice: from a small number, and from one whose sequence space wraps during
 * the test. It asks twin_start for the number it begins with.
 *
 *     const struct CMUnitTest tests[] = {TWINS(ack_frees_octets), ...}; */
#ifndef TESTS_UNIT_TCP_TWINS_H
#define TESTS_UNIT_TCP_TWINS_H

#include <stdint.h>

#include "packet/seq.h"

static uint32_t twin_low = 1000, twin_wrapping = 0xfffffff8;

/* clang-format off */
#define TWIN(test, suffix, start) {#test suffix, test, NULL, NULL, start}
#define TWINS(test) TWIN(test, "", &twin_low), TWIN(test, " across the wrap", &twin_wrapping)
/* clang-format on */

static inline seq_t twin_start(void **state)
{
    return seq_make(*(const uint32_t *)*state);
}

#endif
