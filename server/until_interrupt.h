/* A server at a terminal: it serves until Ctrl-C. */
#ifndef SERVER_UNTIL_INTERRUPT_H
#define SERVER_UNTIL_INTERRUPT_H

#include <stdio.h>

#include "base/fault.h"
#include "net/serve.h"

/* As most servers are here: backlog 128, at most 1,000 connections at once, SO_REUSEADDR. */
struct serve_config serve_as_usual(const struct net_addr *addr, serve_handler *handle, void *arg);

/* Serves until Ctrl-C (the caller has called interrupt_block); tells `say`, unless it is NULL, on
 * which port. Returns 0, or a negative errno with `fault`. */
int serve_until_interrupt(struct net *net, const struct serve_config *config, FILE *say,
                          struct fault *fault);

#endif
