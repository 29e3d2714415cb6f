/* A file in datagrams, taken. */
#include "server/reliable.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>

#include "net/arq.h"

struct taking {
    struct net *net;
    int sock;
    const struct reliable_taking *how;
    struct reliable_taken *taken;
    struct sha256_ctx sha;
    struct arq_receiver arq; /* more than a thread's stack should hold */
};

/* What has its turn goes into the digest and the copy. */
static int take_messages(struct taking *t)
{
    struct span text;
    while (arq_take(&t->arq, &text)) {
        t->taken->receipt.bytes += text.len;
        sha256_update(&t->sha, text.len, text.data);
        if (t->how->copy && fwrite(text.data, 1, text.len, t->how->copy) != text.len)
            return -EIO;
    }
    return 0;
}

/* Waits for a datagram and answers it. An answer that cannot be sent is as good as lost: the
 * sender asks again. */
static int serve_one(struct taking *t)
{
    uint8_t datagram[ARQ_DATAGRAM_MAX + 1], answer[ARQ_ANSWER_BYTES]; /* + 1: too long is noticed */
    struct net_addr from;
    int64_t got =
        net_recvfrom(t->net, t->sock, (struct buffer){datagram, sizeof datagram}, 0, &from);
    if (got < 0)
        return (int)got;
    if (!arq_on_message(&t->arq, (struct span){datagram, (size_t)got}))
        return 0;
    t->taken->from = from;
    int error = take_messages(t);
    if (!error)
        net_sendto(t->net, t->sock, (struct span){answer, arq_answer(&t->arq, answer)}, &from);
    return error;
}

static int take_all(struct taking *t)
{
    int error = net_setsockopt(t->net, t->sock, NET_SO_RCVTIMEO, t->how->patience_us);
    while (!error && !t->arq.ended)
        error = serve_one(t);
    return error;
}

/* Until it is quiet, or somebody closes the socket. */
static int linger(struct taking *t)
{
    int error = net_setsockopt(t->net, t->sock, NET_SO_RCVTIMEO, t->how->linger_us);
    while (!error)
        error = serve_one(t);
    return error == -EAGAIN || error == -EBADF ? 0 : error;
}

int reliable_take(struct net *net, int sock, const struct reliable_taking *how,
                  struct reliable_taken *taken)
{
    struct taking *t = malloc(sizeof *t);
    if (!t)
        return -ENOMEM;
    *taken = (struct reliable_taken){0};
    *t = (struct taking){.net = net, .sock = sock, .how = how, .taken = taken};
    sha256_init(&t->sha);
    arq_receiver_init(&t->arq);
    int error = take_all(t);
    if (!error && how->linger_us > 0)
        error = linger(t);
    sha256_digest(&t->sha, SINK_DIGEST_BYTES, taken->receipt.sha256);
    taken->again = t->arq.again;
    taken->early = t->arq.early;
    free(t);
    return error;
}
