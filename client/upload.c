/* The client of the server of uploads. */
#include "client/upload.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <string.h>

#include "net/io.h"

enum { CHUNK = 16 * 1024 };

static int read_error(FILE *source)
{
    if (!ferror(source))
        return 0;
    return errno ? -errno : -EIO;
}

static int send_file(struct upload_client *client, FILE *source)
{
    uint8_t chunk[CHUNK];
    struct sha256_ctx sha;
    size_t got;

    sha256_init(&sha);
    while ((got = fread(chunk, 1, sizeof chunk, source)) > 0) {
        int64_t sent = net_write_full(client->net, client->sock, chunk, got);
        if (sent < 0)
            return (int)sent;
        sha256_update(&sha, got, chunk);
        client->sent.bytes += got;
    }
    sha256_digest(&sha, sizeof client->sent.sha256, client->sent.sha256);
    return read_error(source);
}

static int send_all(struct upload_client *client, const struct upload *upload, struct fault *fault)
{
    struct net_addr_text text;
    net_setsockopt(client->net, client->sock, NET_SO_RCVTIMEO, upload->timeout_us);
    net_setsockopt(client->net, client->sock, NET_SO_SNDTIMEO, upload->timeout_us);
    int error = net_connect(client->net, client->sock, &upload->server);
    if (error)
        return fault_errno(fault, error, "cannot connect to %s",
                           net_addr_format(&text, &upload->server));
    error = send_file(client, upload->source);
    if (!error && !upload->keeps_open)
        error = net_shutdown(client->net, client->sock, NET_SHUT_WR);
    return error ? fault_errno(fault, error, "the upload broke off after %llu bytes",
                               (unsigned long long)client->sent.bytes)
                 : 0;
}

int upload_begin(struct upload_client *client, struct net *net, const struct upload *upload,
                 struct fault *fault)
{
    *client = (struct upload_client){.net = net, .sock = net_socket(net, NET_STREAM)};
    if (client->sock < 0)
        return fault_errno(fault, client->sock, "cannot make a socket");
    int error = send_all(client, upload, fault);
    if (error)
        upload_end(client);
    return error;
}

int upload_check(const struct upload_client *client, struct fault *fault)
{
    char expected[UPLOAD_ANSWER_MAX];
    uint8_t room[UPLOAD_ANSWER_MAX];
    struct net_lines lines;
    const char *line;

    net_lines_init(&lines, client->net, client->sock, (struct buffer){room, sizeof room});
    int64_t got = net_lines_next(&lines, &line);
    if (got == -EAGAIN)
        return fault_set(fault, -EAGAIN, "no answer: the server waits for the end of the stream");
    if (got <= 0)
        return fault_errno(fault, got ? (int)got : -EPROTO, "no answer from the server");
    size_t length = upload_answer_format(expected, &client->sent);
    if ((size_t)got != length || memcmp(line, expected, length) != 0)
        return fault_set(fault, -EIO, "other bytes arrived than were sent: %.*s", (int)got - 1,
                         line);
    return 0;
}

void upload_end(struct upload_client *client)
{
    net_close(client->net, client->sock);
}
