/* The reserve of a host on a real link: a thread that takes frames from the link and lets time pass
 * whenever no program that waits does so (stack/drive.h). */
#ifndef STACK_IO_H
#define STACK_IO_H

struct stack;
struct stack_io;

/* From now on `stack`, whose link must have a descriptor, is driven, until stopped. `name` is the
 * thread's. Returns 0 or a negative errno (-ENOMEM, -EMFILE, -EAGAIN). */
int stack_io_start(struct stack_io **out, struct stack *stack, const char *name);

/* Keeps the thread to one CPU: as thread_pin. */
int stack_io_pin(struct stack_io *io, int cpu);

/* Stops and joins the thread, and frees all. No program may be inside the stack. */
void stack_io_stop(struct stack_io *io);

#endif
