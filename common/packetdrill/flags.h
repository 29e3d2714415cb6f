/* What the tool's --so_flags set: "key=value,key=value". */
#ifndef PACKETDRILL_FLAGS_H
#define PACKETDRILL_FLAGS_H

#include <stdint.h>

#include "base/fault.h"
#include "stack/stack.h"

struct door_flags {
    uint64_t seed;
    uint32_t mtu;
    struct stack_config stack; /* chance drawn from `seed` */
};

/* Fills in what scripts expect of a TCP, changed as `text` says, which may be NULL. Returns 0, or
 * -EINVAL and the fault. */
int door_flags_read(struct door_flags *out, const char *text, struct fault *fault);

#endif
