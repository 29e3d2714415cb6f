/* Wires by name, as a file tells them: a row each, with a name, a number of octets to send, and the
 * wire in the words of the testbed's options. '#' begins a comment. tests/interop/wires.txt is one.
 */
#ifndef EXPERIMENTS_WIRES_H
#define EXPERIMENTS_WIRES_H

#include <stddef.h>

#include "base/fault.h"
#include "testbed/testbed.h"

enum { WIRES_MOST = 64, WIRE_NAME_SIZE = 24, WIRE_ROW_SIZE = 200 };

struct wire {
    char name[WIRE_NAME_SIZE];
    uint64_t bytes;
    struct impairment impairment;
    char options[WIRE_ROW_SIZE]; /* as written */
};

struct wires {
    struct wire each[WIRES_MOST];
    size_t count;
};

/* Returns 0, or a negative errno with `fault` naming the line. The testbed's option table is used
 * (testbed/options.h). */
int wires_read(struct wires *wires, const char *path, struct fault *fault);

/* NULL when there is none of that name. */
const struct wire *wires_find(const struct wires *wires, const char *name);

#endif
