/* What the shared object exports.
 *
 * The tool cannot be told that there is no stack to test, so here, as in a `main`, the reason is
 * printed and the process ends. */
#include <stdio.h>
#include <stdlib.h>

#include "packetdrill/parts.h"

static void end(void *userdata)
{
    door_close(userdata);
}

static _Noreturn void refuse(const struct fault *fault)
{
    fprintf(stderr, "libtwinstack_pd: %s\n", fault->text);
    exit(fault_exit_code(fault));
}

__attribute__((visibility("default"))) packetdrill_init_fn packetdrill_interface_init;

void packetdrill_interface_init(const char *text, struct packetdrill_interface *out)
{
    struct fault fault = {0};
    struct door_flags flags;
    struct door *door;
    if (door_flags_read(&flags, text, &fault) < 0)
        refuse(&fault);
    int error = door_open(&door, &flags);
    if (error) {
        fault_errno(&fault, error, "no host");
        refuse(&fault);
    }
    *out = (struct packetdrill_interface){.userdata = door, .free = end};
    calls_enter(out);
    transfer_enter(out);
    options_enter(out);
    poll_enter(out);
    epoll_enter(out);
    device_enter(out);
}
