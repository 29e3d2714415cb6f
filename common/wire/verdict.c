/* The reasons of a verdict, joined as they come. */
#include "wire/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void append(struct verdict *verdict, const char *format, va_list args)
{
    size_t used = strlen(verdict->reason);
    const char *joint = used ? "; " : "";
    if (used + strlen(joint) >= sizeof(verdict->reason))
        return;
    memcpy(verdict->reason + used, joint, strlen(joint) + 1);
    used += strlen(joint);
    vsnprintf(verdict->reason + used, sizeof(verdict->reason) - used, format, args);
}

void verdict_add(struct verdict *verdict, enum event_fate fate, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    append(verdict, format, args);
    va_end(args);
    verdict->fate |= fate;
}

void verdict_remark(struct verdict *verdict, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    append(verdict, format, args);
    va_end(args);
}
