/* One clear line about what went wrong and what to do, carried up to the `main` that prints it.
 *
 * Libraries do not print: a function that can fail in more ways than an errno tells takes a
 * `struct fault *` last (never NULL), fills it on failure only, and returns the negative errno. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

struct fault {
    int error;      /* the negative errno, 0 while nothing happened */
    char text[320]; /* no newline, no program name in front */
};

/* Records `error` and the formatted line; returns `error`, so that a caller can `return
 * fault_set(...)`. A fault once set is kept: the first cause is the one worth telling. */
int fault_set(struct fault *fault, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with ": <strerror of error>" behind it, for causes the system names best itself; a
 * connect whose time is over (-EINPROGRESS) is told in our own words. */
int fault_errno(struct fault *fault, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The exit code that tells this failure: 77 for a missing privilege (-EPERM), 2 for bad usage
 * (-EINVAL set by option parsing), else 1. */
int fault_exit_code(const struct fault *fault);

#endif
