/* What the mains of all servers and clients do. */
#include "testbed/role_main.h"

#include "base/bytes.h"
#include "base/interrupt.h"

int role_main(const struct role_program *self, int argc, char **argv)
{
    struct role_config config = self->role;
    const struct option_group groups[] = {
        {config.host == HOST_A ? "Client" : "Server", self->specs, self->spec_count},
        role_option_group(&config),
    };
    struct program program = {
        .name = config.program,
        .summary = self->summary,
        .operands = self->operands,
        .example = self->example,
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct fault fault = {0};
    struct role role;

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    if (!config.dies_of_interrupt)
        interrupt_block();
    if (role_open(&role, &config, &fault))
        return options_fail(&program, &fault);
    role.operand = program.operand;
    role.operand_count = program.operand_count;
    self->play(&role, &fault);
    if (!config.dies_of_interrupt && !fault.error)
        role_report(&role, stdout);
    role_close(&role);
    return fault.error ? options_fail(&program, &fault) : 0;
}
