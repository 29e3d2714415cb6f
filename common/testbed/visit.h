/* Going into a host of a testbed that another process holds. */
#ifndef TESTBED_VISIT_H
#define TESTBED_VISIT_H

#include "testbed/registry.h"

/* Runs `command` inside the host and waits for it. Signals sent to this process reach the command;
 * when the testbed ends, the command and its children are killed. Returns the command's exit code
 * (128 + n when signal n ended it), or a negative errno. The process must have no other thread and
 * is in the testbed's namespaces afterwards. */
int visit_run(const struct registration *registration, enum host host, char *const *command,
              struct fault *fault);

#endif
