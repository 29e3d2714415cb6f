/* A medium under test: frames marked by one octet go in, and are asked for as they leave. */
#ifndef TESTS_UNIT_WIRE_MEDIUM_H
#define TESTS_UNIT_WIRE_MEDIUM_H

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/unit/wire/listener.h"
#include "wire/medium.h"

static struct medium *medium;
static struct listener listener;

static void start(struct medium_config config)
{
    struct fault fault = {0};
    listener_init(&listener);
    config.sink = &listener.sink;
    int result = medium_new(&medium, &config, &fault);
    if (result < 0)
        fail_msg("%s", fault.text);
}

static int stop(void **state)
{
    (void)state;
    medium_free(medium);
    medium = NULL;
    return 0;
}

/* A frame of `len` octets whose payload begins with `mark`. */
static void enter(usec_t now, enum wire_dir dir, size_t len, uint8_t mark)
{
    uint8_t frame[2048] = {0};
    frame[14] = mark;
    medium_enter(medium, now, dir, (struct span){frame, len});
}

/* The next frame that leaves, at the medium's own deadline. */
struct left {
    usec_t at;
    enum wire_dir dir;
    uint8_t mark;
    size_t len;
};

static bool leave(struct left *left)
{
    struct span frame;
    usec_t at = medium_deadline(medium);
    if (at == NEVER)
        return false;
    assert_true(medium_next(medium, at, &left->dir, &frame));
    left->at = at;
    left->mark = frame.data[14];
    left->len = frame.len;
    return true;
}

static void expect_mark(uint8_t mark)
{
    struct left left;
    assert_true(leave(&left));
    assert_int_equal(left.mark, mark);
}

static void expect_nothing(void)
{
    assert_int_equal(medium_deadline(medium), NEVER);
    assert_int_equal(medium_inside(medium), 0);
}

static struct medium_counts counts_of(enum wire_dir dir)
{
    struct medium_counts counts;
    medium_get_counts(medium, dir, &counts);
    return counts;
}

#endif
