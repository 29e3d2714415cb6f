/* Where running testbeds are found by name, from another terminal.
 *
 * Each has a file in a folder that only its user can read: $XDG_RUNTIME_DIR/twinstack, or
 * /tmp/twinstack-UID. The file names the holder by pid and start time, so that neither a crash nor
 * a pid used again can make a dead testbed look alive: what is stale is removed by whoever meets
 * it. */
#ifndef TESTBED_REGISTRY_H
#define TESTBED_REGISTRY_H

#include <stdint.h>
#include <sys/types.h>

#include "base/fault.h"
#include "testbed/testbed.h"

enum { REGISTRY_NAME_CAP = 32, REGISTRY_PATH_CAP = 4096 };

struct registry {
    char path[REGISTRY_PATH_CAP];
    int folder; /* its descriptor */
};

struct registration {
    char name[REGISTRY_NAME_CAP];
    pid_t holder;
    uint64_t started; /* in clock ticks after boot: tells apart two processes of one pid */
    int netns[2];     /* the holder's descriptors of its hosts, by enum host */
};

/* Finds or makes the folder. Comes before testbed_enter, where the process stops being itself. */
int registry_open(struct registry *registry, struct fault *fault);

/* Removes the folder when no testbed is registered any more. */
void registry_close(struct registry *registry);

/* Registers the calling process. -EEXIST when a live testbed has that name; -EINVAL when it is not
 * made of letters, digits, '-' and '_'. */
int registry_add(struct registry *registry, const char *name, const int netns[2],
                 struct fault *fault);
void registry_remove(struct registry *registry, const char *name);

/* Removes what `holder` registered, for one who knows that it is dying or dead. */
void registry_forget(struct registry *registry, const char *name, pid_t holder);

/* -ENOENT when no testbed of that name is alive. */
int registry_find(struct registry *registry, const char *name, struct registration *found,
                  struct fault *fault);

/* Gives up to `cap` live testbeds, sorted by name; returns how many. */
int registry_list(struct registry *registry, struct registration *found, int cap);

/* A pidfd of the holder: readable when the testbed is gone. -ESRCH when it is already. */
int registry_watch(const struct registration *registration);

/* Asks the holder to end, as Ctrl-C would, and waits until it has; -ETIMEDOUT after 10 s. */
int registry_stop(const struct registration *registration, struct fault *fault);

#endif
