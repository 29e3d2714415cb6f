/* The reserve's thread. */
#include "stack/io.h"

#include <errno.h>
#include <stdlib.h>

#include "stack/internal.h"

struct stack_io {
    struct stack *stack;
    struct thread *thread;
    struct drive drive;
};

static void run(void *arg)
{
    drive_in_reserve(((struct stack_io *)arg)->stack);
}

static void set_drive(struct stack *stack, struct drive *drive)
{
    stack_enter(stack);
    stack->drive = drive;
    stack_leave(stack);
}

int stack_io_start(struct stack_io **out, struct stack *stack, const char *name)
{
    struct stack_io *io = calloc(1, sizeof(*io));
    int error = -ENOMEM;
    if (!io)
        return error;
    io->stack = stack;
    error = drive_init(&io->drive);
    if (error < 0)
        goto free_io;
    set_drive(stack, &io->drive);
    error = thread_start(&io->thread, name, run, io);
    if (error < 0)
        goto fini_drive;
    *out = io;
    return 0;

fini_drive:
    set_drive(stack, NULL);
    drive_fini(&io->drive);
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
    drive_stop_locked(io->stack);
    stack_leave(io->stack);
    thread_join(io->thread);
    set_drive(io->stack, NULL);
    drive_fini(&io->drive);
    free(io);
}
