/* The user of the connection. */
#include <stdlib.h>

#include "tcp/space.h"
#include "tests/story/story_inside.h"

void call_open(struct story *s)
{
    story_apply_config(s);
    story_tell(s, "call     open");
    story_check(s, tcp_open_active(&s->tcb, s->now) == 0, "open gives 0");
    story_pump(s);
}

void call_listen(struct story *s)
{
    story_apply_config(s);
    story_tell(s, "call     listen");
    story_check(s, tcp_open_passive(&s->tcb) == 0, "listen gives 0");
    story_pump(s);
}

static int64_t send_pattern(struct story *s, uint32_t len, unsigned flags)
{
    size_t size = space_wanted_to_send(&s->tcb, len);
    if (size > 0)
        free(space_attach_to_send(&s->tcb, story_memory(size), size));
    story_fill(s->text, s->sent, len);
    int64_t result = tcp_send(&s->tcb, (struct span){s->text, len}, flags, s->now);
    story_tell(s, "call     send(%u)%s = %lld", len, flags ? " urgent" : "", (long long)result);
    if (result > 0)
        s->sent += (uint32_t)result;
    story_pump(s);
    return result;
}

void call_send(struct story *s, uint32_t len)
{
    story_check(s, send_pattern(s, len, 0) == (int64_t)len, "send takes all");
}

void call_send_urgent(struct story *s, uint32_t len)
{
    story_check(s, send_pattern(s, len, TCP_CALL_URGENT) == (int64_t)len, "send takes all");
}

void call_send_result(struct story *s, int64_t result)
{
    story_check(s, send_pattern(s, result > 0 ? (uint32_t)result : 1, 0) == result,
                "send gives the result expected");
}

static int64_t receive(struct story *s, size_t cap)
{
    static uint8_t out[TEXT_MAX];
    int64_t result = tcp_receive(&s->tcb, (struct buffer){out, min_size(cap, sizeof out)}, 0);
    story_tell(s, "call     receive(%zu) = %lld", cap, (long long)result);
    if (result > 0) {
        story_check(s, story_is_pattern(out, s->received, (size_t)result),
                    "the octets of the stream");
        s->received += (uint32_t)result;
    }
    story_pump(s);
    return result;
}

void call_receive(struct story *s, uint32_t len)
{
    story_check(s, receive(s, TEXT_MAX) == (int64_t)len, "receive gives the octets expected");
}

void call_receive_result(struct story *s, int64_t result)
{
    story_check(s, receive(s, result > 0 ? (size_t)result : TEXT_MAX) == result,
                "receive gives the result expected");
}

void call_shutdown(struct story *s)
{
    story_tell(s, "call     shutdown");
    story_check(s, tcp_shutdown(&s->tcb) == 0, "shutdown gives 0");
    story_pump(s);
}

void call_close(struct story *s)
{
    story_tell(s, "call     close");
    tcp_close(&s->tcb, s->now);
    story_pump(s);
}

void call_abort(struct story *s)
{
    story_tell(s, "call     abort");
    tcp_abort(&s->tcb);
    story_pump(s);
}

void establish(struct story *s, const char *options)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>%s", options);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    expect_state(s, STATE_ESTABLISHED);
}
