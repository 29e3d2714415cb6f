/* The driver of a host on a real link: one thread that takes frames from the link and lets time
 * pass. It sleeps in ppoll(2) until a frame comes or the host's deadline; when a program brings the
 * deadline forward meanwhile, it is woken. */
#ifndef STACK_IO_H
#define STACK_IO_H

struct stack;
struct stack_io;

/* Drives `stack`, whose link must have a descriptor, until stopped. `name` is the thread's. Returns
 * 0 or a negative errno (-ENOMEM, -EMFILE, -EAGAIN). */
int stack_io_start(struct stack_io **out, struct stack *stack, const char *name);

/* Keeps the thread to one CPU: as thread_pin. */
int stack_io_pin(struct stack_io *io, int cpu);

/* Stops and joins the thread, and frees all. */
void stack_io_stop(struct stack_io *io);

#endif
