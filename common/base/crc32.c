/* Division of polynomials, bit by bit: short, and fast enough for a lesson. */
#include "base/crc32.h"

#define POLYNOMIAL UINT32_C(0xedb88320) /* IEEE 802.3's, lowest power first */

uint32_t crc32_of(const uint8_t *data, size_t len)
{
    uint32_t rest = UINT32_MAX;
    for (size_t i = 0; i < len; i++) {
        rest ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            rest = rest & 1 ? rest >> 1 ^ POLYNOMIAL : rest >> 1;
    }
    return ~rest;
}
