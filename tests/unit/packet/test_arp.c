/* common/packet/arp.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "exact.h"
#include "packet/arp.h"
#include "tests/unit/resources.h"

/* 10.0.0.1 at 02:00:00:00:00:0a asks for 10.0.0.2. */
static const uint8_t request[ARP_LEN] = {
    0x00, 0x01, 0x08, 0x00, 6,    4,    0x00, 0x01,       /* Ethernet, IPv4, request */
    0x02, 0x00, 0x00, 0x00, 0x00, 0x0a, 10,   0,    0, 1, /* sender */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 10,   0,    0, 2, /* target */
};

static void a_request_is_read_field_by_field(void **state)
{
    (void)state;
    struct arp arp;
    assert_int_equal(arp_parse(&arp, request, sizeof(request)), ARP_OK);
    assert_int_equal(arp.operation, ARP_REQUEST);
    assert_true(mac_equal(&arp.sender_mac, &(struct mac){{2, 0, 0, 0, 0, 0x0a}}));
    assert_true(mac_equal(&arp.target_mac, &(struct mac){{0}}));
    assert_int_equal(arp.sender_ip, 0x0a000001);
    assert_int_equal(arp.target_ip, 0x0a000002);
}

static void what_is_written_is_what_was_read(void **state)
{
    (void)state;
    struct arp arp;
    uint8_t written[ARP_LEN];
    assert_int_equal(arp_parse(&arp, request, sizeof(request)), ARP_OK);
    assert_int_equal(arp_emit(&arp, written), sizeof(request));
    assert_memory_equal(written, request, sizeof(request));
}

static void padding_behind_the_packet_is_no_harm(void **state)
{
    (void)state;
    uint8_t padded[46] = {0};
    memcpy(padded, request, sizeof(request));
    struct arp arp;
    assert_int_equal(arp_parse(&arp, padded, sizeof(padded)), ARP_OK);
}

static void a_packet_cut_short_is_refused(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof(request); len++) {
        uint8_t *data = exact_copy(request, len);
        struct arp arp;
        assert_int_equal(arp_parse(&arp, data, len), ARP_SHORT);
        free(data);
    }
}

static void other_hardware_protocols_and_lengths_are_foreign(void **state)
{
    (void)state;
    for (size_t i = 0; i < 6; i++) { /* hardware, protocol and the two lengths */
        uint8_t data[ARP_LEN];
        memcpy(data, request, sizeof(data));
        data[i] ^= 1;
        struct arp arp;
        assert_int_equal(arp_parse(&arp, data, sizeof(data)), ARP_FOREIGN);
    }
}

static void every_problem_has_words(void **state)
{
    (void)state;
    assert_null(arp_problem(ARP_OK));
    assert_non_null(strstr(arp_problem(ARP_SHORT), "shorter"));
    assert_non_null(strstr(arp_problem(ARP_FOREIGN), "IPv4 on Ethernet"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_read_field_by_field),
        cmocka_unit_test(what_is_written_is_what_was_read),
        cmocka_unit_test(padding_behind_the_packet_is_no_harm),
        cmocka_unit_test(a_packet_cut_short_is_refused),
        cmocka_unit_test(other_hardware_protocols_and_lengths_are_foreign),
        cmocka_unit_test(every_problem_has_words),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
