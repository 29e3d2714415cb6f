/* The kernel's own TCP behind packetdrill's table, so that a script can be asked of it as of ours:
 * what does your kernel say? Its sockets are plain ones, in a network namespace of its own whose
 * only other host is the script: a TUN device ends where the script's packets begin. Real time.
 *
 * For tests: whatever cannot be had ends the process, as a `main` would (77: not here). */
#ifndef TESTS_PACKETDRILL_KERNEL_PARTS_H
#define TESTS_PACKETDRILL_KERNEL_PARTS_H

#include "base/fault.h"
#include "packetdrill/interface.h"

struct kernel_wire {
    int tun; /* what is written here, the kernel receives */
    int tap; /* sees what it sends, and when */
};

struct kernel_settings {
    uint32_t mtu;
    uint32_t initial_window; /* segments; 0: the kernel's own choice */
};

/* settings.c: tells the namespace what the flags ask for. 0; -EINVAL, or -EPERM with the flag that
 * no kernel can be told. */
int kernel_settings_make(struct kernel_settings *out, const char *flags, struct fault *fault);

/* wire.c: opens the device, up and with the address of scripts. */
int kernel_wire_open(struct kernel_wire *out, const struct kernel_settings *settings,
                     struct fault *fault);
void kernel_wire_close(struct kernel_wire *wire);
void kernel_wire_enter(struct packetdrill_interface *table);

/* route.c: TCP hands segments to `device` one by one; those of a super-segment would bear its PSH.
 * Returns 0 or a negative errno. */
int kernel_route_single_segments(const char *device);

/* All the world is behind `device`; a new connection there begins with so many segments
 * (0: the kernel's choice). Returns 0 or a negative errno. */
int kernel_route_add(const char *device, uint32_t initial_window);

#endif
