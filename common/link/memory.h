/* A frame device without a wire: hands each frame that is sent to a function, in a simulation the
 * entry of the medium. Nothing is received here: frames for the host are given to it by whoever has
 * them (stack_on_frames). */
#ifndef LINK_MEMORY_H
#define LINK_MEMORY_H

#include "link/link.h"

struct memory_link_config {
    struct mac mac;
    uint32_t mtu; /* longer frames than it and an Ethernet header are refused with -EMSGSIZE */

    /* Takes a frame, valid during the call, which may come from any thread that sends: the owner
     * of the function keeps order. It must not send itself. */
    void (*take)(void *arg, struct span frame);
    void *arg;
};

/* Returns 0 or -ENOMEM. link_close frees it. */
int memory_link_open(struct link **out, const struct memory_link_config *config);

#endif
