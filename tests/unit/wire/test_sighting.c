/* common/wire/sighting.c and flow.c: what is new, what comes again, what is only an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/wire/segments.h"
#include "wire/sighting.h"

/* Both sides' numbers wrap within the first segments of a wrapping talk. */
static const struct talk plain = {.port = 40000, .iss = {1000, 2000}};
static const struct talk wrapping = {.port = 40000, .iss = {0xffffff00, 0xfffffff0}};

static struct tracker *tracker;
static struct talk talk;
static struct sighting seen;

static int begin(void **state)
{
    talk = *state ? *(const struct talk *)*state : plain;
    return tracker_new(&tracker);
}

static int end(void **state)
{
    (void)state;
    tracker_free(tracker);
    return 0;
}

static void see(enum wire_dir dir, struct say say)
{
    struct frame_bytes frame = say_frame(&talk, dir, say);
    struct frame_view view;
    frame_parse(&view, frame.octets, frame.len);
    assert_int_equal(view.kind, FRAME_TCP);
    tracker_see(tracker, dir, &view, &seen);
}

static void see_a(struct say say)
{
    see(WIRE_A_TO_B, say);
}

static void see_b(struct say say)
{
    see(WIRE_B_TO_A, say);
}

static void shake_hands(void)
{
    see_a((struct say){.flags = TCP_SYN});
    see_b((struct say){.flags = TCP_SYN | TCP_ACK, .ack = 1});
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1});
}

static void expect(enum sight kind, uint32_t number, uint32_t transmission)
{
    assert_int_equal(seen.as[kind].number, number);
    assert_int_equal(seen.as[kind].transmission, transmission);
}

/* None of the kinds that TCP's text and acknowledgments come in, but this one. */
static void expect_only(enum sight kind)
{
    for (int other = SIGHT_DATA; other < SIGHT_COUNT; other++) {
        if (other != (int)kind)
            assert_int_equal(seen.as[other].number, 0);
    }
    assert_int_not_equal(seen.as[kind].number, 0);
}

static void a_handshake_is_syn_synack_and_handshake_ack(void **state)
{
    (void)state;
    see_a((struct say){.flags = TCP_SYN});
    expect_only(SIGHT_SYN);
    see_b((struct say){.flags = TCP_SYN | TCP_ACK, .ack = 1});
    expect_only(SIGHT_SYNACK);
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1});
    expect(SIGHT_HANDSHAKE_ACK, 1, 1);
    expect(SIGHT_ACK, 1, 1);
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1});
    expect(SIGHT_HANDSHAKE_ACK, 0, 0);
    expect(SIGHT_ACK, 2, 1);
}

static void data_may_complete_the_handshake(void **state)
{
    (void)state;
    see_a((struct say){.flags = TCP_SYN});
    see_b((struct say){.flags = TCP_SYN | TCP_ACK, .ack = 1});
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1, .len = 10});
    expect(SIGHT_HANDSHAKE_ACK, 1, 1);
    expect(SIGHT_DATA, 1, 1);
}

static void a_syn_sent_again_is_the_same_syn(void **state)
{
    (void)state;
    see_a((struct say){.flags = TCP_SYN});
    see_a((struct say){.flags = TCP_SYN});
    expect(SIGHT_SYN, 1, 2);
    see_b((struct say){.flags = TCP_SYN | TCP_ACK, .ack = 1});
    see_b((struct say){.flags = TCP_SYN | TCP_ACK, .ack = 1});
    see_b((struct say){.flags = TCP_SYN | TCP_ACK, .ack = 1});
    expect(SIGHT_SYNACK, 1, 3);
    assert_int_equal(seen.conn, 1);
}

static void new_data_is_numbered_for_each_direction(void **state)
{
    (void)state;
    shake_hands();
    for (uint32_t i = 0; i < 3; i++) {
        see_a((struct say){.flags = TCP_ACK, .seq = 1 + 100 * i, .ack = 1, .len = 100});
        expect(SIGHT_DATA, i + 1, 1);
    }
    see_b((struct say){.flags = TCP_ACK, .seq = 1, .ack = 301, .len = 50});
    expect(SIGHT_DATA, 1, 1);
}

static void a_retransmission_keeps_its_number(void **state)
{
    (void)state;
    shake_hands();
    for (uint32_t i = 0; i < 5; i++)
        see_a((struct say){.flags = TCP_ACK, .seq = 1 + 100 * i, .ack = 1, .len = 100});
    see_a((struct say){.flags = TCP_ACK, .seq = 201, .ack = 1, .len = 100});
    expect(SIGHT_DATA, 3, 2);
    see_a((struct say){.flags = TCP_ACK, .seq = 201, .ack = 1, .len = 100});
    expect(SIGHT_DATA, 3, 3);
    see_a((struct say){.flags = TCP_ACK, .seq = 501, .ack = 1, .len = 100});
    expect(SIGHT_DATA, 6, 1);
}

static void recut_data_counts_as_where_it_begins(void **state)
{
    (void)state;
    shake_hands();
    for (uint32_t i = 0; i < 3; i++)
        see_a((struct say){.flags = TCP_ACK, .seq = 1 + 100 * i, .ack = 1, .len = 100});
    see_a((struct say){.flags = TCP_ACK, .seq = 101, .ack = 1, .len = 200});
    expect(SIGHT_DATA, 2, 2);
    see_a((struct say){.flags = TCP_ACK, .seq = 151, .ack = 1, .len = 50});
    expect(SIGHT_DATA, 2, 3);
}

static void old_data_with_new_behind_it_is_new(void **state)
{
    (void)state;
    shake_hands();
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1, .len = 100});
    see_a((struct say){.flags = TCP_ACK, .seq = 51, .ack = 1, .len = 100});
    expect(SIGHT_DATA, 2, 1);
    see_a((struct say){.flags = TCP_ACK, .seq = 51, .ack = 1, .len = 20});
    expect(SIGHT_DATA, 1, 2);
    see_a((struct say){.flags = TCP_ACK, .seq = 101, .ack = 1, .len = 20});
    expect(SIGHT_DATA, 2, 2);
}

static void data_too_old_to_remember_matches_nothing(void **state)
{
    (void)state;
    shake_hands();
    for (uint32_t i = 0; i <= TRACKER_SEGMENTS; i++)
        see_a((struct say){.flags = TCP_ACK, .seq = 1 + 10 * i, .ack = 1, .len = 10});
    see_a((struct say){.flags = TCP_ACK, .seq = 11, .ack = 1, .len = 10});
    expect(SIGHT_DATA, 2, 2);
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1, .len = 10});
    expect(SIGHT_DATA, 0, 0);
}

static void a_fin_sent_again_is_the_same_fin(void **state)
{
    (void)state;
    shake_hands();
    see_a((struct say){.flags = TCP_ACK | TCP_FIN, .seq = 1, .ack = 1, .len = 100});
    expect(SIGHT_DATA, 1, 1);
    expect(SIGHT_FIN, 1, 1);
    see_a((struct say){.flags = TCP_ACK | TCP_FIN, .seq = 101, .ack = 1});
    expect(SIGHT_FIN, 1, 2);
    expect_only(SIGHT_FIN);
    see_b((struct say){.flags = TCP_ACK, .seq = 1, .ack = 102});
    expect(SIGHT_ACK, 1, 1);
}

static void duplicate_acks_are_each_an_ack(void **state)
{
    (void)state;
    shake_hands();
    for (uint32_t i = 1; i <= 4; i++) {
        see_b((struct say){.flags = TCP_ACK, .seq = 1, .ack = 101});
        expect(SIGHT_ACK, i, 1);
        expect_only(SIGHT_ACK);
    }
}

static void a_wider_window_alone_is_a_window_update(void **state)
{
    (void)state;
    shake_hands();
    see_b((struct say){.flags = TCP_ACK, .seq = 1, .ack = 101, .shut = true});
    expect_only(SIGHT_ACK);
    see_b((struct say){.flags = TCP_ACK, .seq = 1, .ack = 101, .wnd = 500});
    expect_only(SIGHT_WINDOW_UPDATE);
    see_b((struct say){.flags = TCP_ACK, .seq = 1, .ack = 201, .wnd = 900});
    expect_only(SIGHT_ACK);
}

static void a_sack_with_a_wider_window_is_still_a_duplicate_ack(void **state)
{
    (void)state;
    shake_hands();
    see_b((struct say){.flags = TCP_ACK, .seq = 1, .ack = 101, .wnd = 500});
    see_b((struct say){.flags = TCP_ACK, .seq = 1, .ack = 101, .wnd = 700, .sack_count = 1});
    expect_only(SIGHT_ACK);
}

static void an_octet_into_a_shut_window_is_a_probe_and_not_data(void **state)
{
    (void)state;
    shake_hands();
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1, .len = 100});
    see_b((struct say){.flags = TCP_ACK, .seq = 1, .ack = 101, .shut = true});
    for (uint32_t i = 1; i <= 3; i++) {
        see_a((struct say){.flags = TCP_ACK, .seq = 101, .ack = 1, .len = 1});
        expect(SIGHT_PROBE, i, 1);
        expect_only(SIGHT_PROBE);
    }
    see_b((struct say){.flags = TCP_ACK, .seq = 1, .ack = 101, .wnd = 500});
    see_a((struct say){.flags = TCP_ACK, .seq = 101, .ack = 1, .len = 1});
    expect(SIGHT_DATA, 2, 1);
}

static void an_empty_segment_one_octet_back_is_a_probe_or_a_keepalive(void **state)
{
    (void)state;
    shake_hands();
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1, .len = 100});
    see_b((struct say){.flags = TCP_ACK, .seq = 1, .ack = 101, .shut = true});
    see_a((struct say){.flags = TCP_ACK, .seq = 100, .ack = 1});
    expect_only(SIGHT_PROBE);
    see_b((struct say){.flags = TCP_ACK, .seq = 1, .ack = 101, .wnd = 500});
    see_a((struct say){.flags = TCP_ACK, .seq = 100, .ack = 1});
    expect_only(SIGHT_KEEPALIVE);
}

static void a_retransmitted_octet_into_an_open_window_is_data(void **state)
{
    (void)state;
    shake_hands();
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1});
    see_b((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1});
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1});
    expect(SIGHT_DATA, 1, 2);
    expect_only(SIGHT_DATA);
}

static void a_reset_is_a_reset(void **state)
{
    (void)state;
    shake_hands();
    see_b((struct say){.flags = TCP_RST, .seq = 1});
    expect_only(SIGHT_RST);
    see_b((struct say){.flags = TCP_RST | TCP_ACK, .seq = 1, .ack = 1});
    expect(SIGHT_RST, 2, 1);
}

static void each_connection_counts_for_itself(void **state)
{
    (void)state;
    shake_hands();
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1, .len = 10});
    talk.port++;
    shake_hands();
    assert_int_equal(seen.conn, 2);
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1, .len = 10});
    expect(SIGHT_DATA, 1, 1);
    talk.port--;
    see_a((struct say){.flags = TCP_ACK, .seq = 11, .ack = 1, .len = 10});
    expect(SIGHT_DATA, 2, 1);
    assert_int_equal(seen.conn, 1);
}

static void the_same_ports_again_are_another_connection(void **state)
{
    (void)state;
    shake_hands();
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1, .len = 10});
    talk.iss[WIRE_A_TO_B] += 100000;
    shake_hands();
    assert_int_equal(seen.conn, 2);
    see_a((struct say){.flags = TCP_ACK, .seq = 1, .ack = 1, .len = 10});
    expect(SIGHT_DATA, 1, 1);
}

static void the_oldest_connection_makes_room(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * TRACKER_CONNECTIONS + 5; i++) {
        talk.port = (uint16_t)(1024 + i);
        see_a((struct say){.flags = TCP_SYN});
        assert_int_equal(seen.conn, i + 1);
        expect(SIGHT_SYN, 1, 1);
    }
    see_a((struct say){.flags = TCP_SYN});
    expect(SIGHT_SYN, 1, 2);
}

static void what_is_not_tcp_is_numbered_for_each_direction_of_the_wire(void **state)
{
    (void)state;
    uint8_t octets[60] = {[12] = 0x08,  [13] = 0x06,  [14 + 1] = 1, [14 + 2] = 8,
                          [14 + 4] = 6, [14 + 5] = 4, [14 + 7] = 1};
    struct frame_view arp;
    frame_parse(&arp, octets, sizeof(octets));
    assert_int_equal(arp.kind, FRAME_ARP);
    tracker_see(tracker, WIRE_A_TO_B, &arp, &seen);
    tracker_see(tracker, WIRE_A_TO_B, &arp, &seen);
    expect(SIGHT_ARP, 2, 1);
    expect(SIGHT_FRAME, 2, 1);
    assert_int_equal(seen.conn, 0);
    see_b((struct say){.flags = TCP_SYN});
    expect(SIGHT_FRAME, 1, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
#define TWIN(name)                                                                                 \
    {                                                                                              \
#name " across the wrap", name, begin, end, (void *)&wrapping                              \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_handshake_is_syn_synack_and_handshake_ack),
        TEST(data_may_complete_the_handshake),
        TEST(a_syn_sent_again_is_the_same_syn),
        TEST(new_data_is_numbered_for_each_direction),
        TWIN(new_data_is_numbered_for_each_direction),
        TEST(a_retransmission_keeps_its_number),
        TWIN(a_retransmission_keeps_its_number),
        TEST(recut_data_counts_as_where_it_begins),
        TWIN(recut_data_counts_as_where_it_begins),
        TEST(old_data_with_new_behind_it_is_new),
        TWIN(old_data_with_new_behind_it_is_new),
        TEST(data_too_old_to_remember_matches_nothing),
        TWIN(data_too_old_to_remember_matches_nothing),
        TEST(a_fin_sent_again_is_the_same_fin),
        TWIN(a_fin_sent_again_is_the_same_fin),
        TEST(duplicate_acks_are_each_an_ack),
        TEST(a_wider_window_alone_is_a_window_update),
        TWIN(a_wider_window_alone_is_a_window_update),
        TEST(a_sack_with_a_wider_window_is_still_a_duplicate_ack),
        TEST(an_octet_into_a_shut_window_is_a_probe_and_not_data),
        TWIN(an_octet_into_a_shut_window_is_a_probe_and_not_data),
        TEST(an_empty_segment_one_octet_back_is_a_probe_or_a_keepalive),
        TWIN(an_empty_segment_one_octet_back_is_a_probe_or_a_keepalive),
        TEST(a_retransmitted_octet_into_an_open_window_is_data),
        TEST(a_reset_is_a_reset),
        TEST(each_connection_counts_for_itself),
        TEST(the_same_ports_again_are_another_connection),
        TEST(the_oldest_connection_makes_room),
        TEST(what_is_not_tcp_is_numbered_for_each_direction_of_the_wire),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
