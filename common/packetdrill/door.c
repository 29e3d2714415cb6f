/* A host on a link that ends in a queue, and calls going in and out. */
#include "packetdrill/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/sched.h"
#include "link/memory.h"

static const struct mac our_mac = {{0x02, 0, 0, 0, 0, 1}};

/* ---- what the stack sends ---- */

static void take_frame(void *arg, struct span frame)
{
    struct door *door = arg;
    struct ethernet header;
    if (!ethernet_parse(&header, frame.data, frame.len) || header.type != ETHERNET_TYPE_IPV4)
        return;
    size_t len = header.payload.len;
    struct datagram *datagram = malloc(sizeof(*datagram) + len);
    if (!datagram) /* lost, as a full queue would lose it */
        return;
    *datagram = (struct datagram){.sent_at = clock_now(), .len = len};
    memcpy(datagram->octets, header.payload.data, len);
    list_append(&door->sent, &datagram->queued);
}

/* ---- the host ---- */

static usec_t deadline(void *arg)
{
    return stack_deadline(((const struct door *)arg)->stack);
}

static void run(void *arg, usec_t now)
{
    stack_on_time(((const struct door *)arg)->stack, now);
}

static int open_host(struct door *door, const struct door_flags *flags)
{
    const struct memory_link_config wiring = {
        .mac = our_mac, .mtu = flags->mtu, .take = take_frame, .arg = door};
    int error = memory_link_open(&door->link, &wiring);
    if (error)
        return error;
    error = stack_new(&door->stack, &flags->stack, door->link);
    if (error) {
        link_close(door->link);
        return error;
    }
    door->clockwork = (struct sched_handler){"host", deadline, run, door, {0}};
    sched_add_handler(&door->clockwork);
    return 0;
}

int door_open(struct door **out, const struct door_flags *flags)
{
    struct door *door = calloc(1, sizeof(*door));
    if (!door)
        return -ENOMEM;
    wait_init(door);
    list_init(&door->sent);
    sched_begin(flags->seed);
    int error = open_host(door, flags);
    if (error) {
        sched_end();
        wait_fini(door);
        free(door);
        return error;
    }
    *out = door;
    return 0;
}

void door_close(struct door *door)
{
    sched_remove_handler(&door->clockwork);
    stack_free(door->stack);
    link_close(door->link);
    sched_end();
    struct list_link *first;
    while ((first = list_take_first(&door->sent)) != NULL)
        free(list_entry(first, struct datagram, queued));
    files_fini(door);
    wait_fini(door);
    free(door);
}

/* ---- calls ---- */

struct door *door_glance(void *userdata)
{
    struct door *door = userdata;
    pthread_mutex_lock(&door->lock);
    wait_welcome(door);
    return door;
}

struct door *door_enter(void *userdata)
{
    struct door *door = door_glance(userdata);
    door->looks = 0;
    return door;
}

bool door_has(void *userdata, int fd)
{
    struct door *door = userdata;
    pthread_mutex_lock(&door->lock);
    bool has = files_find(door, fd) != NULL;
    pthread_mutex_unlock(&door->lock);
    return has;
}

int64_t door_leave(struct door *door, int64_t result)
{
    wait_settle(door);
    pthread_mutex_unlock(&door->lock);
    if (result >= 0)
        return result;
    errno = (int)-result;
    return -1;
}
