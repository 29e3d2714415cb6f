/* The relay: one thread, pass after pass.
 *
 * A pass takes what has arrived, lets it enter the medium in the order of arrival, and sends what
 * is due. When a pass took nothing the thread waits, for a frame or for the medium's deadline. */
#include "wire/relay.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"

enum {
    RETRY_US = 50,    /* between two tries to send to an interface that has no room */
    RETRY_MAX = 2000, /* tries */
};

struct relay {
    struct link *link[2];
    int stop_fd; /* readable when the thread is to end */
    struct thread *thread;
    usec_t last_entry; /* the medium's time never goes back */
    struct monitor monitor;
    struct medium *medium;    /* guarded by monitor; entered by the thread only */
    struct relay_stats stats; /* guarded by monitor; `dir` is the medium's to tell */
    bool busy;                /* guarded by monitor: the thread has frames in hand */
};

/* Frames that come in or go out, in one direction. */
struct batch {
    struct link_frame frames[LINK_BATCH];
    int count, done;
};

static void set_busy(struct relay *relay, bool busy)
{
    monitor_enter(&relay->monitor);
    relay->busy = busy;
    monitor_leave(&relay->monitor);
}

/* Of the two directions the one whose next frame arrived first. */
static enum wire_dir first_arrived(const struct batch in[2])
{
    const struct batch *a = &in[WIRE_A_TO_B], *b = &in[WIRE_B_TO_A];
    if (a->done == a->count)
        return WIRE_B_TO_A;
    if (b->done == b->count)
        return WIRE_A_TO_B;
    return a->frames[a->done].arrived <= b->frames[b->done].arrived ? WIRE_A_TO_B : WIRE_B_TO_A;
}

/* The stamp of arrival is another clock's: it is believed as far as it makes sense. */
static usec_t entry_time(struct relay *relay, usec_t arrived)
{
    relay->last_entry = usec_min(usec_max(arrived, relay->last_entry), clock_now());
    return relay->last_entry;
}

/* Takes what has arrived at both ends into the medium; returns how many frames. */
static int take_in(struct relay *relay)
{
    struct batch in[2];
    for (int dir = WIRE_A_TO_B; dir <= WIRE_B_TO_A; dir++) {
        in[dir].done = 0;
        in[dir].count = link_receive(relay->link[dir], in[dir].frames, LINK_BATCH);
    }
    int total = in[WIRE_A_TO_B].count + in[WIRE_B_TO_A].count;
    monitor_enter(&relay->monitor);
    for (int i = 0; i < total; i++) {
        enum wire_dir dir = first_arrived(in);
        const struct link_frame *frame = &in[dir].frames[in[dir].done++];
        medium_enter(relay->medium, entry_time(relay, frame->arrived), dir, frame->parts[0]);
    }
    monitor_leave(&relay->monitor);
    return total;
}

/* Sends the batch, waiting for room where need be: the wire loses only what it was asked to. */
static uint64_t send_batch(struct link *link, struct batch *out)
{
    uint64_t refused = 0;
    int tries = 0;
    while (out->done < out->count) {
        int sent = link_send(link, out->frames + out->done, out->count - out->done);
        if (sent > 0) {
            out->done += sent;
            tries = 0;
        } else if ((sent == -EAGAIN || sent == -ENOBUFS) && ++tries < RETRY_MAX) {
            thread_sleep_until(clock_now() + RETRY_US);
        } else {
            out->done++;
            refused++;
        }
    }
    return refused;
}

/* Takes due frames out of the medium until one direction's batch is full; returns how many. They
 * stay valid until the next one enters. */
static int take_due(struct relay *relay, struct batch out[2])
{
    int total = 0;
    enum wire_dir dir;
    struct span frame;
    usec_t now = clock_now();
    out[0].count = out[0].done = out[1].count = out[1].done = 0;
    monitor_enter(&relay->monitor);
    while (total < LINK_BATCH) {
        usec_t due = medium_deadline(relay->medium);
        if (!medium_next(relay->medium, now, &dir, &frame))
            break;
        relay->stats.latest = usec_max(relay->stats.latest, now - due);
        out[dir].frames[out[dir].count++] = (struct link_frame){.parts = {frame}};
        total++;
    }
    monitor_leave(&relay->monitor);
    return total;
}

static void deliver(struct relay *relay)
{
    struct batch out[2];
    while (take_due(relay, out) > 0) {
        uint64_t refused = send_batch(relay->link[WIRE_B_TO_A], &out[WIRE_A_TO_B]);
        refused += send_batch(relay->link[WIRE_A_TO_B], &out[WIRE_B_TO_A]);
        monitor_enter(&relay->monitor);
        relay->stats.unsent += refused;
        monitor_leave(&relay->monitor);
    }
}

/* An interface that goes down leaves an error on its socket, which would end every wait at once
 * until somebody reads it. When it comes up again frames come again. */
static void forget_error(const struct pollfd *end)
{
    int error;
    socklen_t len = sizeof(error);
    if (end->revents & POLLERR)
        getsockopt(end->fd, SOL_SOCKET, SO_ERROR, &error, &len);
}

/* Waits for a frame, the medium's deadline or the end; true when the thread is to end. */
static bool wait_for_work(struct relay *relay)
{
    struct pollfd fds[] = {
        {.fd = relay->link[WIRE_A_TO_B]->fd, .events = POLLIN},
        {.fd = relay->link[WIRE_B_TO_A]->fd, .events = POLLIN},
        {.fd = relay->stop_fd, .events = POLLIN},
    };
    usec_t deadline = medium_deadline(relay->medium);
    usec_t left = deadline == NEVER ? NEVER : deadline - clock_now();
    if (left <= 0)
        return false;
    const struct timespec wait = {.tv_sec = left / USEC_S, .tv_nsec = left % USEC_S * 1000};
    ppoll(fds, ARRAY_LEN(fds), left == NEVER ? NULL : &wait, NULL);
    forget_error(&fds[WIRE_A_TO_B]);
    forget_error(&fds[WIRE_B_TO_A]);
    return fds[2].revents != 0;
}

static void run(void *arg)
{
    struct relay *relay = arg;
    prctl(PR_SET_TIMERSLACK, 1UL); /* by default the kernel lets 50 us pass to save wake-ups */
    do {
        set_busy(relay, true);
        while (take_in(relay) > 0)
            deliver(relay);
        deliver(relay);
        set_busy(relay, false);
    } while (!wait_for_work(relay));
}

int relay_start(struct relay **out, const struct relay_config *config, struct fault *fault)
{
    struct relay *relay = calloc(1, sizeof(*relay));
    if (!relay)
        return fault_errno(fault, -ENOMEM, "wire");
    relay->link[0] = config->link[0];
    relay->link[1] = config->link[1];
    int result = medium_new(&relay->medium, &config->medium, fault);
    if (result < 0)
        goto free_relay;
    result = relay->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (result < 0) {
        result = fault_errno(fault, -errno, "wire");
        goto free_medium;
    }
    monitor_init(&relay->monitor);
    result = thread_start(&relay->thread, "wire", run, relay);
    if (result == 0) {
        *out = relay;
        return 0;
    }
    fault_errno(fault, result, "wire");
    monitor_fini(&relay->monitor);
    close(relay->stop_fd);
free_medium:
    medium_free(relay->medium);
free_relay:
    free(relay);
    return result;
}

void relay_stop(struct relay *relay)
{
    if (!relay)
        return;
    eventfd_write(relay->stop_fd, 1);
    thread_join(relay->thread);
    monitor_fini(&relay->monitor);
    close(relay->stop_fd);
    medium_free(relay->medium);
    free(relay);
}

void relay_get_stats(struct relay *relay, struct relay_stats *stats)
{
    monitor_enter(&relay->monitor);
    *stats = relay->stats;
    for (int dir = WIRE_A_TO_B; dir <= WIRE_B_TO_A; dir++) {
        medium_get_counts(relay->medium, (enum wire_dir)dir, &stats->dir[dir]);
        stats->overruns += link_overruns(relay->link[dir]);
    }
    monitor_leave(&relay->monitor);
}

/* First whether frames wait at the ends, then whether the thread has some: it says that it is busy
 * before it takes any, so none slips between the two looks. */
bool relay_is_idle(struct relay *relay)
{
    struct pollfd ends[] = {
        {.fd = relay->link[WIRE_A_TO_B]->fd, .events = POLLIN},
        {.fd = relay->link[WIRE_B_TO_A]->fd, .events = POLLIN},
    };
    if (poll(ends, ARRAY_LEN(ends), 0) != 0)
        return false;
    monitor_enter(&relay->monitor);
    bool idle = !relay->busy && medium_inside(relay->medium) == 0;
    monitor_leave(&relay->monitor);
    return idle;
}
