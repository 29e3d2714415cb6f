/* The cyclic redundancy check of Ethernet, zip and many others (IEEE 802.3 section 3.2.9): not
 * TCP's, which has a sum; here to be compared with it. Pure. */
#ifndef BASE_CRC32_H
#define BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* Of `len` octets. It tells every change of up to 32 bits in a row, and every exchange of two
 * octets that differ. */
uint32_t crc32_of(const uint8_t *data, size_t len);

#endif
