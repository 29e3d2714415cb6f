/* A file in datagrams, sent. */
#include "client/reliable.h"

#include <errno.h>
#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdlib.h>

#include "base/clock.h"
#include "net/arq.h"

struct sending {
    struct net *net;
    int sock;
    FILE *source;
    bool read_all; /* of the source; the last message was put */
    struct reliable_sent *sent;
    struct sha256_ctx sha;
    struct arq_sender arq; /* more than a thread's stack should hold */
};

/* Fills the window. A message shorter than it might be is the last one, be it empty. */
static int put_messages(struct sending *s)
{
    uint8_t text[ARQ_TEXT_MAX];
    while (!s->read_all && arq_has_room(&s->arq)) {
        size_t len = fread(text, 1, sizeof text, s->source);
        if (ferror(s->source))
            return -EIO;
        s->read_all = len < sizeof text;
        arq_put(&s->arq, (struct span){text, len}, s->read_all);
        sha256_update(&s->sha, len, text);
        s->sent->receipt.bytes += len;
    }
    return 0;
}

static int send_due(struct sending *s)
{
    uint8_t datagram[ARQ_DATAGRAM_MAX];
    int64_t len;
    while ((len = arq_next(&s->arq, clock_now(), datagram)) > 0) {
        int64_t sent = net_send(s->net, s->sock, datagram, (size_t)len, 0);
        if (sent < 0)
            return (int)sent;
    }
    return (int)len;
}

/* Until the next datagram is due, or answers have come; takes those. */
static int hear_answers(struct sending *s)
{
    uint8_t datagram[ARQ_ANSWER_BYTES + 1]; /* + 1: too long is noticed */
    struct net_pollfd answers = {.sock = s->sock, .events = NET_IN};
    usec_t wait = usec_max(arq_deadline(&s->arq) - clock_now(), 0);
    int64_t got = net_poll(s->net, &answers, 1, wait);
    while (got > 0) {
        got = net_recv(s->net, s->sock, datagram, sizeof datagram, NET_DONTWAIT);
        if (got >= 0)
            arq_on_answer(&s->arq, clock_now(), (struct span){datagram, (size_t)got});
    }
    return got < 0 && got != -EAGAIN ? (int)got : 0;
}

static int send_all(struct sending *s)
{
    int error = 0;
    while (!error && !(s->read_all && arq_is_done(&s->arq))) {
        error = put_messages(s);
        if (!error)
            error = send_due(s);
        if (!error)
            error = hear_answers(s);
    }
    return error;
}

static int explain(const struct reliable_sending *what, const struct reliable_sent *sent, int error,
                   struct fault *fault)
{
    struct net_addr_text text;
    net_addr_format(&text, &what->server);
    if (error == -ECONNREFUSED)
        return fault_set(fault, error, "nobody takes datagrams at %s", text.text);
    if (error == -ETIMEDOUT)
        return fault_set(fault, error, "no answer from %s any more", text.text);
    return fault_errno(fault, error, "the transfer to %s broke off within %" PRIu64 " octets",
                       text.text, sent->receipt.bytes);
}

int reliable_send(struct net *net, const struct reliable_sending *what, struct reliable_sent *sent,
                  struct fault *fault)
{
    usec_t start = clock_now();
    struct sending *s = malloc(sizeof *s);
    *sent = (struct reliable_sent){0};
    if (!s)
        return fault_errno(fault, -ENOMEM, "cannot send");
    *s = (struct sending){.net = net, .source = what->source, .sent = sent};
    int error = s->sock = net_socket(net, NET_DGRAM);
    if (error < 0)
        goto free_sending;
    sha256_init(&s->sha);
    arq_sender_init(&s->arq, what->id);
    error = net_connect(net, s->sock, &what->server);
    if (!error)
        error = send_all(s);
    sha256_digest(&s->sha, SINK_DIGEST_BYTES, sent->receipt.sha256);
    sent->datagrams = s->arq.sent;
    sent->resent = s->arq.resent;
    sent->timeouts = s->arq.timeouts;
    sent->srtt_us = s->arq.srtt_us;
    sent->took_us = clock_now() - start;
    net_close(net, s->sock);
free_sending:
    free(s);
    return error ? explain(what, sent, error, fault) : 0;
}
