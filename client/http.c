/* A request out; a status line, fields and content in. */
#include "client/http.h"

#include <ctype.h>
#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "client/ask.h"

enum { FIELDS_MAX = 128, CHUNK = 16 * 1024 };

/* Where content goes. */
struct sink {
    struct http_client *client;
    struct http_answer *answer;
    struct sha256_ctx sha256;
    FILE *out;
};

int http_client_open(struct http_client *client, struct net *net, const struct net_addr *server,
                     usec_t timeout_us, struct fault *fault)
{
    struct net_addr_text text;
    client->net = net;
    client->sock = ask_open(net, server, timeout_us);
    if (client->sock < 0)
        return fault_errno(fault, client->sock, "cannot connect to %s",
                           net_addr_format(&text, server));
    net_lines_init(&client->lines, net, client->sock,
                   (struct buffer){client->room, sizeof client->room});
    return 0;
}

void http_client_close(struct http_client *client)
{
    net_close(client->net, client->sock);
}

int http_client_ask(struct http_client *client, const char *method, const char *path)
{
    char text[HTTP_LINE_MAX];
    int len =
        snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: twinstack\r\n\r\n", method, path);
    if (len >= (int)sizeof text)
        return -EMSGSIZE;
    int64_t sent = net_write_full(client->net, client->sock, text, (size_t)len);
    return sent < 0 ? (int)sent : 0;
}

/* ---- lines ---- */

/* The next line as a string without its end, valid until the next one. Returns 0, -EPROTO when the
 * stream ends before it does, or another negative errno. */
static int next_line(struct http_client *client, char **line)
{
    const char *text;
    int64_t len = net_lines_next(&client->lines, &text);
    if (len < 0)
        return (int)len;
    if (len == 0 || text[len - 1] != '\n')
        return -EPROTO;
    *line = client->lines.buf + (text - client->lines.buf); /* the room is ours to write in */
    len -= len > 1 && text[len - 2] == '\r' ? 2 : 1;
    (*line)[len] = '\0';
    return 0;
}

static int read_status(struct http_client *client, struct http_answer *answer)
{
    char *line;
    int minor, error = next_line(client, &line);
    if (error)
        return error;
    if (sscanf(line, "HTTP/1.%1d %3d", &minor, &answer->status) != 2)
        return -EPROTO;
    answer->keeps_alive = minor > 0;
    return answer->status >= 100 ? 0 : -EPROTO;
}

static int read_length(struct http_answer *answer, const char *value)
{
    char *end;
    errno = 0;
    answer->allowed = strtoull(value, &end, 10);
    bool is_number = isdigit((unsigned char)*value) && *end == '\0' && errno == 0;
    return is_number && answer->allowed < UINT64_MAX ? 0 : -EPROTO;
}

static int read_field(struct http_answer *answer, char *line)
{
    char *value = strchr(line, ':');
    if (!value)
        return -EPROTO;
    *value++ = '\0';
    value += strspn(value, " \t");
    if (strcasecmp(line, "Content-Length") == 0)
        return read_length(answer, value);
    if (strcasecmp(line, "Transfer-Encoding") == 0)
        answer->chunked = strcasecmp(value, "chunked") == 0;
    else if (strcasecmp(line, "Content-Type") == 0)
        snprintf(answer->type, sizeof answer->type, "%s", value);
    else if (strcasecmp(line, "Connection") == 0 && strcasecmp(value, "close") == 0)
        answer->keeps_alive = false;
    return 0;
}

/* Fields up to and with the empty line. */
static int read_fields(struct http_client *client, struct http_answer *answer)
{
    char *line;
    for (int i = 0; i < FIELDS_MAX; i++) {
        int error = next_line(client, &line);
        if (!error && *line == '\0')
            return 0;
        if (!error)
            error = read_field(answer, line);
        if (error)
            return error;
    }
    return -EPROTO;
}

static int read_head(struct http_client *client, struct http_answer *answer)
{
    int error = read_status(client, answer);
    return error ? error : read_fields(client, answer);
}

/* ---- content ---- */

/* `left` octets, or with UINT64_MAX all up to the end of the stream. */
static int take_octets(struct sink *sink, uint64_t left)
{
    uint8_t chunk[CHUNK];
    bool to_the_end = left == UINT64_MAX;
    while (left > 0) {
        size_t wanted = left < sizeof chunk ? (size_t)left : sizeof chunk;
        int64_t got = net_lines_rest(&sink->client->lines, chunk, wanted);
        if (got == 0)
            return to_the_end ? 0 : -EPROTO;
        if (got < 0)
            return (int)got;
        sha256_update(&sink->sha256, (size_t)got, chunk);
        sink->answer->length += (uint64_t)got;
        left -= to_the_end ? 0 : (uint64_t)got;
        if (sink->out && fwrite(chunk, 1, (size_t)got, sink->out) != (size_t)got)
            return -EIO;
    }
    return 0;
}

/* A chunk is its length in hexadecimal on a line of its own, its octets, and an empty line (RFC
 * 9112 section 7.1). Returns 1 when another may follow. */
static int take_chunk(struct sink *sink)
{
    char *line, *end;
    int error = next_line(sink->client, &line);
    if (error)
        return error;
    errno = 0;
    uint64_t length = strtoull(line, &end, 16);
    if (!isxdigit((unsigned char)*line) || (*end && *end != ';') || errno || length == UINT64_MAX)
        return -EPROTO;
    if (length == 0)
        return 0;
    error = take_octets(sink, length);
    if (!error)
        error = next_line(sink->client, &line);
    return error ? error : *line ? -EPROTO : 1;
}

/* Behind the last chunk fields may follow, as in the head. */
static int take_chunks(struct sink *sink)
{
    struct http_answer trailer = {0};
    int more;
    do {
        more = take_chunk(sink);
    } while (more > 0);
    return more ? more : read_fields(sink->client, &trailer);
}

/* RFC 9112 section 6.3, in its order. */
static int take_content(struct sink *sink, bool head_only)
{
    const struct http_answer *answer = sink->answer;
    if (head_only || answer->status < 200 || answer->status == 204 || answer->status == 304)
        return 0;
    if (answer->chunked)
        return take_chunks(sink);
    if (answer->allowed == UINT64_MAX)
        sink->answer->keeps_alive = false;
    return take_octets(sink, answer->allowed);
}

int http_client_hear(struct http_client *client, bool head_only, FILE *content,
                     struct http_answer *answer, struct fault *fault)
{
    struct sink sink = {.client = client, .answer = answer, .out = content};
    sha256_init(&sink.sha256);
    *answer = (struct http_answer){.allowed = UINT64_MAX};
    int error = read_head(client, answer);
    if (!error)
        error = take_content(&sink, head_only);
    sha256_digest(&sink.sha256, sizeof answer->sha256, answer->sha256);
    switch (error) {
    case 0:
        return 0;
    case -EPROTO:
        return fault_set(fault, error, "what came is not a whole answer in HTTP/1");
    case -EAGAIN:
        return fault_set(fault, error, "no answer in time");
    default:
        return fault_errno(fault, error, "no answer");
    }
}
