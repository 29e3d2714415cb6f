/* common/link/memory.c: what is sent is taken, whole. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "link/memory.h"
#include "tests/unit/resources.h"

enum { MTU = 20 };

static struct {
    char frames[4][64];
    const uint8_t *data; /* where the last one lay */
    int count;
} taken;

static void take(void *arg, struct span frame)
{
    assert_ptr_equal(arg, &taken);
    memcpy(taken.frames[taken.count++], frame.data, frame.len);
    taken.data = frame.data;
}

static int open_link(void **state)
{
    const struct memory_link_config config = {
        .mac = {{2, 0, 0, 0, 0, 1}}, .mtu = MTU, .take = take, .arg = &taken};
    memset(&taken, 0, sizeof(taken));
    return memory_link_open((struct link **)state, &config);
}

static int close_link(void **state)
{
    link_close(*state);
    return 0;
}

static struct span text(const char *words)
{
    return (struct span){(const uint8_t *)words, strlen(words)};
}

static void it_has_the_address_and_mtu_it_was_given(void **state)
{
    const struct link *link = *state;
    const struct mac mac = {{2, 0, 0, 0, 0, 1}};
    assert_true(mac_equal(&link->mac, &mac));
    assert_int_equal(link->mtu, MTU);
    assert_int_equal(link->fd, -1);
}

static void frames_are_taken_in_order_and_where_they_lie(void **state)
{
    const struct link_frame frames[] = {{.parts = {text("one")}}, {.parts = {text("two")}}};
    assert_int_equal(link_send(*state, frames, 2), 2);
    assert_int_equal(taken.count, 2);
    assert_string_equal(taken.frames[0], "one");
    assert_string_equal(taken.frames[1], "two");
    assert_ptr_equal(taken.data, frames[1].parts[0].data);
}

static void parts_arrive_as_one_frame(void **state)
{
    const struct link_frame frames[] = {
        {.parts = {text("head "), text("body "), text("tail")}},
        {.parts = {text("head"), {NULL, 0}, text("tail")}},
        {.parts = {{NULL, 0}, text("all")}},
    };
    assert_int_equal(link_send(*state, frames, 3), 3);
    assert_string_equal(taken.frames[0], "head body tail");
    assert_string_equal(taken.frames[1], "headtail");
    assert_string_equal(taken.frames[2], "all");
}

static void a_frame_longer_than_the_mtu_is_refused(void **state)
{
    static const uint8_t octets[ETHERNET_HEADER_LEN + MTU + 1];
    struct link_frame frames[] = {{.parts = {{octets, sizeof(octets) - 1}}},
                                  {.parts = {{octets, sizeof(octets)}}}};
    assert_int_equal(link_send(*state, frames, 2), 1);
    assert_int_equal(link_send(*state, frames + 1, 1), -EMSGSIZE);
    assert_int_equal(taken.count, 1);
}

static void nothing_is_received_through_it(void **state)
{
    struct link_frame frame;
    assert_int_equal(link_receive(*state, &frame, 1), 0);
    assert_int_equal(link_overruns(*state), 0);
}

#define LINKED(test) cmocka_unit_test_setup_teardown(test, open_link, close_link)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LINKED(it_has_the_address_and_mtu_it_was_given),
        LINKED(frames_are_taken_in_order_and_where_they_lie),
        LINKED(parts_arrive_as_one_frame),
        LINKED(a_frame_longer_than_the_mtu_is_refused),
        LINKED(nothing_is_received_through_it),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
