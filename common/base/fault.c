/* Faults: the one line a user gets to read, with the errno a program can act upon. */
#include "base/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { EXIT_FAULT = 1, EXIT_USAGE = 2, EXIT_PRIVILEGE = 77 };

/* Writes the line into an untouched fault; false when an earlier cause is already told in it. */
static bool record(struct fault *fault, int error, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

static bool record(struct fault *fault, int error, const char *format, va_list arguments)
{
    if (fault->error != 0)
        return false;
    fault->error = error;
    vsnprintf(fault->text, sizeof(fault->text), format, arguments);
    return true;
}

int fault_set(struct fault *fault, int error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    record(fault, error, format, arguments);
    va_end(arguments);
    return error;
}

/* A connect whose time is over fails with EINPROGRESS, which says nothing to a user. */
static const char *reason(int error, char *room, size_t len)
{
    return error == -EINPROGRESS ? "no answer in the time allowed" : strerror_r(-error, room, len);
}

int fault_errno(struct fault *fault, int error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    bool first = record(fault, error, format, arguments);
    va_end(arguments);
    if (first) {
        char room[128];
        size_t used = strlen(fault->text);
        snprintf(fault->text + used, sizeof(fault->text) - used, ": %s",
                 reason(error, room, sizeof(room)));
    }
    return error;
}

int fault_exit_code(const struct fault *fault)
{
    switch (fault->error) {
    case -EPERM:
        return EXIT_PRIVILEGE;
    case -EINVAL:
        return EXIT_USAGE;
    default:
        return EXIT_FAULT;
    }
}
