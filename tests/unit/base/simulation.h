/* What the tests of the scheduler share: a simulation around each, and the story it tells. */
#ifndef TESTS_UNIT_BASE_SIMULATION_H
#define TESTS_UNIT_BASE_SIMULATION_H

#include <string.h>

#include "base/clock.h"
#include "base/sched.h"
#include "base/thread.h"

/* What happened, a letter at a time. Only the thread with the baton writes. */
static struct {
    char text[512];
    size_t length;
} story;

static void tell(char letter)
{
    if (story.length < sizeof(story.text) - 1)
        story.text[story.length++] = letter;
}

/* Around each test: SIMULATED(test). */
static int begin(void **state)
{
    (void)state;
    memset(&story, 0, sizeof(story));
    sched_begin(1);
    return 0;
}

static int end(void **state)
{
    (void)state;
    sched_end();
    return 0;
}

static struct thread *start(const char *name, void (*run)(void *arg), void *arg)
{
    struct thread *thread;
    assert_int_equal(thread_start(&thread, name, run, arg), 0);
    return thread;
}

/* Runs `count` threads named a, b, c ... to their end; each gets a pointer to its letter. */
static void run_all(size_t count, void (*run)(void *arg))
{
    static char letters[] = "abcdefgh";
    struct thread *threads[8];
    for (size_t i = 0; i < count; i++)
        threads[i] = start((char[]){letters[i], '\0'}, run, &letters[i]);
    for (size_t i = 0; i < count; i++)
        thread_join(threads[i]);
}

#define SIMULATED(test) cmocka_unit_test_setup_teardown(test, begin, end)

#endif
