/* Octets in heap memory of exactly their number, so that AddressSanitizer and memcheck see a read
 * of even one octet too many. Free the result. */
#ifndef TESTS_UNIT_PACKET_EXACT_H
#define TESTS_UNIT_PACKET_EXACT_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Room for `len` octets, all zero. */
static inline uint8_t *exact_new(size_t len)
{
    uint8_t *room = calloc(1, len ? len : 1);
    if (!room)
        abort();
    return room;
}

/* A copy of the first `len` octets at `data`. */
static inline uint8_t *exact_copy(const void *data, size_t len)
{
    uint8_t *copy = exact_new(len);
    if (len > 0)
        memcpy(copy, data, len);
    return copy;
}

#endif
