/* Linux' settings for TCP, as far as our own stack has the same knob: so that one list makes both
 * hosts of a mixed testbed behave alike. */
#ifndef TESTBED_OWN_SYSCTL_H
#define TESTBED_OWN_SYSCTL_H

#include "stack/stack.h"

/* Applies "net.ipv4.tcp_sack=0" and the like, up to a NULL (`settings` may be NULL); those that
 * name what our stack does not have mean nothing to it. */
void own_sysctl_apply(struct stack_config *config, const char *const *settings);

/* Whether our stack has what `setting` names, and its value is of the right kind. */
bool own_sysctl_knows(const char *setting);

#endif
