/* A ring of frames received, shared with the kernel (PACKET_RX_RING, version 2): the kernel fills
 * slots, we read them in place and hand them back. One thread at a time. */
#ifndef LINK_PACKET_RING_H
#define LINK_PACKET_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "link/link.h"

struct packet_ring {
    uint8_t *slots;
    uint32_t slot_len, slot_count;
    uint32_t next, lent;    /* the slot to read; how many before it were lent out */
    bool offload;           /* a struct virtio_net_hdr stands before each frame */
    int64_t clock_ahead_ns; /* CLOCK_REALTIME, which stamps the frames, less clock_now */
};

/* Sets the ring up on the packet socket `fd`, which must be unbound, and maps it: room for `slots`
 * frames (0: as many as 8 MiB hold) of `frame_max` octets. ring->offload must have been set.
 * Returns 0 or a negative errno. */
int packet_ring_init(struct packet_ring *ring, int fd, uint32_t frame_max, uint32_t slots);
void packet_ring_fini(struct packet_ring *ring);

/* Hands back what the last call lent, and lends up to `max` frames; returns how many. */
int packet_ring_receive(struct packet_ring *ring, struct link_frame *frames, int max);

#endif
