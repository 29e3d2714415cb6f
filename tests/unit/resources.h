/* What a group of tests opens and starts it must close and join: counts the process's descriptors
 * and threads before and after, and fails the program when they differ. Used by every unit test:
 *
 *     int main(void)
 *     {
 *         const struct CMUnitTest tests[] = {...};
 *         return cmocka_run_group_tests(tests, resources_before, resources_after);
 *     }
 *
 * A group with a set-up of its own calls these two first and last in it. */
#ifndef TESTS_UNIT_RESOURCES_H
#define TESTS_UNIT_RESOURCES_H

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"

static struct {
    int descriptors, threads;
} resources;

/* Entries of a folder of /proc, "." and ".." and the descriptor that reads it included. */
static int resources_count(const char *folder)
{
    DIR *entries = opendir(folder);
    int count = 0;
    if (!entries)
        return -1;
    while (readdir(entries))
        count++;
    closedir(entries);
    return count;
}

/* The number of threads once it is `expected`, or after `patience`: one that was joined may stay in
 * /proc for a moment. */
static int resources_count_threads(int expected, usec_t patience)
{
    usec_t end = clock_now() + patience;
    int count = resources_count("/proc/self/task");
    while (count != expected && clock_now() < end) {
        thread_sleep_until(clock_now() + MS(1));
        count = resources_count("/proc/self/task");
    }
    return count;
}

static void resources_do_nothing(void *arg)
{
    (void)arg;
}

/* ThreadSanitizer starts a thread of its own along with the program's first: let it come. */
static int resources_before(void **state)
{
    (void)state;
    int threads = resources_count("/proc/self/task");
    struct thread *first;
    if (thread_start(&first, "first", resources_do_nothing, NULL) < 0)
        return -1;
    thread_join(first);
    resources.threads = resources_count_threads(threads, MS(50));
    resources.descriptors = resources_count("/proc/self/fd");
    return resources.descriptors < 0 || resources.threads < 0 ? -1 : 0;
}

static void resources_list_descriptors(void)
{
    char path[64], target[PATH_MAX];
    for (int fd = 0; fd < 1024; fd++) {
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        ssize_t length = readlink(path, target, sizeof(target));
        if (length > 0)
            fprintf(stderr, "  descriptor %d: %.*s\n", fd, (int)length, target);
    }
}

/* cmocka does not count a failing tear-down, so this ends the program itself. */
static int resources_after(void **state)
{
    (void)state;
    int threads = resources_count_threads(resources.threads, SECONDS(2));
    int descriptors = resources_count("/proc/self/fd");
    if (threads == resources.threads && descriptors == resources.descriptors)
        return 0;
    fprintf(stderr, "not ok - leaves %d threads and %d descriptors behind\n",
            threads - resources.threads, descriptors - resources.descriptors);
    resources_list_descriptors();
    exit(EXIT_FAILURE);
}

#endif
