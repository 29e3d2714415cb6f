/* Counting, with a period that no buffer and no segment has. */
#include "experiments/pattern.h"

enum { PERIOD = 251 };

void pattern_fill(uint8_t *octets, size_t len)
{
    for (size_t i = 0; i < len; i++)
        octets[i] = (uint8_t)(i % PERIOD);
}

bool pattern_holds(const uint8_t *octets, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (octets[i] != i % PERIOD)
            return false;
    return true;
}
