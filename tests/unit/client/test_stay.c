/* client/stay.c and server/heartbeat.c: pings, losses, and coming back. */
#include "client/stay.h"

#include <errno.h>

#include "base/clock.h"
#include "server/heartbeat.h"
#include "tests/unit/client/play.h"

enum { NEWS_MAX = 64 };

/* Everything that was heard; ends when there were so many of one event. */
struct diary {
    struct stay_news news[NEWS_MAX];
    size_t count;
    enum stay_event last;
    int last_count;
};

static int count_of(const struct diary *diary, enum stay_event event)
{
    int count = 0;
    for (size_t i = 0; i < diary->count; i++)
        count += diary->news[i].event == event;
    return count;
}

static bool write_down(const struct stay_news *news, void *arg)
{
    struct diary *diary = arg;
    if (diary->count < NEWS_MAX)
        diary->news[diary->count++] = *news;
    return diary->count < NEWS_MAX && count_of(diary, diary->last) < diary->last_count;
}

/* The first news of that kind. */
static const struct stay_news *first(const struct diary *diary, enum stay_event event)
{
    for (size_t i = 0; i < diary->count; i++)
        if (diary->news[i].event == event)
            return &diary->news[i];
    return NULL;
}

/* Stays connected to the server of `play` (or, with another port, to nobody). */
static int stay_in(struct play *play, uint16_t port, struct diary *diary)
{
    struct fault fault = {0};
    const struct stay stay = {
        .server = {play->addr.ip, port},
        .interval_us = MS(100),
        .misses = 3,
        .connect_us = MS(500),
        .retry_first_us = MS(100),
        .retry_most_us = MS(400),
        .seed = 1,
        .tell = write_down,
        .arg = diary,
    };
    return stay_connected(play->client, &stay, &fault);
}

static void a_server_that_answers_is_never_lost(void **state)
{
    (void)state;
    struct heartbeat_service service = {.idle_us = MS(150)};
    struct diary diary = {.last = STAY_PONG, .last_count = 20};
    struct play play;
    play_begin(&play, NULL, heartbeat_handle, &service);
    assert_int_equal(stay_in(&play, PLAY_PORT, &diary), 0);
    play_end(&play);
    assert_int_equal(count_of(&diary, STAY_CONNECTED), 1);
    assert_int_equal(count_of(&diary, STAY_LOST), 0);
    assert_int_equal(service.pongs, 20);
    assert_int_equal(service.reaped, 0);
}

static void a_cut_wire_is_noticed_after_three_pings(void **state)
{
    (void)state;
    struct heartbeat_service service = {.idle_us = MS(500)};
    struct diary diary = {.last = STAY_CONNECTED, .last_count = 2};
    struct play play;
    play_begin(&play, "at 250ms cut; at 2s mend", heartbeat_handle, &service);
    usec_t start = clock_now();
    assert_int_equal(stay_in(&play, PLAY_PORT, &diary), 0);
    play_end(&play);
    const struct stay_news *lost = first(&diary, STAY_LOST);
    assert_non_null(lost);
    assert_int_equal(lost->error, -ETIMEDOUT);
    assert_in_range(lost->at - start, MS(600), MS(601)); /* pings at 300, 400 and 500 ms */
    assert_int_equal(service.reaped, 1);
}

static void nobody_there_is_tried_again_less_and_less_often(void **state)
{
    (void)state;
    struct heartbeat_service service = {0};
    struct diary diary = {.last = STAY_RETRY, .last_count = 5};
    struct play play;
    play_begin(&play, NULL, heartbeat_handle, &service);
    assert_int_equal(stay_in(&play, PLAY_PORT + 1, &diary), 0);
    play_end(&play);
    static const int64_t wholes[] = {100, 200, 400, 400, 400};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(diary.news[i].error, -ECONNREFUSED);
        assert_in_range(diary.news[i].pause_us, MS(wholes[i]) / 2, MS(wholes[i]));
    }
}

/* Ends each connection at its first word. */
static void hang_up(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    char byte;
    (void)peer;
    (void)arg;
    net_recv(net, sock, &byte, 1, 0);
}

static void a_server_that_only_hangs_up_is_not_hammered(void **state)
{
    (void)state;
    struct diary diary = {.last = STAY_LOST, .last_count = 3};
    struct play play;
    play_begin(&play, NULL, hang_up, NULL);
    assert_int_equal(stay_in(&play, PLAY_PORT, &diary), 0);
    play_end(&play);
    assert_int_equal(count_of(&diary, STAY_CONNECTED), 3);
    assert_int_equal(count_of(&diary, STAY_PONG), 0);
    assert_int_equal(count_of(&diary, STAY_RETRY), 2);
    assert_true(diary.news[diary.count - 1].at - diary.news[0].at >= MS(50) + MS(100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_that_answers_is_never_lost),
        cmocka_unit_test(a_cut_wire_is_noticed_after_three_pings),
        cmocka_unit_test(nobody_there_is_tried_again_less_and_less_often),
        cmocka_unit_test(a_server_that_only_hangs_up_is_not_hammered),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
