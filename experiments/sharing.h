/* A listener that two share, as processes do that inherited it: to whom does a port belong? */
#ifndef EXPERIMENTS_SHARING_H
#define EXPERIMENTS_SHARING_H

#include "experiments/experiment.h"

/* Two threads wait in accept on one listener of host B, and one program on host A connects twice.
 * Puts "holders", how many threads got a connection; "server_port", and the number of different
 * ports at either end, "server_ports" and "client_ports". Returns 0, or a negative errno with
 * `fault`. */
int sharing_play(struct stage *stage, uint16_t port, struct fault *fault);

#endif
