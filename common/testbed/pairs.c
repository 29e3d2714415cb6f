/* The pairs of stacks that a program runs. */
#include "testbed/pairs.h"

#include <errno.h>

#include "base/bytes.h"

enum { CHOICE_BOTH, CHOICE_FIRST }; /* the other choices are stacks, in their own order */

const char *pair_name(struct pair pair)
{
    static const char *const names[][3] = {
        [STACK_KERNEL] = {"kernel-kernel", "kernel-own", "kernel-sim"},
        [STACK_OWN] = {"own-kernel", "own-own", "own-sim"},
        [STACK_SIM] = {"sim-kernel", "sim-own", "sim"},
    };
    return names[pair.client][pair.server];
}

bool pair_needs_hosts(struct pair pair)
{
    return pair.client != STACK_SIM || pair.server != STACK_SIM;
}

struct option_group pair_option_group(struct pair_options *options)
{
    static struct option_spec specs[3];
    const struct option_spec filled[] = {
        {"stack", 's', OPTION_CHOICE, &options->stack, "whose TCP runs; both: side by side",
         "both|kernel|own|sim", 0, 0},
        {"client", 0, OPTION_CHOICE, &options->client, "host A's stack, when it differs",
         "same|kernel|own|sim", 0, 0},
        {"server", 0, OPTION_CHOICE, &options->server, "host B's stack, when it differs",
         "same|kernel|own|sim", 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(filled); i++)
        specs[i] = filled[i];
    return (struct option_group){"Stacks", specs, ARRAY_LEN(specs)};
}

/* The stack of one role: its own choice, or that of --stack, or with "both" the one given. */
static enum stack_kind stack_of(int own_choice, int stack_choice, enum stack_kind otherwise)
{
    if (own_choice != CHOICE_BOTH)
        return (enum stack_kind)(own_choice - CHOICE_FIRST);
    if (stack_choice != CHOICE_BOTH)
        return (enum stack_kind)(stack_choice - CHOICE_FIRST);
    return otherwise;
}

int pair_list(const struct pair_options *options, struct pair pairs[2], struct fault *fault)
{
    bool mixed = options->client != CHOICE_BOTH || options->server != CHOICE_BOTH;
    int count = options->stack == CHOICE_BOTH && !mixed ? 2 : 1;

    for (int i = 0; i < count; i++) {
        enum stack_kind otherwise = i == 0 ? STACK_KERNEL : STACK_OWN;
        pairs[i].client = stack_of(options->client, options->stack, otherwise);
        pairs[i].server = stack_of(options->server, options->stack, otherwise);
        if ((pairs[i].client == STACK_SIM) != (pairs[i].server == STACK_SIM))
            return fault_set(fault, -EINVAL,
                             "sim goes only with sim: the other host would live in real time");
    }
    return count;
}
