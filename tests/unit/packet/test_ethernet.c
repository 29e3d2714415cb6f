/* common/packet/ethernet.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "exact.h"
#include "packet/ethernet.h"
#include "tests/unit/resources.h"

static const uint8_t header[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02,
                                 0x00, 0x00, 0x00, 0x00, 0x0a, 0x08, 0x06};

static void a_header_is_read_field_by_field(void **state)
{
    (void)state;
    struct ethernet ethernet;
    assert_true(ethernet_parse(&ethernet, header, sizeof(header)));
    assert_true(mac_is_broadcast(&ethernet.dst));
    assert_true(mac_equal(&ethernet.src, &(struct mac){{2, 0, 0, 0, 0, 0x0a}}));
    assert_int_equal(ethernet.type, ETHERNET_TYPE_ARP);
    assert_int_equal(ethernet.payload.len, 0);
}

static void the_payload_is_all_that_follows(void **state)
{
    (void)state;
    uint8_t frame[60] = {0};
    struct ethernet ethernet;
    assert_true(ethernet_parse(&ethernet, frame, sizeof(frame)));
    assert_ptr_equal(ethernet.payload.data, frame + ETHERNET_HEADER_LEN);
    assert_int_equal(ethernet.payload.len, sizeof(frame) - ETHERNET_HEADER_LEN);
}

static void a_frame_shorter_than_its_header_is_refused(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof(header); len++) {
        uint8_t *frame = exact_copy(header, len);
        struct ethernet ethernet;
        assert_false(ethernet_parse(&ethernet, frame, len));
        free(frame);
    }
}

static void what_is_written_is_what_was_read(void **state)
{
    (void)state;
    struct ethernet ethernet;
    uint8_t written[ETHERNET_HEADER_LEN];
    assert_true(ethernet_parse(&ethernet, header, sizeof(header)));
    assert_int_equal(ethernet_emit(&ethernet, written), sizeof(header));
    assert_memory_equal(written, header, sizeof(header));
}

static void addresses_differ_in_any_octet(void **state)
{
    (void)state;
    const struct mac mac = {{2, 0, 0, 0, 0, 1}};
    assert_false(mac_is_broadcast(&mac));
    for (size_t i = 0; i < sizeof(mac.octets); i++) {
        struct mac other = mac;
        other.octets[i] ^= 0x80;
        assert_false(mac_equal(&mac, &other));
    }
}

static void the_lowest_bit_of_the_first_octet_marks_a_group(void **state)
{
    (void)state;
    const struct mac station = {{2, 0, 0, 0, 0, 1}}, multicast = {{1, 0, 0x5e, 0, 0, 1}};
    const struct mac broadcast = mac_broadcast();
    assert_false(mac_is_group(&station));
    assert_true(mac_is_group(&multicast));
    assert_true(mac_is_group(&broadcast));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_read_field_by_field),
        cmocka_unit_test(the_payload_is_all_that_follows),
        cmocka_unit_test(a_frame_shorter_than_its_header_is_refused),
        cmocka_unit_test(what_is_written_is_what_was_read),
        cmocka_unit_test(addresses_differ_in_any_octet),
        cmocka_unit_test(the_lowest_bit_of_the_first_octet_marks_a_group),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
