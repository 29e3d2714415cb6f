/* The machine on which something was measured: a figure means little without it. */
#ifndef EXPERIMENTS_MACHINE_H
#define EXPERIMENTS_MACHINE_H

struct machine {
    int cpus[2];     /* the first two that this process may use; where there is one, that twice */
    char model[64];  /* of the CPU */
    char system[80]; /* kernel and release */
};

/* What cannot be found out is called unknown. No text has a character that JSON would escape. */
void machine_look(struct machine *machine);

#endif
