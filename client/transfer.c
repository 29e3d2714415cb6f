/* A file through an echo server and back: one thread sends, the caller's receives. */
#include "client/transfer.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "net/io.h"

enum { CHUNK = 16 * 1024 };

struct sender { /* the sending thread's own until it is joined */
    struct net *net;
    int sock;
    FILE *source;
    struct sha256_ctx sha;
    uint64_t sent;
    int error;
    bool unreadable; /* the error is the source's, not the connection's */
};

static int send_all(struct sender *sender)
{
    uint8_t chunk[CHUNK];
    size_t got;

    while ((got = fread(chunk, 1, sizeof chunk, sender->source)) > 0) {
        int64_t sent = net_write_full(sender->net, sender->sock, chunk, got);
        if (sent < 0)
            return (int)sent;
        sha256_update(&sender->sha, got, chunk);
        sender->sent += got;
    }
    if (ferror(sender->source)) {
        sender->unreadable = true;
        return errno ? -errno : -EIO;
    }
    return net_shutdown(sender->net, sender->sock, NET_SHUT_WR);
}

static void run_sender(void *arg)
{
    struct sender *sender = arg;

    sender->error = send_all(sender);
    if (sender->error)
        net_shutdown(sender->net, sender->sock, NET_SHUT_RDWR);
}

static int receive_all(struct net *net, int sock, const struct transfer *transfer,
                       struct transfer_result *result)
{
    struct sha256_ctx sha;
    uint8_t chunk[CHUNK];
    int64_t got;

    sha256_init(&sha);
    while ((got = net_recv(net, sock, chunk, sizeof chunk, 0)) > 0) {
        sha256_update(&sha, (size_t)got, chunk);
        result->received += (uint64_t)got;
        if (transfer->copy && fwrite(chunk, 1, (size_t)got, transfer->copy) != (size_t)got)
            return -EIO;
        if (transfer->progress)
            transfer->progress(result->received, transfer->progress_arg);
    }
    sha256_digest(&sha, sizeof result->received_sha256, result->received_sha256);
    return (int)got;
}

/* Says in words what ended the transfer early. */
static int explain(struct fault *fault, const struct sender *sender, int error, uint64_t received)
{
    unsigned long long sent = sender->sent, back = received;

    if (sender->unreadable)
        return fault_errno(fault, sender->error, "cannot read the file after %llu bytes", sent);
    if (error == -EAGAIN)
        return fault_set(fault, error,
                         "no progress after %llu bytes sent and %llu received: "
                         "the peer does not read or does not answer",
                         sent, back);
    return fault_errno(fault, error, "connection broken after %llu bytes sent and %llu received",
                       sent, back);
}

/* Sends in a thread and receives here. */
static int exchange(struct net *net, int sock, const struct transfer *transfer,
                    struct transfer_result *result, struct fault *fault)
{
    struct sender sender = {.net = net, .sock = sock, .source = transfer->source};
    struct thread *thread;

    sha256_init(&sender.sha);
    int error = thread_start(&thread, "transfer-send", run_sender, &sender);
    if (error)
        return fault_errno(fault, error, "cannot start a thread");
    error = receive_all(net, sock, transfer, result);
    if (error)
        net_shutdown(net, sock, NET_SHUT_RDWR);
    thread_join(thread);

    result->sent = sender.sent;
    sha256_digest(&sender.sha, sizeof result->sent_sha256, result->sent_sha256);
    if (sender.error && (!error || sender.unreadable))
        error = sender.error;
    return error ? explain(fault, &sender, error, result->received) : 0;
}

int transfer_run(struct net *net, const struct transfer *transfer, struct transfer_result *result,
                 struct fault *fault)
{
    struct net_addr_text text;
    usec_t start = clock_now();

    memset(result, 0, sizeof *result);
    int sock = net_socket(net, NET_STREAM);
    if (sock < 0)
        return fault_errno(fault, sock, "cannot make a socket");
    net_setsockopt(net, sock, NET_SO_RCVTIMEO, transfer->timeout_us);
    net_setsockopt(net, sock, NET_SO_SNDTIMEO, transfer->timeout_us);
    int error = net_connect(net, sock, &transfer->server);
    if (error)
        fault_errno(fault, error, "cannot connect to %s",
                    net_addr_format(&text, &transfer->server));
    else
        error = exchange(net, sock, transfer, result, fault);
    net_info(net, sock, &result->info);
    net_close(net, sock);
    result->took_us = clock_now() - start;
    return error;
}

bool transfer_equal(const struct transfer_result *result)
{
    return result->sent == result->received &&
           memcmp(result->sent_sha256, result->received_sha256, SHA256_BYTES) == 0;
}

void sha256_format(char out[SHA256_TEXT], const uint8_t digest[SHA256_BYTES])
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < SHA256_BYTES; i++) {
        out[2 * i] = hex[digest[i] >> 4];
        out[2 * i + 1] = hex[digest[i] & 15];
    }
    out[SHA256_TEXT - 1] = '\0';
}
