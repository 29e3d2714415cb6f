/* Who drives, for how long, and who is told when that must change. */
#include "stack/drive.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "stack/internal.h"

int drive_init(struct drive *drive)
{
    int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0)
        return -errno;
    int alarm_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    if (alarm_fd < 0) {
        int error = -errno;
        close(wake_fd);
        return error;
    }
    *drive = (struct drive){.wake_fd = wake_fd, .alarm_fd = alarm_fd, .wakes = NEVER};
    return 0;
}

void drive_fini(struct drive *drive)
{
    close(drive->alarm_fd);
    close(drive->wake_fd);
}

static struct timespec timespec_of(usec_t span)
{
    return (struct timespec){.tv_sec = span / USEC_S, .tv_nsec = span % USEC_S * 1000};
}

/* ---- one turn ---- */

/* Programs bring the deadline forward with almost everything they send, and the answer calls it
 * off. So a time once set is kept although it has become needless: this costs one look for nothing
 * now and then, where going by the book would cost two wake-ups for each exchange. */
static usec_t next_look(const struct stack *stack)
{
    usec_t set_before = stack->drive->wakes > stack->latest ? stack->drive->wakes : NEVER;
    return usec_min(set_before, stack_deadline_locked(stack));
}

/* An interface that went down leaves an error at its descriptor, which would end every sleep until
 * somebody asks for it. Frames come again when it is up again. */
static void clear_error(const struct pollfd *link)
{
    int error;
    socklen_t len = sizeof(error);
    if (link->revents & POLLERR)
        getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &error, &len);
}

/* Sleeps until `until`, a frame, or a wake. */
static void sleep_on_link(const struct stack *stack, usec_t until)
{
    struct pollfd fds[] = {
        {.fd = stack->drive->wake_fd, .events = POLLIN},
        {.fd = stack->link->fd, .events = POLLIN},
    };
    const struct timespec patience = timespec_of(usec_max(until - clock_now(), 0));
    if (ppoll(fds, ARRAY_LEN(fds), until == NEVER ? NULL : &patience, NULL) <= 0)
        return;
    clear_error(&fds[1]);
    eventfd_t count;
    if (fds[0].revents)
        eventfd_read(fds[0].fd, &count);
}

/* Waits for frames outside the lock, and deals with them inside. */
static void take_frames(struct stack *stack, usec_t until)
{
    struct link_frame frames[LINK_BATCH];
    stack->drive->asleep = true;
    monitor_leave(&stack->lock);
    int count = link_receive(stack->link, frames, LINK_BATCH);
    if (count == 0) {
        sleep_on_link(stack, until);
        count = link_receive(stack->link, frames, LINK_BATCH);
    }
    usec_t now = stack_enter(stack);
    stack->drive->asleep = false;
    stack_on_frames_locked(stack, now, frames, count);
    stack_on_time_locked(stack, now);
}

static void set_alarm(struct drive *drive, usec_t delay)
{
    const struct itimerspec when = {.it_value = timespec_of(delay)};
    if (drive->alarm_set)
        return;
    drive->alarm_set = true;
    timerfd_settime(drive->alarm_fd, 0, &when, NULL);
}

bool drive_locked(struct stack *stack, const struct waiters *waiters, usec_t deadline)
{
    struct drive *drive = stack->drive;
    if (!drive || drive->taken || drive->stop)
        return false;
    drive->taken = true;
    drive->rung = drive->relieved = false;
    drive->waiters = waiters;
    while (!drive->rung && !drive->relieved && stack->latest < deadline) {
        stack_finish_locked(stack);
        drive->wakes = next_look(stack);
        take_frames(stack, usec_min(deadline, drive->wakes));
    }
    drive->taken = false;
    drive->given_up_at = stack->latest;
    set_alarm(drive, DRIVE_GAP);
    return drive->rung || stack->latest >= deadline;
}

/* ---- what others do meanwhile ---- */

static void wake(const struct drive *drive)
{
    eventfd_write(drive->wake_fd, 1);
}

void drive_on_deadline_locked(struct stack *stack)
{
    struct drive *drive = stack->drive;
    if (!drive || !drive->taken || !drive->asleep)
        return;
    usec_t deadline = stack_deadline_locked(stack);
    if (deadline >= drive->wakes)
        return;
    drive->wakes = deadline;
    wake(drive);
}

/* A driver that is not asleep is inside the lock, so it is the one who rings. */
void drive_on_ring_locked(struct stack *stack, const struct waiters *waiters, bool woken)
{
    struct drive *drive = stack->drive;
    if (!drive || !drive->taken)
        return;
    if (drive->waiters == waiters && !drive->rung) {
        drive->rung = true;
        if (drive->asleep)
            wake(drive);
    }
    if (woken && !drive->asleep)
        drive->relieved = true;
}

/* ---- the reserve ---- */

/* Sleeps, outside the lock, until somebody stops driving. */
static void await_alarm(struct stack *stack)
{
    uint64_t expirations;
    stack_leave(stack);
    ssize_t result = read(stack->drive->alarm_fd, &expirations, sizeof(expirations));
    stack_enter(stack);
    if (result > 0)
        stack->drive->alarm_set = false;
}

void drive_in_reserve(struct stack *stack)
{
    struct drive *drive = stack->drive;
    stack_enter(stack);
    while (!drive->stop) {
        usec_t gap_end = drive->given_up_at + DRIVE_GAP;
        if (!drive->taken && stack->latest >= gap_end)
            drive_locked(stack, NULL, NEVER);
        else if (!drive->taken)
            set_alarm(drive, gap_end - stack->latest);
        if (!drive->stop)
            await_alarm(stack);
    }
    stack_leave(stack);
}

void drive_stop_locked(struct stack *stack)
{
    struct drive *drive = stack->drive;
    drive->stop = drive->rung = true;
    wake(drive);
    drive->alarm_set = false;
    set_alarm(drive, 1);
}
