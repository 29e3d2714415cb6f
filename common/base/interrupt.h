/* Ctrl-C done right: the signal is taken by a thread that waits for it, not by a handler that may
 * call next to nothing, and no read, write or lock is ever interrupted by it.
 *
 *     interrupt_block();                         first thing in main
 *     interrupt_start(stop_server, server);      once there is something to stop
 *     serve_run(server);
 *     interrupt_stop();
 */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

/* Keeps SIGINT, SIGTERM and SIGHUP (the terminal is closed; not under nohup, which ignores it) from
 * this thread and all it starts, and ignores SIGPIPE (a write then fails with EPIPE). Call before
 * any thread exists. From here on only interrupt_start makes Ctrl-C do something. */
void interrupt_block(void);

/* Calls `on_interrupt(arg)` at the first of these signals, in a thread of its own, where it may
 * lock, wake and join as it likes. A second signal, before interrupt_stop, means that stopping
 * hangs: the process dies of it at once (a shell shows 130 for Ctrl-C).
 *
 * Under the simulation, where nothing runs long and no thread may wait for the world outside, it
 * calls nobody: the signals go back to ending the process. Returns 0, -EAGAIN or -ENOMEM. */
int interrupt_start(void (*on_interrupt)(void *arg), void *arg);

/* Ends that thread; when this returns, `on_interrupt` has returned or will not be called. */
void interrupt_stop(void);

/* The signals as a program expects to find them: for a child between fork and exec. */
void interrupt_restore(void);

#endif
