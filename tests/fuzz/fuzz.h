/* What every fuzz target is: one function that libFuzzer calls with octets of its own making, again
 * and again, and that must come back whatever they are. The octets lie in memory of exactly their
 * number, so that AddressSanitizer sees a read of even one too many.
 *
 * Not crashing is the least; HOLD says what else must be so. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Returns 0: libFuzzer reserves the rest. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Ends the program, which libFuzzer takes for a finding, when `truth` is not so. */
#define HOLD(truth)                                                                                \
    do {                                                                                           \
        if (!(truth)) {                                                                            \
            fprintf(stderr, "%s:%d: this does not hold: %s\n", __FILE__, __LINE__, #truth);        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* The octets as a stream of decisions: what is missing at its end reads as zero. */
struct input {
    const uint8_t *at, *end;
};

static inline uint8_t input_u8(struct input *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

static inline uint16_t input_u16(struct input *in)
{
    uint8_t high = input_u8(in);
    return (uint16_t)(high << 8 | input_u8(in));
}

#endif
