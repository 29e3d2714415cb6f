/* The machine on which something was measured. */
#include "experiments/machine.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/bytes.h"

static void choose_cpus(struct machine *machine)
{
    cpu_set_t allowed;
    int found = 0;

    if (sched_getaffinity(0, sizeof allowed, &allowed))
        CPU_ZERO(&allowed);
    for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
        if (CPU_ISSET((size_t)cpu, &allowed))
            machine->cpus[found++] = cpu;
    if (found == 1)
        machine->cpus[1] = machine->cpus[0];
}

/* Copies up to the end of the line or a character that JSON would escape. */
static void copy_text(char *out, size_t cap, const char *text)
{
    size_t len = min_size(strcspn(text, "\"\\\t\n"), cap - 1);

    memcpy(out, text, len);
    out[len] = '\0';
}

static void read_model(struct machine *machine)
{
    static const char key[] = "model name";
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");

    copy_text(machine->model, sizeof machine->model, "unknown CPU");
    while (file && fgets(line, sizeof line, file)) {
        const char *value = strstr(line, ": ");
        if (strncmp(line, key, sizeof key - 1) != 0 || !value)
            continue;
        copy_text(machine->model, sizeof machine->model, value + 2);
        break;
    }
    if (file)
        fclose(file);
}

static void read_system(struct machine *machine)
{
    struct utsname name;
    char text[sizeof name.sysname + sizeof name.release + 1] = "unknown system";

    if (uname(&name) == 0)
        snprintf(text, sizeof text, "%s %s", name.sysname, name.release);
    copy_text(machine->system, sizeof machine->system, text);
}

void machine_look(struct machine *machine)
{
    *machine = (struct machine){0};
    choose_cpus(machine);
    read_model(machine);
    read_system(machine);
}
