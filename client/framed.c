/* The client of the server of messages. */
#include "client/framed.h"

#include <errno.h>
#include <string.h>

#include "net/io.h"

enum { ROOM = 16 * 1024, CHUNK = 512 };

/* Where answers go. */
struct ear {
    void (*hear)(struct span answer, void *arg);
    void *arg;
};

/* All messages with their boundaries, one after another; `ends` tells where each ends. */
static int64_t encode(const struct framed_question *question, struct buffer out)
{
    size_t at = 0;

    for (size_t i = 0; i < question->count; i++) {
        struct span text = {(const uint8_t *)question->texts[i], strlen(question->texts[i])};
        int64_t size =
            framing_encode(question->framing, text, (struct buffer){out.data + at, out.cap - at});
        if (size < 0)
            return size;
        at += (size_t)size;
    }
    return (int64_t)at;
}

/* In pieces that have nothing to do with the messages. */
static int64_t send_pieces(struct net *net, int sock, struct span octets, size_t piece)
{
    int64_t sent = 0;

    for (size_t at = 0; at < octets.len && sent >= 0; at += piece)
        sent = net_write_full(net, sock, octets.data + at, min_size(piece, octets.len - at));
    return sent;
}

static int64_t send_each(struct net *net, int sock, const struct framed_question *question)
{
    uint8_t octets[ROOM];
    struct framed_question one = *question;
    int64_t sent = 0;

    one.count = 1;
    for (size_t i = 0; i < question->count && sent >= 0; i++, one.texts++) {
        sent = encode(&one, (struct buffer){octets, sizeof octets});
        if (sent > 0)
            sent = net_write_full(net, sock, octets, (size_t)sent);
    }
    return sent;
}

static int64_t send_all(struct net *net, int sock, const struct framed_question *question)
{
    uint8_t octets[ROOM];

    if (question->piece == 0)
        return send_each(net, sock, question);
    int64_t size = encode(question, (struct buffer){octets, sizeof octets});
    return size < 0 ? size
                    : send_pieces(net, sock, (struct span){octets, (size_t)size}, question->piece);
}

/* Reads answers until the stream ends. Returns how many. */
static int listen_to(struct net *net, int sock, enum framing framing, const struct ear *ear)
{
    uint8_t memory[FRAMED_ANSWER_MAX], chunk[CHUNK];
    struct deframer deframer;
    struct span answer;
    int64_t got;
    int count = 0, status = 0;

    deframer_init(&deframer, framing, (struct buffer){memory, sizeof memory});
    while ((got = net_recv(net, sock, chunk, sizeof chunk, 0)) > 0) {
        struct span octets = {chunk, (size_t)got};
        while ((status = deframer_next(&deframer, &octets, &answer)) == 1) {
            ear->hear(answer, ear->arg);
            count++;
        }
        if (status < 0)
            return status;
    }
    return got < 0 ? (int)got : count;
}

int framed_ask(struct net *net, const struct framed_question *question,
               void (*hear)(struct span answer, void *arg), void *arg, struct fault *fault)
{
    const struct ear ear = {hear, arg};
    struct net_addr_text text;

    int sock = net_socket(net, NET_STREAM);
    if (sock < 0)
        return fault_errno(fault, sock, "cannot make a socket");
    net_setsockopt(net, sock, NET_SO_RCVTIMEO, question->timeout_us);
    net_setsockopt(net, sock, NET_SO_SNDTIMEO, question->timeout_us);
    net_setsockopt(net, sock, NET_TCP_NODELAY, question->piece > 0);

    int outcome = net_connect(net, sock, &question->server);
    if (outcome) {
        fault_errno(fault, outcome, "cannot connect to %s",
                    net_addr_format(&text, &question->server));
        goto close_sock;
    }
    int64_t sent = send_all(net, sock, question);
    if (sent >= 0)
        sent = net_shutdown(net, sock, NET_SHUT_WR);
    outcome = sent < 0 ? (int)sent : listen_to(net, sock, question->framing, &ear);
    if (outcome < 0)
        fault_errno(fault, outcome, "the messages did not all come back");
close_sock:
    net_close(net, sock);
    return outcome;
}
