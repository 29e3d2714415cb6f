/* What a connection's thread does: await a request, find what it asks for, answer, and again. */
#include "server/http.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/io.h"
#include "net/serve.h"
#include "server/farewell.h"
#include "server/http_request.h"
#include "server/until_interrupt.h"

enum { CHUNK = 16 * 1024 };

/* One connection. */
struct visit {
    struct net *net;
    int sock;
    const struct net_addr *peer;
    struct http_service *service;
    struct http_request request;
    size_t have; /* octets received and not yet answered */
    uint8_t octets[HTTP_HEAD_MAX];
};

struct answer {
    enum http_status status;
    struct http_content content; /* fd -1: the status in words */
    bool keep_alive;
};

/* ---- the request ---- */

static int64_t receive_more(struct visit *visit, usec_t deadline)
{
    struct net_pollfd arrived = {.sock = visit->sock, .events = NET_IN};
    usec_t left = deadline == NEVER ? NEVER : usec_max(deadline - clock_now(), 0);
    int ready = net_poll(visit->net, &arrived, 1, left);
    if (ready <= 0)
        return ready < 0 ? ready : -ETIMEDOUT;
    return net_recv(visit->net, visit->sock, visit->octets + visit->have,
                    sizeof visit->octets - visit->have, 0);
}

/* Time runs for the request as a whole: who sends an octet now and then gains nothing by it.
 * Returns HTTP_OK and the request, the status to refuse it with, or 0 or a negative errno when
 * there is nobody to answer. */
static int await_request(struct visit *visit)
{
    usec_t patience = visit->service->timeout_us;
    usec_t deadline = patience > 0 ? usec_after(clock_now(), patience) : NEVER;
    int taken;
    while ((taken = http_request_read(&visit->request,
                                      (struct span){visit->octets, visit->have})) == 0) {
        int64_t got = receive_more(visit, deadline);
        if (got == -ETIMEDOUT && visit->have > 0)
            return HTTP_REQUEST_TIMEOUT;
        if (got <= 0)
            return (int)got;
        visit->have += (size_t)got;
    }
    if (taken < 0)
        return -taken;
    visit->have -= (size_t)taken;
    memmove(visit->octets, visit->octets + taken, visit->have);
    return HTTP_OK;
}

/* ---- the answer ---- */

/* No Date: the only clock here is one that does not know the day (RFC 9110 section 6.6.1). */
static size_t print_head(const struct answer *answer, char *out, size_t size)
{
    return (size_t)snprintf(
        out, size, "HTTP/1.1 %d %s\r\n%sContent-Type: %s\r\nContent-Length: %" PRIu64 "\r\n%s\r\n",
        (int)answer->status, http_status_text(answer->status),
        answer->status == HTTP_METHOD_NOT_ALLOWED ? "Allow: GET, HEAD\r\n" : "",
        answer->content.type, answer->content.length,
        answer->keep_alive ? "" : "Connection: close\r\n");
}

/* As much of the content as there is room for behind what is in `chunk` already; -EIO when the file
 * has become shorter than was promised. */
static int64_t add_content(const struct http_content *content, uint64_t offset, struct buffer chunk,
                           size_t filled)
{
    uint64_t left = content->length - offset;
    size_t room = chunk.cap - filled;
    size_t wanted = left < room ? (size_t)left : room;
    ssize_t got = wanted ? pread(content->fd, chunk.data + filled, wanted, (off_t)offset) : 0;
    if (got < 0)
        return -errno;
    return got == 0 && wanted > 0 ? -EIO : got;
}

/* The head leaves together with the first of the content: two writes would have the second wait for
 * an ACK that the other end delays (exp-nagle). */
static int send_file(const struct visit *visit, const struct answer *answer)
{
    uint8_t chunk[CHUNK];
    const struct buffer room = {chunk, sizeof chunk};
    size_t filled = print_head(answer, (char *)chunk, sizeof chunk);
    uint64_t offset = visit->request.head_only ? answer->content.length : 0;
    do {
        int64_t got = add_content(&answer->content, offset, room, filled);
        if (got < 0)
            return (int)got;
        int64_t sent = net_write_full(visit->net, visit->sock, chunk, filled + (size_t)got);
        if (sent < 0)
            return (int)sent;
        offset += (uint64_t)got;
        filled = 0;
    } while (offset < answer->content.length);
    return 0;
}

/* The content are the status's own words. */
static int send_words(const struct visit *visit, struct answer *answer)
{
    char words[64], text[512];
    int len = snprintf(words, sizeof words, "%d %s\n", (int)answer->status,
                       http_status_text(answer->status));
    answer->content = (struct http_content){-1, (uint64_t)len, "text/plain; charset=utf-8"};
    size_t filled = print_head(answer, text, sizeof text);
    if (!visit->request.head_only)
        filled += (size_t)snprintf(text + filled, sizeof text - filled, "%s", words);
    int64_t sent = net_write_full(visit->net, visit->sock, text, filled);
    return sent < 0 ? (int)sent : 0;
}

static int send_answer(const struct visit *visit, struct answer *answer)
{
    if (answer->status != HTTP_OK)
        return send_words(visit, answer);
    int error = send_file(visit, answer);
    http_content_close(&answer->content);
    return error;
}

/* A stranger's words, which a terminal might obey. */
static const char *make_harmless(char *text)
{
    for (char *letter = text; *letter; letter++)
        if (*letter < ' ' || *letter > '~')
            *letter = '?';
    return *text ? text : "-";
}

static void tell(struct visit *visit, const struct answer *answer, int error)
{
    struct net_addr_text text;
    if (!visit->service->say)
        return;
    fprintf(visit->service->say, "%s %s %d%s%s\n", net_addr_format(&text, visit->peer),
            make_harmless(visit->request.path), (int)answer->status, error ? " broken: " : "",
            error ? strerror(-error) : "");
    fflush(visit->service->say);
}

static enum http_status find(const struct visit *visit, struct http_content *content)
{
    int error = http_site_find(&visit->service->site, visit->request.path, content);
    if (error == -ENOENT)
        return HTTP_NOT_FOUND;
    return error ? HTTP_INTERNAL_ERROR : HTTP_OK;
}

/* ---- the connection ---- */

/* Whether the next request may come on this connection: not behind one that was not understood, nor
 * behind content that nobody reads. */
static bool answer_request(struct visit *visit, enum http_status status)
{
    struct answer answer = {.status = status, .content.fd = -1};
    if (status == HTTP_OK) {
        answer.keep_alive = visit->request.keep_alive && !visit->request.has_content;
        answer.status = find(visit, &answer.content);
    }
    atomic_fetch_add(&visit->service->requests, 1);
    if (answer.status != HTTP_OK)
        atomic_fetch_add(&visit->service->refused, 1);
    int error = send_answer(visit, &answer);
    tell(visit, &answer, error);
    return !error && answer.keep_alive;
}

void http_handle(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    struct http_service *service = arg;
    struct visit visit = {.net = net, .sock = sock, .peer = peer, .service = service};
    int status;
    atomic_fetch_add(&service->connections, 1);
    net_setsockopt(net, sock, NET_SO_SNDTIMEO, service->timeout_us);
    do {
        status = await_request(&visit);
    } while (status > 0 && answer_request(&visit, (enum http_status)status));
    farewell(net, sock);
}

int http_serve(struct net *net, const struct http_options *options, struct http_service *service,
               struct fault *fault)
{
    struct serve_config config = serve_as_usual(&options->addr, http_handle, service);
    config.max_connections = (int)options->max_connections;
    int error = serve_until_interrupt(net, &config, service->say, fault);
    if (!error && service->say)
        fprintf(service->say,
                "\nconnections=%" PRIuFAST64 " requests=%" PRIuFAST64 " refused=%" PRIuFAST64 "\n",
                service->connections, service->requests, service->refused);
    return error;
}
