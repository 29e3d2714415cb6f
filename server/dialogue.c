/* Octets to lines, lines to rows, rows to words. */
#include "server/dialogue.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "net/io.h"
#include "net/serve.h"
#include "server/farewell.h"
#include "server/telnet.h"
#include "server/until_interrupt.h"

enum { CHUNK = 512 };

/* ---- the table ---- */

static bool fits(const char *hears, const char *line)
{
    size_t len = strlen(hears);
    if (len == 0 || hears[len - 1] != '$')
        return strncasecmp(line, hears, len) == 0;
    return strlen(line) == len - 1 && strncasecmp(line, hears, len - 1) == 0;
}

const struct dialogue_row *dialogue_answer(const struct dialogue *dialogue, const char *state,
                                           const char *line)
{
    for (size_t i = 0; i < dialogue->count; i++) {
        const struct dialogue_row *row = &dialogue->rows[i];
        if ((!row->state || strcmp(row->state, state) == 0) && fits(row->hears, line))
            return row;
    }
    return NULL;
}

/* ---- one dialogue ---- */

struct talk {
    struct net *net;
    int sock;
    struct dialogue_service *service;
    const char *state; /* "": over */
    struct telnet telnet;
    size_t len; /* of what has come of the line */
    char line[DIALOGUE_LINE_MAX];
};

static bool is_over(const struct talk *talk)
{
    return talk->state[0] == '\0';
}

static int say(const struct talk *talk, const char *words)
{
    int64_t said = net_write_full(talk->net, talk->sock, words, strlen(words));
    return said < 0 ? (int)said : 0;
}

static int answer(struct talk *talk)
{
    if (talk->len > 0 && talk->line[talk->len - 1] == '\r')
        talk->len--;
    talk->line[talk->len] = '\0';
    talk->len = 0;
    atomic_fetch_add(&talk->service->lines, 1);
    const struct dialogue_row *row =
        dialogue_answer(talk->service->dialogue, talk->state, talk->line);
    if (row && row->then)
        talk->state = row->then;
    return row && row->says ? say(talk, row->says) : 0;
}

static int on_text(struct talk *talk, uint8_t octet)
{
    if (octet == '\n')
        return answer(talk);
    if (talk->len + 1 < sizeof talk->line) {
        talk->line[talk->len++] = (char)octet;
        return 0;
    }
    talk->state = "";
    return say(talk, talk->service->dialogue->too_long);
}

static int refuse(struct talk *talk)
{
    int64_t sent =
        net_write_full(talk->net, talk->sock, talk->telnet.refusal, sizeof talk->telnet.refusal);
    atomic_fetch_add(&talk->service->refusals, 1);
    return sent < 0 ? (int)sent : 0;
}

/* A NUL in a line would hide what stands behind it: it is never text. */
static int on_octet(struct talk *talk, uint8_t octet)
{
    if (!talk->service->dialogue->telnet)
        return octet ? on_text(talk, octet) : 0;
    switch (telnet_on_octet(&talk->telnet, octet)) {
    case TELNET_TEXT:
        return on_text(talk, octet);
    case TELNET_REFUSE:
        return refuse(talk);
    case TELNET_NOTHING:
        break;
    }
    return 0;
}

/* Until one side ends it. Returns 0 then, or the error that broke it. */
static int hold(struct talk *talk)
{
    uint8_t chunk[CHUNK];
    int error = say(talk, talk->service->dialogue->greeting);
    while (!error && !is_over(talk)) {
        int64_t got = net_recv(talk->net, talk->sock, chunk, sizeof chunk, 0);
        if (got <= 0)
            return (int)got;
        for (int64_t i = 0; i < got && !error && !is_over(talk); i++)
            error = on_octet(talk, chunk[i]);
    }
    return error;
}

static void tell(FILE *out, const struct net_addr *peer, int error)
{
    struct net_addr_text text;
    fprintf(out, "%s: %s\n", net_addr_format(&text, peer), error ? strerror(-error) : "over");
    fflush(out);
}

void dialogue_handle(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    struct dialogue_service *service = arg;
    struct talk talk = {
        .net = net, .sock = sock, .service = service, .state = service->dialogue->begins};
    net_setsockopt(net, sock, NET_SO_RCVTIMEO, service->timeout_us);
    net_setsockopt(net, sock, NET_SO_SNDTIMEO, service->timeout_us);
    int error = hold(&talk);
    if (!error) {
        atomic_fetch_add(&service->held, 1);
        farewell(net, sock);
    }
    if (service->say)
        tell(service->say, peer, error);
}

int dialogue_serve(struct net *net, const struct net_addr *addr, struct dialogue_service *service,
                   struct fault *fault)
{
    const struct serve_config config = serve_as_usual(addr, dialogue_handle, service);
    int error = serve_until_interrupt(net, &config, service->say, fault);
    if (!error && service->say)
        fprintf(service->say,
                "\ndialogues=%" PRIuFAST64 " lines=%" PRIuFAST64 " refusals=%" PRIuFAST64 "\n",
                service->held, service->lines, service->refusals);
    return error;
}
