/* ICMP errors: RFC 9293 section 3.9.2.2, RFC 5927. */
#include <errno.h>

#include "tests/story/story.h"
#include "tests/unit/resources.h"

/* RFC 9293 SHLD-26 and RFC 5927 section 5.2. */
static void a_hard_icmp_error_ends_an_opening_connection_only(struct story *s)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    tcp_on_icmp(story_tcb(s), -ECONNREFUSED, true, seq_add(story_tcb(s)->snd.iss, 1));
    expect_state(s, STATE_SYN_SENT); /* not about our SYN: forged */
    tcp_on_icmp(story_tcb(s), -ECONNREFUSED, true, story_tcb(s)->snd.iss);
    expect_state(s, STATE_CLOSED);
    call_receive_result(s, -ECONNREFUSED);
}

/* MUST-56, SHLD-25. */
static void a_soft_icmp_error_is_the_reason_of_a_time_out(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    tcp_on_icmp(story_tcb(s), -EHOSTUNREACH, false, story_tcb(s)->sent.una);
    after_anything(s, SECONDS(3600));
    call_receive_result(s, -EHOSTUNREACH);
}

/* RFC 5461 section 4.1: whoever can try another address need not wait for this one. */
static void a_soft_icmp_error_ends_an_opening_connection_where_a_host_wants_it(struct story *s)
{
    story_config(s)->as_linux.soft_ends_opening = true;
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    tcp_on_icmp(story_tcb(s), -EHOSTUNREACH, false, story_tcb(s)->snd.iss);
    expect_state(s, STATE_CLOSED);
    call_receive_result(s, -EHOSTUNREACH);
}

/* RFC 5927 section 4.1: only a number that is outstanding shows that the sender saw our segment. */
static void an_icmp_error_about_nothing_outstanding_is_forged(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    tcp_on_icmp(story_tcb(s), -EHOSTUNREACH, false, seq_sub(story_tcb(s)->sent.una, 1));
    tcp_on_icmp(story_tcb(s), -EHOSTUNREACH, false, story_tcb(s)->sent.nxt);
    after_anything(s, SECONDS(3600));
    call_receive_result(s, -ETIMEDOUT);
}

static void an_ack_takes_the_complaint_back(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    tcp_on_icmp(story_tcb(s), -EHOSTUNREACH, true, story_tcb(s)->sent.una);
    inject(s, "<SEQ=301><ACK=111><CTL=ACK>");
    call_send(s, 10);
    after_anything(s, SECONDS(3600));
    call_receive_result(s, -ETIMEDOUT);
}

/* MUST-47, SHLD-20: who does not want to hear of it is not disturbed, who asks is told. */
static void a_soft_error_is_told_to_who_asks(struct story *s)
{
    establish(s, "");
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    tcp_on_icmp(story_tcb(s), -EHOSTUNREACH, false, story_tcb(s)->sent.una);
    CHECK(s, !(tcp_readiness(story_tcb(s)) & TCP_ERROR));
    call_receive_result(s, -EAGAIN);
    CHECK(s, tcp_take_report(story_tcb(s)) == -EHOSTUNREACH);
    CHECK(s, tcp_take_report(story_tcb(s)) == 0);
    expect_state(s, STATE_ESTABLISHED);
}

/* MUST-47, as IP_RECVERR has it on Linux. */
static void a_user_who_wants_reports_gets_them_and_goes_on(struct story *s)
{
    establish(s, "");
    story_tcb(s)->report_soft = true;
    call_send(s, 10);
    expect(s, "<SEQ=101><ACK=301><CTL=PSH,ACK><DATA=10>");
    tcp_on_icmp(story_tcb(s), -EHOSTUNREACH, false, story_tcb(s)->sent.una);
    CHECK(s, tcp_readiness(story_tcb(s)) & TCP_ERROR);
    call_receive_result(s, -EHOSTUNREACH);
    tcp_on_icmp(story_tcb(s), -ENETUNREACH, false, story_tcb(s)->sent.una);
    call_send_result(s, -ENETUNREACH);
    inject(s, "<SEQ=301><ACK=111><CTL=ACK>");
    call_send(s, 10);
    expect(s, "<SEQ=111><ACK=301><CTL=PSH,ACK><DATA=10>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_hard_icmp_error_ends_an_opening_connection_only),
        STORY(a_soft_icmp_error_is_the_reason_of_a_time_out),
        STORY(a_soft_icmp_error_ends_an_opening_connection_where_a_host_wants_it),
        STORY(an_icmp_error_about_nothing_outstanding_is_forged),
        STORY(an_ack_takes_the_complaint_back),
        STORY(a_soft_error_is_told_to_who_asks),
        STORY(a_user_who_wants_reports_gets_them_and_goes_on),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
