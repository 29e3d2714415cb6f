/* The API's options on a kernel socket. */
#ifndef NET_NET_KERNEL_OPTIONS_H
#define NET_NET_KERNEL_OPTIONS_H

#include <stdint.h>

#include "net/options.h"

int net_kernel_set(int fd, enum net_option option, int64_t value);
int net_kernel_get(int fd, enum net_option option, int64_t *value);

#endif
