/* A frame device: whole Ethernet frames in and out, many at a time. The wire's relay and the own
 * stack work on this; the devices behind it are files of their own.
 *
 * One thread receives; sending is safe from any thread at the same time. Errors are negative
 * errno. */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/usec.h"
#include "packet/ethernet.h"

enum {
    LINK_PARTS = 3,  /* headers, and the two spans of text that a segment can have */
    LINK_BATCH = 64, /* frames taken or given in one call, at most */
};

/* What the sender leaves to the device: all zero for a frame that is complete. */
struct link_offload {
    uint16_t gso_size;    /* cut the TCP text at every so many octets */
    uint16_t header_len;  /* of all headers; with gso_size */
    uint16_t csum_start;  /* sum from this octet of the frame to its end, */
    uint16_t csum_offset; /* and put it so far behind; the field holds the pseudo-header's sum */
};

struct link_frame {
    struct span parts[LINK_PARTS]; /* one behind the other; a received frame is in the first */
    struct link_offload offload;   /* always zero on a device without offloads */
    bool checked;                  /* received: the device vouches for the transport's checksum */
    usec_t arrived;                /* received: when it came to the device, by clock_now */
};

struct link;

struct link_ops {
    int (*receive)(struct link *link, struct link_frame *frames, int max);
    int (*send)(struct link *link, const struct link_frame *frames, int count);
    uint64_t (*overruns)(struct link *link);
    void (*close)(struct link *link);
};

struct link {
    const struct link_ops *ops;
    int fd;         /* poll it for POLLIN to wait for frames; -1: the device has none */
    uint32_t mtu;   /* of the interface, without the Ethernet header */
    struct mac mac; /* of the interface */
};

/* Takes up to `max` frames that have arrived, without waiting; returns how many. They are valid
 * until the next link_receive. */
static inline int link_receive(struct link *link, struct link_frame *frames, int max)
{
    return link->ops->receive(link, frames, max);
}

/* Sends frames in their order, without waiting; returns how many went out, which may be fewer. An
 * error is about the first of them: -EAGAIN and -ENOBUFS when there is no room now, anything else
 * when it can never be sent. */
static inline int link_send(struct link *link, const struct link_frame *frames, int count)
{
    return link->ops->send(link, frames, count);
}

/* Frames that the device had to throw away because nobody received them in time. One caller at a
 * time. */
static inline uint64_t link_overruns(struct link *link)
{
    return link->ops->overruns(link);
}

static inline void link_close(struct link *link)
{
    if (link)
        link->ops->close(link);
}

#endif
