/* common/base/siphash.c against the vectors published with the algorithm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/siphash.h"
#include "tests/unit/resources.h"

/* The key of the reference vectors: the octets 0 to 15. */
static const struct siphash_key key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};

/* The hash of the octets 0 to len - 1, in memory of just that size. */
static uint64_t hash_of_counting(size_t len)
{
    uint8_t *data = malloc(len ? len : 1);
    assert_non_null(data);
    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t)i;
    uint64_t hash = siphash(&key, data, len);
    free(data);
    return hash;
}

static void matches_the_reference_vectors(void **state)
{
    (void)state;
    static const uint64_t vectors[] = {
        UINT64_C(0x726fdb47dd0e0e31), UINT64_C(0x74f839c593dc67fd), UINT64_C(0x0d6c8009d9a94f5a),
        UINT64_C(0x85676696d7fb7e2d), UINT64_C(0xcf2794e0277187b7), UINT64_C(0x18765564cd99a68d),
        UINT64_C(0xcbc9466e58fee3ce), UINT64_C(0xab0200f58b01d137), UINT64_C(0x93f5f5799a932462),
    };
    for (size_t len = 0; len < ARRAY_LEN(vectors); len++)
        assert_int_equal(hash_of_counting(len), vectors[len]);
    assert_int_equal(hash_of_counting(15), UINT64_C(0xa129ca6149be45e5));
    assert_int_equal(hash_of_counting(63), UINT64_C(0x958a324ceb064572));
}

static void every_key_bit_changes_the_hash(void **state)
{
    (void)state;
    uint64_t plain = siphash(&key, "abc", 3);
    for (unsigned bit = 0; bit < 64; bit++) {
        struct siphash_key low = {key.k0 ^ UINT64_C(1) << bit, key.k1};
        struct siphash_key high = {key.k0, key.k1 ^ UINT64_C(1) << bit};
        assert_int_not_equal(siphash(&low, "abc", 3), plain);
        assert_int_not_equal(siphash(&high, "abc", 3), plain);
    }
}

static void trailing_zeros_change_the_hash(void **state)
{
    (void)state;
    uint8_t zeros[9] = {0};
    for (size_t len = 0; len + 1 < sizeof(zeros); len++)
        assert_int_not_equal(siphash(&key, zeros, len), siphash(&key, zeros, len + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_the_reference_vectors),
        cmocka_unit_test(every_key_bit_changes_the_hash),
        cmocka_unit_test(trailing_zeros_change_the_hash),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
