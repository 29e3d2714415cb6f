/* Listening for words in a stream that may come in any pieces. */
#include "client/dialogue.h"

#include <errno.h>
#include <string.h>

#include "client/ask.h"
#include "net/io.h"

enum { EAR = 1024 };

struct listener {
    struct net *net;
    int sock;
    FILE *heard;
    size_t len; /* of what was heard since the last turn */
    char text[EAR];
};

/* Returns how much came, 0 at the end of the stream, or a negative errno: -EMSGSIZE when the server
 * talks on and on. */
static int64_t hear_more(struct listener *listener)
{
    char *end = listener->text + listener->len;
    if (listener->len == sizeof listener->text)
        return -EMSGSIZE;
    int64_t got =
        net_recv(listener->net, listener->sock, end, sizeof listener->text - listener->len, 0);
    if (got <= 0)
        return got;
    listener->len += (size_t)got;
    return fwrite(end, 1, (size_t)got, listener->heard) == (size_t)got ? got : -EIO;
}

static int await(struct listener *listener, const char *word)
{
    const char *found;
    while (!(found = memmem(listener->text, listener->len, word, strlen(word)))) {
        int64_t got = hear_more(listener);
        if (got <= 0)
            return got < 0 ? (int)got : -EPROTO;
    }
    size_t done = (size_t)(found - listener->text) + strlen(word);
    listener->len -= done;
    memmove(listener->text, listener->text + done, listener->len);
    return 0;
}

static int take_turn(struct listener *listener, const struct dialogue_turn *turn)
{
    int error = await(listener, turn->awaits);
    if (error)
        return error;
    int64_t said = net_write_full(listener->net, listener->sock, turn->says, strlen(turn->says));
    return said < 0 ? (int)said : 0;
}

static int listen_to_the_end(struct listener *listener)
{
    int64_t got;
    do {
        listener->len = 0;
        got = hear_more(listener);
    } while (got > 0);
    return (int)got;
}

int dialogue_hold(struct net *net, const struct dialogue_plan *plan, FILE *heard,
                  struct fault *fault)
{
    struct listener listener = {.net = net, .heard = heard};
    int error = listener.sock = ask_open(net, &plan->server, plan->timeout_us);
    if (error < 0)
        return fault_errno(fault, error, "cannot connect");
    error = 0;
    for (size_t i = 0; i < plan->count && !error; i++) {
        error = take_turn(&listener, &plan->turns[i]);
        if (error)
            fault_errno(fault, error, "waiting for '%s'", plan->turns[i].awaits);
    }
    if (!error) {
        error = listen_to_the_end(&listener);
        if (error)
            fault_errno(fault, error, "waiting for the end");
    }
    net_close(net, listener.sock);
    return error;
}
