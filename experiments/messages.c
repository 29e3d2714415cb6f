/* Numbered messages. Each carries its number and the time when it was sent. */
#include "experiments/messages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "experiments/ends.h"
#include "net/io.h"

struct reader {
    const struct ends *ends;
    const struct messages_plan *plan;
    struct messages *messages;
    int error;
};

static void write_message(uint8_t out[MESSAGE_BYTES], uint32_t number)
{
    usec_t now = clock_now();
    memset(out, 0, MESSAGE_BYTES);
    put_be32(out, number);
    memcpy(out + 4, &now, sizeof now);
}

static struct arrival read_message(const uint8_t bytes[MESSAGE_BYTES])
{
    usec_t sent;
    memcpy(&sent, bytes + 4, sizeof sent);
    return (struct arrival){get_be32(bytes), clock_now() - sent};
}

/* ---- B ---- */

/* Until the stream ends, or, of datagrams, nothing has come for a while. */
static void run_reader(void *arg)
{
    struct reader *reader = arg;
    struct messages *messages = reader->messages;
    struct net *net = reader->ends->stage->b;
    uint8_t bytes[MESSAGE_BYTES];
    int64_t got;
    while ((got = net_read_full(net, reader->ends->b, bytes, sizeof bytes)) == MESSAGE_BYTES &&
           messages->count < ARRAY_LEN(messages->arrivals))
        messages->arrivals[messages->count++] = read_message(bytes);
    bool quiet = reader->plan->type == NET_DGRAM && got == -EAGAIN;
    reader->error = got < 0 && !quiet ? (int)got : 0;
}

/* ---- A ---- */

/* Late for one message, it does not make the next one late. */
static int send_all(const struct ends *ends, const struct messages_plan *plan)
{
    uint8_t bytes[MESSAGE_BYTES];
    usec_t start = clock_now();
    int64_t sent = 0;
    for (int64_t i = 0; i < plan->count && sent >= 0; i++) {
        thread_sleep_until(start + i * plan->interval);
        write_message(bytes, (uint32_t)i + 1);
        sent = net_write_full(ends->stage->a, ends->a, bytes, sizeof bytes);
    }
    if (sent >= 0 && plan->type == NET_STREAM)
        sent = net_shutdown(ends->stage->a, ends->a, NET_SHUT_WR);
    return sent < 0 ? (int)sent : 0;
}

static int run_both(const struct ends *ends, const struct messages_plan *plan,
                    struct messages *messages, struct fault *fault)
{
    struct reader reader = {.ends = ends, .plan = plan, .messages = messages};
    struct thread *thread;
    int error = thread_start(&thread, "messages", run_reader, &reader);
    if (error)
        return fault_errno(fault, error, "cannot start a thread");
    error = send_all(ends, plan);
    if (error)
        net_shutdown(ends->stage->a, ends->a, NET_SHUT_RDWR);
    thread_join(thread);
    if (error)
        return fault_errno(fault, error, "the messages cannot be sent");
    return reader.error ? fault_errno(fault, reader.error, "the messages do not arrive") : 0;
}

/* A message goes at once, whatever is unacknowledged. */
static int set_options(const struct ends *ends, const struct messages_plan *plan)
{
    if (plan->type == NET_STREAM)
        return net_setsockopt(ends->stage->a, ends->a, NET_TCP_NODELAY, 1);
    return net_setsockopt(ends->stage->b, ends->b, NET_SO_RCVTIMEO, plan->patience);
}

int messages_run(struct stage *stage, const struct messages_plan *plan, struct messages *messages,
                 struct fault *fault)
{
    struct ends ends;
    messages->count = 0;
    int error = plan->type == NET_STREAM ? ends_open(&ends, stage, plan->port, fault)
                                         : ends_open_udp(&ends, stage, plan->port, fault);
    if (error)
        return error;
    error = set_options(&ends, plan);
    if (error)
        fault_errno(fault, error, "cannot set a socket option");
    else
        error = run_both(&ends, plan, messages, fault);
    ends_close(&ends);
    return error;
}

/* ---- what became of them ---- */

struct messages_verdict messages_judge(const struct messages *messages, int64_t sent)
{
    struct messages_verdict verdict = {.missing = sent};
    bool seen[MESSAGES_MAX + 1] = {false};
    uint32_t highest = 0;
    for (size_t i = 0; i < messages->count; i++) {
        uint32_t number = messages->arrivals[i].number;
        verdict.twice += seen[number];
        verdict.missing -= !seen[number];
        verdict.late += !seen[number] && number < highest;
        seen[number] = true;
        highest = max_u32(highest, number);
    }
    return verdict;
}

static int compare(const void *a, const void *b)
{
    usec_t left = *(const usec_t *)a, right = *(const usec_t *)b;
    return (left > right) - (left < right);
}

usec_t messages_percentile(const struct messages *messages, int percent)
{
    usec_t sorted[ARRAY_LEN(messages->arrivals)];
    if (messages->count == 0)
        return 0;
    for (size_t i = 0; i < messages->count; i++)
        sorted[i] = messages->arrivals[i].latency;
    qsort(sorted, messages->count, sizeof sorted[0], compare);
    return sorted[(messages->count - 1) * (size_t)percent / 100];
}
