/* What a network device does on behalf of TCP: leaving checksums unfinished, and sending or
 * joining segments larger than the wire takes. Good for speed, but what is on the wire then is not
 * what the protocol says. */
#ifndef TESTBED_OFFLOAD_H
#define TESTBED_OFFLOAD_H

#include <stdbool.h>

/* Turns off checksum, scatter-gather, segmentation and receive offloads of a device in a namespace
 * (as `ethtool -K` does). Returns 0 or a negative errno. */
int offload_disable(int netns_fd, const char *device);

/* Whether a device in the caller's namespace cuts up larger segments by itself. */
bool offload_is_on(const char *device);

#endif
