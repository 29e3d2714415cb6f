/* common/trace/column.c and label_other.c: what stands beside the lifelines and across them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "picture.h"
#include "tests/unit/resources.h"

static void tell_call(struct fake *fake, char host, const char *name, int64_t argument)
{
    fake_tell(fake,
              (struct event){.kind = EVENT_CALL, .host = host, .call = {name, 3, argument, 0}});
}

static void tell_return(struct fake *fake, char host, const char *name, int64_t result)
{
    fake_tell(fake,
              (struct event){.kind = EVENT_RETURN, .host = host, .call = {name, 3, 0, result}});
}

static void calls_stand_at_their_host(void **state)
{
    struct fake *fake = *state;
    tell_call(fake, 'B', "accept", 0);
    tell_call(fake, 'A', "connect", 0);
    fake_handshake(fake);
    tell_return(fake, 'A', "connect", 0);
    tell_return(fake, 'B', "accept", 4);
    tell_call(fake, 'A', "send", 5);
    tell_return(fake, 'A', "send", 5);
    fake_pass_segment(fake, 'A', hello);
    tell_call(fake, 'B', "recv", 100);
    tell_return(fake, 'B', "recv", -ECONNRESET);
    fake_tell(fake, (struct event){.kind = EVENT_TIMER, .host = 'A', .timer = {"rto", 2}});
    expect(fake, &(struct ladder_options){.width = 80, .calls = true},
           "   ms       A 10.0.0.1:40312                               B 10.0.0.2:8080\n"
           "0.000        CLOSED │                                             │ LISTEN\n"
           "0.000               │                                             │ accept()\n"
           "0.000     connect() │                                             │\n"
           "0.000      SYN_SENT │── SYN seq 0 win 64240 mss 1460 ────────────►│ SYN_RECEIVED\n"
           "0.520   ESTABLISHED │◄── SYN+ACK seq 0 ack 1 win 64240 mss 1460 ──│\n"
           "1.040               │── ACK 1 ───────────────────────────────────►│ ESTABLISHED\n"
           "1.560   connect = 0 │                                             │\n"
           "1.560               │                                             │ accept = 4\n"
           "1.560   send(5) = 5 │                                             │\n"
           "1.560               │── PSH+ACK seq 1..6 (5 bytes) ack 1 ────────►│\n"
           "2.080               │                      recv(100) = ECONNRESET │\n"
           "2.080 rto timer (2) │                                             │\n");
}

/* A call that returns while the other host's is the last row: two rows. */
static void a_return_belongs_to_its_own_hosts_call(void **state)
{
    struct fake *fake = *state;
    tell_call(fake, 'A', "recv", 0);
    tell_return(fake, 'B', "recv", 0);
    expect(fake, &(struct ladder_options){.width = 60, .calls = true},
           "   ms        A                                    B\n"
           "0.000 recv() │                                    │\n"
           "0.000        │                                    │ recv = 0\n");
}

static void a_note_is_wrapped_at_its_display_width(void **state)
{
    struct fake *fake = *state;
    tell_note(fake,
              "the first data segment is lost: 第一个数据段故意丢失, and then it is sent again");
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    expect(fake, &(struct ladder_options){.width = 60},
           "   ms  A 10.0.0.1:40312                      B 10.0.0.2:8080\n"
           "0.000   CLOSED │                                          │\n"
           "0.000          ╞══ the first data segment is lost: 第一 ══╡\n"
           "               ╞══ 个数据段故意丢失, and then it is ══════╡\n"
           "               ╞══ sent again ════════════════════════════╡\n"
           "0.000 SYN_SENT │── SYN seq 0 win 64240 ──────────────────►│\n");
}

static void without_utf8_the_ladder_is_plain_ascii(void **state)
{
    struct fake *fake = *state;
    tell_note(fake, "caf\xc3\xa9");
    lose_hello_once(fake, 200000);
    expect(fake, &(struct ladder_options){.width = 64, .ascii = true},
           "     ms     A 10.0.0.1:40312               B 10.0.0.2:8080\n"
           "  0.000      CLOSED |                             | LISTEN\n"
           "  0.000             |== caf? =====================|\n"
           "  0.000    SYN_SENT |-- SYN seq 0 mss 1460 ------>| SYN_RECEIVED\n"
           "  0.520 ESTABLISHED |<----- SYN+ACK seq 0 ack 1 --|\n"
           "  1.040             |-- ACK 1 ------------------->| ESTABLISHED\n"
           "  1.560             |-- PSH+ACK seq 1..6 ack 1 -X |\n"
           "                    |   script: drop data 1       |\n"
           "                    :           200 ms            :\n"
           "201.580             |-- R PSH+ACK seq 1..6 ------>|\n"
           "202.100             |<------------------- ACK 6 --|\n"
           "\n"
           "R sent again   X lost, or refused on arrival\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(calls_stand_at_their_host),
        WITH_FAKE(a_return_belongs_to_its_own_hosts_call),
        WITH_FAKE(a_note_is_wrapped_at_its_display_width),
        WITH_FAKE(without_utf8_the_ladder_is_plain_ascii),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
