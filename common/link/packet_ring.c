/* The receive ring: slots change hands by their status word. */
#include "link/packet_ring.h"

#include <assert.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"

enum {
    RING_LEN = 8 << 20,
    BLOCK_LEN = 65536,  /* the kernel allocates the ring in pieces of this */
    SLOT_HEADERS = 128, /* the kernel's own words before the frame take no more than this */
    NS_PER_US = 1000,
};

#define LOOSE_NS INT64_C(20000) /* more than two looks at a clock take undisturbed */

static size_t ring_len(const struct packet_ring *ring)
{
    return (size_t)ring->slot_len * ring->slot_count;
}

/* Slots are a power of two long, so that they fill blocks, and blocks pages, without a rest. */
static void choose_shape(struct packet_ring *ring, struct tpacket_req *shape, uint32_t frame_max,
                         uint32_t slots)
{
    uint32_t slot_len = 256;
    while (slot_len < frame_max + SLOT_HEADERS)
        slot_len *= 2;
    uint32_t block_len = max_u32(BLOCK_LEN, slot_len);
    uint32_t per_block = block_len / slot_len;
    uint32_t blocks = ((slots ? slots : RING_LEN / slot_len) + per_block - 1) / per_block;
    ring->slot_len = slot_len;
    ring->slot_count = blocks * per_block;
    *shape = (struct tpacket_req){
        .tp_block_size = block_len,
        .tp_block_nr = blocks,
        .tp_frame_size = slot_len,
        .tp_frame_nr = ring->slot_count,
    };
}

int packet_ring_init(struct packet_ring *ring, int fd, uint32_t frame_max, uint32_t slots)
{
    const int version = TPACKET_V2;
    struct tpacket_req shape;
    choose_shape(ring, &shape, frame_max, slots);
    ring->next = ring->lent = 0;
    ring->clock_ahead_ns = 0;
    if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
        setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &shape, sizeof(shape)) < 0)
        return -errno;
    void *memory = mmap(NULL, ring_len(ring), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        return -errno;
    ring->slots = memory;
    return 0;
}

void packet_ring_fini(struct packet_ring *ring)
{
    munmap(ring->slots, ring_len(ring));
}

static struct tpacket2_hdr *slot(const struct packet_ring *ring, uint32_t index)
{
    return (struct tpacket2_hdr *)(ring->slots + (size_t)index * ring->slot_len);
}

static void hand_back(struct packet_ring *ring)
{
    for (; ring->lent > 0; ring->lent--) {
        uint32_t index = (ring->next + ring->slot_count - ring->lent) % ring->slot_count;
        __atomic_store_n(&slot(ring, index)->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
    }
}

static int64_t realtime_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* How far the clock of the frames' stamps is ahead of ours. It is read between two looks at ours;
 * when too much time passed between them, the last good answer is better. */
static void compare_clocks(struct packet_ring *ring)
{
    int64_t before = clock_now() * NS_PER_US;
    int64_t stamp = realtime_ns();
    int64_t after = clock_now() * NS_PER_US;
    if (ring->clock_ahead_ns == 0 || after - before <= LOOSE_NS)
        ring->clock_ahead_ns = stamp - before;
}

static struct link_offload read_offload(const uint8_t *frame)
{
    struct virtio_net_hdr header;
    memcpy(&header, frame - sizeof(header), sizeof(header));
    struct link_offload offload = {0};
    if (header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
        offload.csum_start = header.csum_start;
        offload.csum_offset = header.csum_offset;
    }
    if (header.gso_type != VIRTIO_NET_HDR_GSO_NONE) {
        offload.gso_size = header.gso_size;
        offload.header_len = header.hdr_len;
    }
    return offload;
}

static void lend(const struct packet_ring *ring, const struct tpacket2_hdr *header, uint32_t status,
                 struct link_frame *frame)
{
    const uint8_t *bytes = (const uint8_t *)header + header->tp_mac;
    int64_t stamp_ns = header->tp_sec * INT64_C(1000000000) + header->tp_nsec;
    *frame = (struct link_frame){
        .parts = {{bytes, header->tp_snaplen}},
        .checked = (status & (TP_STATUS_CSUM_VALID | TP_STATUS_CSUMNOTREADY)) != 0,
        .arrived = (stamp_ns - ring->clock_ahead_ns) / NS_PER_US,
    };
    if (ring->offload)
        frame->offload = read_offload(bytes);
}

int packet_ring_receive(struct packet_ring *ring, struct link_frame *frames, int max)
{
    int count = 0;
    hand_back(ring);
    while (count < max && ring->lent < ring->slot_count) { /* a lent slot looks like a new one */
        const struct tpacket2_hdr *header = slot(ring, ring->next);
        uint32_t status = __atomic_load_n(&header->tp_status, __ATOMIC_ACQUIRE);
        if (!(status & TP_STATUS_USER))
            break;
        if (count == 0)
            compare_clocks(ring);
        lend(ring, header, status, &frames[count++]);
        ring->next = (ring->next + 1) % ring->slot_count;
        ring->lent++;
    }
    return count;
}
