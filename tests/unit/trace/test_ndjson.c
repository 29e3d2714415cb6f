/* common/trace/ndjson.c. That every line is JSON is checked by jq in tests/e2e/trace.bats. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake.h"
#include "tests/unit/resources.h"
#include "trace/ndjson.h"

/* Everything ndjson_write says of the log; free it. */
static char *written(const struct trace_log *log)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    assert_int_equal(ndjson_write(out, log), 0);
    fclose(out);
    return text;
}

static void expect(const struct fake *fake, const char *expected)
{
    char *text = written(&fake->log);
    assert_string_equal(text, expected);
    free(text);
}

static void a_segment_is_told_with_its_fields_and_fate(void **state)
{
    struct fake *fake = *state;
    fake->options = (struct tcp_options){
        .has_mss = true, .mss = 1460, .has_wscale = true, .wscale = 7, .sack_permitted = true};
    fake_lose(fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0}, "script: drop syn");
    expect(fake,
           "{\"t\":0,\"event\":\"frame\",\"host\":\"A\",\"id\":1,\"len\":66,\"fate\":[\"drop\"],"
           "\"reason\":\"script: drop syn\",\"kind\":\"tcp\",\"src\":\"10.0.0.1:40312\","
           "\"dst\":\"10.0.0.2:8080\",\"conn\":1,\"flags\":\"SYN\",\"seq\":0,\"seq_raw\":1000000,"
           "\"wnd\":64240,\"text\":0,\"mss\":1460,\"wscale\":7,\"sack_permitted\":true}\n");
}

static void a_frame_tells_how_many_waited_if_any_did(void **state)
{
    struct fake *fake = *state;
    for (uint32_t queue = 0; queue < 2; queue++)
        fake_tell(fake, (struct event){.kind = EVENT_FRAME,
                                       .host = 'A',
                                       .frame = {.id = queue + 1, .queue = queue}});
    char *text = written(&fake->log);
    char *second = strchr(text, '\n');
    assert_non_null(strstr(second, "\"queue\":1,"));
    *second = '\0';
    assert_null(strstr(text, "queue"));
    free(text);
}

static void numbers_are_relative_and_raw_across_the_wrap(void **state)
{
    struct fake *fake = *state;
    fake->iss[0] = 0xfffffffe;
    fake_send(fake, 'A', (struct fake_segment){TCP_ACK | TCP_PSH, 1, 1, 5});
    fake_send(fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 5});
    char *text = written(&fake->log);
    assert_non_null(strstr(text, "\"flags\":\"PSH+ACK\",\"seq\":1,\"seq_raw\":4294967295,"
                                 "\"ack\":1,\"ack_raw\":2000001,\"wnd\":64240,\"text\":5}"));
    assert_non_null(strstr(text, "\"marks\":[\"retransmission\"]}"));
    free(text);
}

static void delivery_says_whether_it_was_altered(void **state)
{
    struct fake *fake = *state;
    fake_tell(fake, (struct event){.kind = EVENT_DELIVER, .host = 'B', .frame = {.id = 3}});
    fake_pass(fake, 40);
    fake_tell(fake, (struct event){.kind = EVENT_DELIVER,
                                   .host = 'B',
                                   .frame = {.id = 4, .bytes = fake->bytes, .len = 1}});
    expect(fake, "{\"t\":0,\"event\":\"deliver\",\"host\":\"B\",\"id\":3}\n"
                 "{\"t\":40,\"event\":\"deliver\",\"host\":\"B\",\"id\":4,\"altered\":true}\n");
}

static void states_timers_and_samples_name_their_connection(void **state)
{
    struct fake *fake = *state;
    struct event_flow flow = {FAKE_IP_A, FAKE_IP_B, 1, 2};
    fake_tell(fake, (struct event){.kind = EVENT_STATE,
                                   .host = 'A',
                                   .flow = flow,
                                   .state = {STATE_CLOSED, STATE_SYN_SENT, true}});
    fake_tell(fake,
              (struct event){.kind = EVENT_TIMER, .host = 'A', .flow = flow, .timer = {"rto", 2}});
    fake_tell(fake, (struct event){.kind = EVENT_SAMPLE,
                                   .host = 'A',
                                   .sample = {.cwnd = 14600, .ssthresh = UINT32_MAX}});
    expect(fake,
           "{\"t\":0,\"event\":\"state\",\"host\":\"A\",\"local\":\"10.0.0.1:1\",\"remote\":"
           "\"10.0.0.2:2\",\"from\":\"CLOSED\",\"to\":\"SYN_SENT\",\"sampled\":true}\n"
           "{\"t\":0,\"event\":\"timer\",\"host\":\"A\",\"local\":\"10.0.0.1:1\",\"remote\":"
           "\"10.0.0.2:2\",\"name\":\"rto\",\"count\":2}\n"
           "{\"t\":0,\"event\":\"sample\",\"host\":\"A\",\"cwnd\":14600,\"ssthresh\":4294967295,"
           "\"snd_wnd\":0,\"rcv_wnd\":0,\"in_flight\":0,\"srtt_us\":0,\"rttvar_us\":0,"
           "\"rto_us\":0}\n");
}

static void calls_tell_their_results(void **state)
{
    struct fake *fake = *state;
    fake_tell(fake, (struct event){.kind = EVENT_CALL, .host = 'A', .call = {"recv", 3, 100, 0}});
    fake_tell(fake, (struct event){
                        .kind = EVENT_RETURN, .host = 'A', .call = {"recv", 3, 100, -ECONNRESET}});
    expect(fake, "{\"t\":0,\"event\":\"call\",\"host\":\"A\",\"name\":\"recv\",\"sock\":3,"
                 "\"argument\":100}\n"
                 "{\"t\":0,\"event\":\"return\",\"host\":\"A\",\"name\":\"recv\",\"sock\":3,"
                 "\"argument\":100,\"result\":-104}\n");
}

static void words_are_escaped_so_that_the_line_stays_json(void **state)
{
    struct fake *fake = *state;
    fake_tell(fake, (struct event){.kind = EVENT_NOTE,
                                   .host = 'W',
                                   .text = "say \"hi\"\\\n\t\x01 \xe4\xbd\xa0 \xff\xe4\xbd"});
    expect(fake, "{\"t\":0,\"event\":\"note\",\"host\":\"W\",\"text\":\"say \\\"hi\\\"\\\\"
                 "\\u000a\\u0009\\u0001 \xe4\xbd\xa0 \\ufffd\\ufffd\\ufffd\"}\n");
}

static void lost_events_are_the_last_line(void **state)
{
    struct fake *fake = *state;
    fake->log.cap_bytes = 1;
    fake_tell(fake, (struct event){.kind = EVENT_NOTE, .host = 'W', .text = "no room"});
    expect(fake, "{\"t\":0,\"event\":\"lost\",\"host\":\"W\",\"count\":1}\n");
}

static void frames_that_cannot_be_read_are_told_as_far_as_they_make_sense(void **state)
{
    struct fake *fake = *state;
    fake_write(fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 5});
    fake->len = 40; /* cut within the TCP header */
    fake->bytes[ETHERNET_HEADER_LEN + 3] = 26;
    fake_enter(fake, 'A', 0, NULL);
    char *text = written(&fake->log);
    assert_non_null(strstr(text, "\"kind\":\"ipv4\",\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\","
                                 "\"problem\":\""));
    free(text);
}

static void a_full_disk_is_an_error(void **state)
{
    struct fake *fake = *state;
    fake_handshake(fake);
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    assert_int_equal(ndjson_write(full, &fake->log), -EIO);
    fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(a_segment_is_told_with_its_fields_and_fate),
        WITH_FAKE(a_frame_tells_how_many_waited_if_any_did),
        WITH_FAKE(numbers_are_relative_and_raw_across_the_wrap),
        WITH_FAKE(delivery_says_whether_it_was_altered),
        WITH_FAKE(states_timers_and_samples_name_their_connection),
        WITH_FAKE(calls_tell_their_results),
        WITH_FAKE(words_are_escaped_so_that_the_line_stays_json),
        WITH_FAKE(lost_events_are_the_last_line),
        WITH_FAKE(frames_that_cannot_be_read_are_told_as_far_as_they_make_sense),
        WITH_FAKE(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
