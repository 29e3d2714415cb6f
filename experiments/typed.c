/* The same dialogue for two clients. */
#include "experiments/typed.h"

#include <errno.h>

#include "experiments/stranger.h"

/* -ENOENT: nc is not installed. */
static int hold_by_nc(struct stage *stage, const struct dialogue_plan *plan, FILE *typed,
                      FILE *heard)
{
    char port[8];
    const char *const command[] = {"nc", "-N", "-w", "10", "10.0.0.2", port, NULL};
    snprintf(port, sizeof port, "%u", (unsigned)plan->server.port);
    for (size_t i = 0; i < plan->count; i++)
        fputs(plan->turns[i].says, typed);
    if (fflush(typed))
        return -errno;
    int status = stranger_run(stage->testbed, HOST_A, command, typed, heard);
    return status > 0 ? -EPROTO : status;
}

static int hold(struct stage *stage, const struct dialogue_plan *plan, struct typed *typed,
                FILE *files[2], struct fault *fault)
{
    int error = -ENOENT;
    typed->client = "nc";
    if (stage->pair.client == STACK_KERNEL)
        error = hold_by_nc(stage, plan, files[0], files[1]);
    if (error != -ENOENT)
        return error ? fault_errno(fault, error, "nc could not hold the dialogue") : 0;
    typed->client = "ours";
    return dialogue_hold(stage->a, plan, files[1], fault);
}

int typed_hold(struct stage *stage, const struct dialogue_plan *plan, struct typed *typed,
               struct fault *fault)
{
    FILE *files[2] = {tmpfile(), tmpfile()};
    int error = files[0] && files[1] ? 0 : fault_errno(fault, -errno, "no room for a file");
    if (!error)
        error = hold(stage, plan, typed, files, fault);
    if (!error) {
        rewind(files[1]);
        typed->text[fread(typed->text, 1, sizeof typed->text - 1, files[1])] = '\0';
    }
    for (int i = 0; i < 2; i++)
        if (files[i])
            fclose(files[i]);
    return error;
}
