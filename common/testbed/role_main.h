/* The one shape of the programs that play one role, a server or a client: such a program is data
 * and one function. role_main reads the options, opens the network on the stack that --stack names,
 * plays, and closes.
 *
 *     static const struct role_program program = {..., .play = serve};
 *
 *     int main(int argc, char **argv)
 *     {
 *         return role_main(&program, argc, argv);
 *     }
 */
#ifndef TESTBED_ROLE_MAIN_H
#define TESTBED_ROLE_MAIN_H

#include "testbed/role.h"

struct role_program {
    struct role_config role;                  /* its stack is what the option says */
    const char *summary, *operands, *example; /* as in struct program */
    const struct option_spec *specs;          /* its own options, beside --stack */
    size_t spec_count;
    void (*play)(struct role *role, struct fault *fault); /* what goes wrong stands in `fault` */
};

/* The whole program: says what went wrong and returns the exit code. A program that sees to Ctrl-C
 * itself finds it blocked (base/interrupt.h) and, when all went well, ends with role_report. */
int role_main(const struct role_program *self, int argc, char **argv);

#endif
