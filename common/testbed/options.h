/* The wire's and the testbed's options, the same in every program that has a testbed. */
#ifndef TESTBED_OPTIONS_H
#define TESTBED_OPTIONS_H

#include "base/options.h"
#include "testbed/testbed.h"

/* The group of options that fill `config`: --delay, --rate, --queue, --loss, --dup, --reorder,
 * --corrupt, --script, --seed, --direct. What `config` holds is shown as the default. The table is
 * the process's only one: a second call redirects the first one's options. */
struct option_group testbed_option_group(struct testbed_config *config);

#endif
