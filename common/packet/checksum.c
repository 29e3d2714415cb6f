/* The Internet checksum (RFC 1071).
 *
 * The sum does not care in which byte order its words are read as long as the result is stored in
 * the same (RFC 1071 section 2(B)), nor how wide they are as long as carries come back in at the
 * bottom (2(C)). So octets are read eight at a time in the machine's own order, and only the folded
 * result is put into network order. */
#include "packet/checksum.h"

#include <string.h>

#include "base/bytes.h"

static uint16_t fold(uint64_t sum)
{
    sum = (sum & UINT32_MAX) + (sum >> 32);
    sum = (sum & UINT32_MAX) + (sum >> 32);
    sum = (sum & UINT16_MAX) + (sum >> 16);
    sum = (sum & UINT16_MAX) + (sum >> 16);
    return (uint16_t)sum;
}

/* A word as the machine reads it is the same two octets as its number in network order. */
static uint16_t to_host(uint16_t word)
{
    uint8_t octets[2];
    memcpy(octets, &word, sizeof(octets));
    return get_be16(octets);
}

/* Both halves of eight octets; their sum leaves room for 2^31 more before it overflows. */
static uint64_t halves_at(const uint8_t *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof(word));
    return (word & UINT32_MAX) + (word >> 32);
}

/* The sum of `len` octets as words in the machine's order, an odd last one padded with zero. */
static uint64_t sum_of(const uint8_t *data, size_t len)
{
    uint64_t a = 0, b = 0;
    for (; len >= 16; data += 16, len -= 16) { /* two chains of additions run side by side */
        a += halves_at(data);
        b += halves_at(data + 8);
    }
    uint8_t rest[16] = {0};
    if (len > 0)
        memcpy(rest, data, len);
    return a + b + halves_at(rest) + halves_at(rest + 8);
}

void checksum_add(struct checksum *checksum, const uint8_t *data, size_t len)
{
    uint16_t sum = to_host(fold(sum_of(data, len)));
    if (checksum->odd) /* every octet stands in the other half of its word */
        sum = (uint16_t)((sum << 8) | (sum >> 8));
    checksum->sum += sum;
    checksum->odd ^= len % 2;
}

void checksum_add_pseudo(struct checksum *checksum, const struct segment_addresses *addresses,
                         uint8_t protocol, uint32_t len)
{
    checksum->sum += (uint64_t)addresses->src_ip + addresses->dst_ip + protocol + len;
}

uint16_t checksum_finish(const struct checksum *checksum)
{
    return (uint16_t)~fold(checksum->sum);
}

uint16_t checksum_partial(const struct checksum *checksum)
{
    return fold(checksum->sum);
}

uint16_t checksum_of(const uint8_t *data, size_t len)
{
    struct checksum checksum = {0};
    checksum_add(&checksum, data, len);
    return checksum_finish(&checksum);
}

uint16_t checksum_update(uint16_t checksum, uint16_t from, uint16_t to)
{
    return (uint16_t)~fold((uint64_t)(uint16_t)~checksum + (uint16_t)~from + to);
}
