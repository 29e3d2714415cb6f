/* SEND and RECEIVE: RFC 9293 sections 3.10.2 and 3.10.3; errors as Linux tells them. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void before_the_beginning_there_is_no_connection(struct story *s)
{
    call_send_result(s, -ENOTCONN);
    call_receive_result(s, -ENOTCONN);
    CHECK(s, tcp_readiness(story_tcb(s)) == 0);
}

/* Section 3.10.2, LISTEN. */
static void a_send_makes_a_listener_active(struct story *s)
{
    call_listen(s);
    call_receive_result(s, -ENOTCONN);
    call_send(s, 10);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
}

static void a_reset_is_told_once(struct story *s)
{
    establish(s, "");
    inject(s, "<SEQ=301><CTL=RST>");
    CHECK(s,
          tcp_readiness(story_tcb(s)) == (TCP_READABLE | TCP_WRITABLE | TCP_ERROR | TCP_HUNG_UP));
    call_send_result(s, -ECONNRESET);
    call_send_result(s, -EPIPE);
    call_receive_result(s, 0);
    CHECK(s, tcp_take_error(story_tcb(s)) == 0);
}

static void peeking_takes_nothing(struct story *s)
{
    uint8_t out[16];
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=ACK><TEXT=abc>");
    CHECK(s, tcp_receive(story_tcb(s), (struct buffer){out, 2}, TCP_CALL_PEEK) == 2);
    CHECK(s, tcp_receive(story_tcb(s), (struct buffer){out, 16}, TCP_CALL_PEEK) == 3);
    CHECK(s, tcp_receive(story_tcb(s), (struct buffer){out, 16}, 0) == 3 && out[2] == 'c');
    call_receive_result(s, -EAGAIN);
    after_anything(s, MS(40));
}

static void readiness_follows_the_stream(struct story *s)
{
    const struct tcb *t = story_tcb(s);
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    CHECK(s, tcp_readiness(t) == 0);
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>");
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    CHECK(s, tcp_readiness(t) == TCP_WRITABLE);
    inject(s, "<SEQ=301><ACK=101><CTL=FIN,ACK><DATA=10>");
    expect(s, "<SEQ=101><ACK=312><CTL=ACK>");
    CHECK(s, tcp_readiness(t) == (TCP_READABLE | TCP_WRITABLE));
    call_receive(s, 10);
    CHECK(s, tcp_readiness(t) & TCP_READABLE); /* the end can be read */
    call_shutdown(s);
    expect(s, "<SEQ=101><ACK=312><CTL=FIN,ACK>");
    CHECK(s, tcp_readiness(t) & TCP_HUNG_UP);
}

static void reading_during_the_handshake_waits(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    call_receive_result(s, -EAGAIN);
}

/* The send buffer is full: no octet is taken, and there is room again after an ACK. */
static void a_full_send_buffer_says_again(struct story *s)
{
    story_config(s)->send_limit = 4096;
    establish(s, "<WND=1000>");
    call_send(s, 4096);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK><DATA=1000>");
    call_send_result(s, -EAGAIN);
    CHECK(s, !(tcp_readiness(story_tcb(s)) & TCP_WRITABLE));
    inject(s, "<SEQ=301><ACK=1101><CTL=ACK><WND=1000>");
    expect(s, "<SEQ=1101><ACK=301><CTL=ACK><DATA=1000>");
    CHECK(s, tcp_readiness(story_tcb(s)) & TCP_WRITABLE);
    call_send(s, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(before_the_beginning_there_is_no_connection),
        STORY(a_send_makes_a_listener_active),
        STORY(a_reset_is_told_once),
        STORY(peeking_takes_nothing),
        STORY(readiness_follows_the_stream),
        STORY(reading_during_the_handshake_waits),
        STORY(a_full_send_buffer_says_again),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
