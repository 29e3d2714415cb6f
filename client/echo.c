/* The echo client's dialogue: the caller's thread reads and sends, a second one shows. */
#include "client/echo.h"

#include <errno.h>

#include "base/clock.h"
#include "base/thread.h"
#include "net/io.h"

enum { CHUNK = 16 * 1024 };

struct dialogue {
    struct net *net;
    int sock;
    const struct echo_client_options *options;
    struct monitor monitor;
    uint64_t sent;     /* the sending thread's own, as is the next */
    int unreadable;    /* why the input ended early, or 0 */
    uint64_t received; /* guarded by monitor, as are the next three */
    bool finished;     /* we have nothing more to say */
    bool ended;        /* the server ended its direction, or it broke */
    int error;
};

/* Receives once and shows it. Returns recv's result, or -EIO when the output takes nothing. */
static int64_t show_next(struct dialogue *d)
{
    char chunk[CHUNK];
    int64_t got = net_recv(d->net, d->sock, chunk, sizeof chunk, 0);

    if (got > 0) {
        if (fwrite(chunk, 1, (size_t)got, d->options->output) != (size_t)got ||
            fflush(d->options->output))
            return -EIO;
    }
    return got;
}

/* Somebody who sits at a prompt would else not notice before the next line. */
static void tell_end(const struct dialogue *d)
{
    if (d->options->prompt && !d->finished) {
        fputs("\nThe server has ended the connection; Enter leaves.\n", d->options->prompt);
        fflush(d->options->prompt);
    }
}

static void run_show(void *arg)
{
    struct dialogue *d = arg;
    int64_t got;

    do {
        got = show_next(d);
        monitor_enter(&d->monitor);
        if (got > 0) {
            d->received += (uint64_t)got;
        } else {
            d->ended = true;
            d->error = (int)got;
            tell_end(d);
        }
        monitor_wake(&d->monitor);
        monitor_leave(&d->monitor);
    } while (got > 0);
}

/* With a prompt: lets the answer appear before the next prompt does. */
static void await_answer(struct dialogue *d)
{
    usec_t deadline = usec_after(clock_now(), d->options->patience_us);

    if (!d->options->prompt)
        return;
    monitor_enter(&d->monitor);
    while (!d->ended && d->received < d->sent)
        if (!monitor_wait(&d->monitor, deadline))
            break;
    monitor_leave(&d->monitor);
}

/* Nobody is left to talk to: the connection broke, or, to somebody at a prompt, the server has said
 * its last word. Otherwise a server that has ended its direction may still be listening. */
static bool is_over_locked(const struct dialogue *d)
{
    return d->error || (d->ended && d->options->prompt);
}

static bool is_over(struct dialogue *d)
{
    monitor_enter(&d->monitor);
    bool over = is_over_locked(d);
    monitor_leave(&d->monitor);
    return over;
}

static void prompt(const struct dialogue *d, const char *text)
{
    if (d->options->prompt) {
        fputs(text, d->options->prompt);
        fflush(d->options->prompt);
    }
}

/* Our last word: ends our direction, if there is still somebody to hear it. */
static int finish(struct dialogue *d)
{
    monitor_enter(&d->monitor);
    d->finished = true;
    bool over = is_over_locked(d);
    monitor_leave(&d->monitor);
    return over ? 0 : net_shutdown(d->net, d->sock, NET_SHUT_WR);
}

/* A line, or as much of one as there is room for: a line need not end. Returns its length, 0 at the
 * end of input or when it cannot be read. */
static size_t read_line(FILE *input, char *line, size_t cap)
{
    size_t len = 0;
    int letter = 0;

    while (len < cap && letter != '\n' && (letter = getc(input)) != EOF)
        line[len++] = (char)letter;
    return len;
}

/* Sends line after line until input or connection ends. */
static int send_lines(struct dialogue *d)
{
    char line[CHUNK];
    size_t len;

    prompt(d, "> ");
    while ((len = read_line(d->options->input, line, sizeof line)) > 0 && !is_over(d)) {
        int64_t sent = net_write_full(d->net, d->sock, line, len);
        if (sent < 0)
            return (int)sent;
        d->sent += (uint64_t)sent;
        await_answer(d);
        prompt(d, "> ");
    }
    if (ferror(d->options->input))
        return d->unreadable = errno ? -errno : -EIO;
    if (len == 0)
        prompt(d, "\n"); /* Ctrl-D leaves the cursor behind the prompt */
    return finish(d);
}

static int talk(struct dialogue *d, struct fault *fault)
{
    struct thread *thread;

    int error = thread_start(&thread, "echo-show", run_show, d);
    if (error)
        return fault_errno(fault, error, "cannot start a thread");
    int send_error = send_lines(d);
    if (send_error)
        net_shutdown(d->net, d->sock, NET_SHUT_RDWR);
    thread_join(thread);

    if (d->unreadable)
        return fault_errno(fault, d->unreadable, "cannot read the input");
    error = d->error ? d->error : send_error;
    if (error == -EAGAIN)
        return fault_set(fault, error, "the server took nothing for too long: it does not read");
    if (error)
        return fault_errno(fault, error,
                           "connection broken after %llu bytes sent and %llu received",
                           (unsigned long long)d->sent, (unsigned long long)d->received);
    return 0;
}

int echo_dialogue(struct net *net, const struct echo_client_options *options,
                  struct echo_client_result *result, struct fault *fault)
{
    struct dialogue d = {.net = net, .options = options};
    struct net_addr_text text;

    d.sock = net_socket(net, NET_STREAM);
    if (d.sock < 0)
        return fault_errno(fault, d.sock, "cannot make a socket");
    net_setsockopt(net, d.sock, NET_SO_SNDTIMEO, options->timeout_us);
    int error = net_connect(net, d.sock, &options->server);
    if (error) {
        fault_errno(fault, error, "cannot connect to %s", net_addr_format(&text, &options->server));
        goto close_sock;
    }
    monitor_init(&d.monitor);
    error = talk(&d, fault);
    monitor_fini(&d.monitor);
    *result = (struct echo_client_result){.sent = d.sent, .received = d.received};
close_sock:
    net_close(net, d.sock);
    return error;
}
