/* The urgent mark: RFC 9293 section 3.8.5, and the one octet of the BSD interface. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

static void urgent_text_keeps_its_place_in_the_stream(struct story *s)
{
    establish(s, "");
    call_send(s, 2);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=2>");
    inject(s, "<SEQ=301><ACK=103><CTL=ACK>");
    call_send_urgent(s, 1);
    expect(s, "<SEQ=103><ACK=301><CTL=PSH,URG,ACK><DATA=1><UP=1>");
    inject(s, "<SEQ=301><ACK=104><CTL=ACK>");
    call_send(s, 2);
    expect(s, "<SEQ=104><ACK=301><CTL=PSH,ACK><DATA=2>");
}

static void the_mark_is_told_before_its_text_is_sent(struct story *s)
{
    establish(s, "<WND=1000>");
    call_send(s, 1000);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=1000>");
    call_send_urgent(s, 1);
    expect_nothing(s);
    after(s, SECONDS(1));
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,URG,ACK><DATA=1000><UP=1001>");
}

static int64_t read_some(struct story *s, uint8_t *out, size_t cap)
{
    return tcp_receive(story_tcb(s), (struct buffer){out, cap}, 0);
}

static void the_reader_gets_the_urgent_octet_apart(struct story *s)
{
    uint8_t out[16], octet = 0;
    establish(s, "");
    CHECK(s, tcp_receive_urgent(story_tcb(s), &octet, 0) == -EINVAL);
    inject(s, "<SEQ=301><ACK=101><CTL=URG,ACK><TEXT=abXcd><UP=3>");
    after(s, MS(40));
    expect(s, "<SEQ=101><ACK=306><CTL=ACK>");
    CHECK(s, tcp_readiness(story_tcb(s)) & TCP_OOB);
    CHECK(s, read_some(s, out, sizeof out) == 2 && out[0] == 'a' && out[1] == 'b');
    CHECK(s, tcp_receive_urgent(story_tcb(s), &octet, TCP_CALL_PEEK) == 1 && octet == 'X');
    CHECK(s, tcp_receive_urgent(story_tcb(s), &octet, 0) == 1 && octet == 'X');
    CHECK(s, tcp_receive_urgent(story_tcb(s), &octet, 0) == -EINVAL);
    CHECK(s, read_some(s, out, sizeof out) == 2 && out[0] == 'c' && out[1] == 'd');
    CHECK(s, !story_tcb(s)->rcv_urgent.pending);
}

static void who_passes_the_urgent_octet_by_has_lost_it(struct story *s)
{
    uint8_t out[16], octet = 0;
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=URG,ACK><TEXT=abXcd><UP=3>");
    CHECK(s, read_some(s, out, sizeof out) == 2 && read_some(s, out, sizeof out) == 2);
    CHECK(s, tcp_receive_urgent(story_tcb(s), &octet, 0) == -EINVAL);
    CHECK(s, !(tcp_readiness(story_tcb(s)) & TCP_OOB));
    after(s, MS(40));
    expect(s, "<SEQ=101><ACK=306><CTL=ACK>");
}

static void in_line_the_mark_only_splits_what_is_read(struct story *s)
{
    uint8_t out[16];
    establish(s, "");
    story_tcb(s)->oob_inline = true;
    inject(s, "<SEQ=301><ACK=101><CTL=URG,ACK><TEXT=abXcd><UP=3>");
    after(s, MS(40));
    expect(s, "<SEQ=101><ACK=306><CTL=ACK>");
    CHECK(s, !tcp_at_mark(story_tcb(s)));
    CHECK(s, read_some(s, out, sizeof out) == 2 && out[1] == 'b');
    CHECK(s, tcp_at_mark(story_tcb(s)));
    CHECK(s, read_some(s, out, sizeof out) == 3 && out[0] == 'X' && out[1] == 'c');
    CHECK(s, !tcp_at_mark(story_tcb(s)));
}

/* MUST-32: known before the text itself arrives. */
static void the_mark_is_known_before_its_octet_is(struct story *s)
{
    uint8_t octet;
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=URG,ACK><TEXT=ab><UP=3>");
    CHECK(s, tcp_readiness(story_tcb(s)) & TCP_OOB);
    CHECK(s, tcp_receive_urgent(story_tcb(s), &octet, 0) == -EAGAIN);
    inject(s, "<SEQ=303><ACK=101><CTL=URG,ACK><TEXT=X><UP=1>");
    CHECK(s, tcp_receive_urgent(story_tcb(s), &octet, 0) == 1 && octet == 'X');
    CHECK(s, !(tcp_readiness(story_tcb(s)) & TCP_OOB));
    after_anything(s, MS(40));
}

static void a_fin_behind_the_mark_moves_nothing(struct story *s)
{
    uint8_t out[16], octet = 0;
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=URG,FIN,ACK><TEXT=abXcd><UP=3>");
    expect(s, "<SEQ=101><ACK=307><CTL=ACK>");
    CHECK(s, read_some(s, out, sizeof out) == 2 && out[1] == 'b');
    CHECK(s, tcp_receive_urgent(story_tcb(s), &octet, 0) == 1 && octet == 'X');
    CHECK(s, read_some(s, out, sizeof out) == 2 && out[1] == 'd');
    CHECK(s, read_some(s, out, sizeof out) == 0);
}

/* MUST-31: the mark stands behind the last urgent octet, however many segments these fill. */
static void urgent_text_may_be_of_any_length(struct story *s)
{
    establish(s, "");
    call_send_urgent(s, 3000);
    expect(s, "<SEQ=101><ACK=301><CTL=URG,ACK><DATA=1000><UP=3000>");
    expect(s, "<SEQ=1101><ACK=301><CTL=URG,ACK><DATA=1000><UP=2000>");
    expect(s, "<SEQ=2101><ACK=301><CTL=PSH,URG,ACK><DATA=1000><UP=1000>");
}

/* MUST-32: told again, because there is more to hurry to. */
static void a_mark_that_advances_is_told_again(struct story *s)
{
    uint8_t octet;
    establish(s, "");
    inject(s, "<SEQ=301><ACK=101><CTL=URG,ACK><TEXT=aX><UP=2>");
    CHECK(s, tcp_receive_urgent(story_tcb(s), &octet, 0) == 1 && octet == 'X');
    CHECK(s, !(tcp_readiness(story_tcb(s)) & TCP_OOB));
    inject(s, "<SEQ=303><ACK=101><CTL=URG,ACK><TEXT=b><UP=2>");
    CHECK(s, tcp_readiness(story_tcb(s)) & TCP_OOB);
    after_anything(s, MS(40));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(urgent_text_keeps_its_place_in_the_stream),
        STORY(the_mark_is_told_before_its_text_is_sent),
        STORY(the_reader_gets_the_urgent_octet_apart),
        STORY(who_passes_the_urgent_octet_by_has_lost_it),
        STORY(in_line_the_mark_only_splits_what_is_read),
        STORY(the_mark_is_known_before_its_octet_is),
        STORY(a_fin_behind_the_mark_moves_nothing),
        STORY(urgent_text_may_be_of_any_length),
        STORY(a_mark_that_advances_is_told_again),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
