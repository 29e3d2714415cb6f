/* One thread between the link and the host. */
#include "stack/io.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "stack/internal.h"

struct stack_io {
    struct stack *stack;
    struct thread *thread;
    int wake_fd; /* readable: look at the stack, its deadline came forward or the end is near */
    bool stop;   /* guarded by the stack's lock */
};

static void wake(void *arg)
{
    const struct stack_io *io = arg;
    eventfd_write(io->wake_fd, 1);
}

/* Programs bring the deadline forward with almost everything they send, and the answer calls it
 * off. So a time once set is slept until although it has become needless: this costs one look for
 * nothing now and then, where going by the book would cost two wake-ups for each exchange. */
static usec_t next_look(const struct stack *stack, usec_t now)
{
    usec_t set_before = stack->driver_wakes > now ? stack->driver_wakes : NEVER;
    return usec_min(set_before, stack_deadline_locked(stack));
}

/* Everything that has happened, in one stay inside the lock. Gives the time of the next look; false
 * when the driver is to stop. */
static bool handle(struct stack_io *io, const struct link_frame *frames, int count, usec_t *look)
{
    struct stack *stack = io->stack;
    usec_t now = stack_enter(stack);
    stack_on_frames_locked(stack, now, frames, count);
    stack_on_time_locked(stack, now);
    *look = stack->driver_wakes = next_look(stack, now);
    bool stop = io->stop;
    stack_leave(stack);
    return !stop;
}

/* Sleeps until `look`, a frame, or a wake. True when it is worth a look even without a frame. */
static bool sleep_until(const struct stack_io *io, usec_t look)
{
    struct pollfd fds[] = {
        {.fd = io->wake_fd, .events = POLLIN},
        {.fd = io->stack->link->fd, .events = POLLIN},
    };
    usec_t left = usec_max(look - clock_now(), 0);
    const struct timespec patience = {
        .tv_sec = left / USEC_S,
        .tv_nsec = left % USEC_S * 1000,
    };
    int ready = ppoll(fds, ARRAY_LEN(fds), look == NEVER ? NULL : &patience, NULL);
    if (ready <= 0)
        return true;
    eventfd_t count;
    if (fds[0].revents)
        eventfd_read(io->wake_fd, &count);
    return fds[0].revents != 0;
}

static void drive(void *arg)
{
    struct stack_io *io = arg;
    struct link_frame frames[LINK_BATCH];
    bool go_on = true, worth_a_look = true;
    usec_t look = NEVER;
    while (go_on) {
        int count = link_receive(io->stack->link, frames, LINK_BATCH);
        if (count > 0 || worth_a_look) {
            go_on = handle(io, frames, count, &look);
            worth_a_look = false;
        } else {
            worth_a_look = sleep_until(io, look);
        }
    }
}

static void set_driver(struct stack_io *io, void (*wake_driver)(void *arg))
{
    stack_enter(io->stack);
    io->stack->wake_driver = wake_driver;
    io->stack->driver = io;
    stack_leave(io->stack);
}

int stack_io_start(struct stack_io **out, struct stack *stack, const char *name)
{
    struct stack_io *io = calloc(1, sizeof(*io));
    int error = -ENOMEM;
    if (!io)
        return error;
    io->stack = stack;
    io->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (io->wake_fd < 0) {
        error = -errno;
        goto free_io;
    }
    set_driver(io, wake);
    error = thread_start(&io->thread, name, drive, io);
    if (error < 0)
        goto close_fd;
    *out = io;
    return 0;

close_fd:
    set_driver(io, NULL);
    close(io->wake_fd);
free_io:
    free(io);
    return error;
}

int stack_io_pin(struct stack_io *io, int cpu)
{
    return thread_pin(io->thread, cpu);
}

void stack_io_stop(struct stack_io *io)
{
    if (!io)
        return;
    stack_enter(io->stack);
    io->stop = true;
    wake(io);
    stack_leave(io->stack);
    thread_join(io->thread);
    set_driver(io, NULL);
    close(io->wake_fd);
    free(io);
}
