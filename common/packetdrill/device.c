/* The wire's side of the door, and the clock. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "packet/ipv4.h"
#include "packetdrill/parts.h"

enum { LOOKS = 16 }; /* at the clock in a row: from then on it moves by a microsecond each */

static const struct mac peer_mac = {{0x02, 0, 0, 0, 0, 2}};

/* ---- datagrams ---- */

void device_meet(struct door *door, uint32_t ip)
{
    stack_add_neighbour(door->stack, ip, &peer_mac);
}

static int64_t deliver(struct door *door, const uint8_t *datagram, size_t len)
{
    struct ipv4 ip;
    if (ipv4_parse_unchecked(&ip, datagram, len) == IPV4_OK)
        device_meet(door, ip.src_ip);
    uint8_t *frame = malloc(ETHERNET_HEADER_LEN + len);
    if (!frame)
        return -ENOMEM;
    const struct ethernet header = {
        .dst = door->link->mac, .src = peer_mac, .type = ETHERNET_TYPE_IPV4};
    ethernet_emit(&header, frame);
    memcpy(frame + ETHERNET_HEADER_LEN, datagram, len);
    const struct link_frame arrival = {.parts = {{frame, ETHERNET_HEADER_LEN + len}},
                                       .arrived = clock_now()};
    stack_on_frames(door->stack, clock_now(), &arrival, 1);
    free(frame);
    return 0;
}

static int device_send(void *userdata, const void *datagram, size_t len)
{
    struct door *door = door_enter(userdata);
    return (int)door_leave(door, deliver(door, datagram, len));
}

/* What does not fit into `*len` octets is cut off. */
static void hand_out(struct datagram *datagram, void *out, size_t *len, long long *time_us)
{
    *len = min_size(*len, datagram->len);
    memcpy(out, datagram->octets, *len);
    *time_us = datagram->sent_at;
    free(datagram);
}

static int device_receive(void *userdata, void *out, size_t *len, long long *time_us)
{
    struct door *door = door_enter(userdata);
    usec_t deadline = usec_after(clock_now(), DOOR_PATIENCE);
    while (list_is_empty(&door->sent) && wait_turn(door, deadline))
        ;
    struct list_link *first = list_take_first(&door->sent);
    if (first)
        hand_out(list_entry(first, struct datagram, queued), out, len, time_us);
    else
        *len = 0;
    return (int)door_leave(door, 0);
}

/* ---- time ---- */

static int device_usleep(void *userdata, useconds_t usec)
{
    struct door *door = door_enter(userdata);
    usec_t deadline = usec_after(clock_now(), usec);
    while (wait_turn(door, deadline))
        ;
    return (int)door_leave(door, 0);
}

/* Whoever only looks what time it is finds that it stands still: so things happen exactly when a
 * script says. But who looks until it shows some time must get there. */
static int device_gettimeofday(void *userdata, struct timeval *now, struct timezone *zone)
{
    (void)zone;
    struct door *door = door_glance(userdata);
    if (door->looks < LOOKS)
        door->looks++;
    else
        sched_point();
    usec_t us = clock_now();
    *now = (struct timeval){.tv_sec = us / USEC_S, .tv_usec = us % USEC_S};
    return (int)door_leave(door, 0);
}

void device_enter(struct packetdrill_interface *table)
{
    table->netdev_send = device_send;
    table->netdev_receive = device_receive;
    table->usleep = device_usleep;
    table->gettimeofday = device_gettimeofday;
}
