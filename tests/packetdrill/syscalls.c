/* Calls as scripts write them, made through the table. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "tests/packetdrill/player.h"

enum { ARGUMENTS_MAX = 6, TRANSFER_MAX = 1 << 20 };

/* A call on its way. */
struct doing {
    struct player *p;
    const struct value *argument[ARGUMENTS_MAX]; /* NULL: fewer */
    int fd;                                      /* the stack's, of the first argument */
};

static const struct packetdrill_interface *table(const struct doing *d)
{
    return &d->p->stack;
}

static void *user(const struct doing *d)
{
    return d->p->stack.userdata;
}

static int64_t number(const struct doing *d, int i)
{
    return d->argument[i] ? d->argument[i]->number : 0;
}

static const struct value *field(const struct value *fields, const char *name)
{
    const struct value *at = fields->first;
    while (at && strcmp(at->name, name) != 0)
        at = at->next;
    return at;
}

static int64_t field_number(const struct value *fields, const char *name)
{
    const struct value *found = field(fields, name);
    return found ? found->number : 0;
}

/* ---- descriptors ---- */

static int stack_fd(const struct player *p, int64_t fd)
{
    return fd >= 0 && fd < FDS_MAX ? p->fds[fd] : -1;
}

/* ---- sockets ---- */

static int64_t do_socket(const struct doing *d)
{
    const struct value *domain = d->argument[0];
    return table(d)->socket(user(d), domain->kind == VALUE_ANY ? AF_INET : (int)domain->number,
                            (int)number(d, 1), (int)number(d, 2));
}

static int64_t do_bind(const struct doing *d)
{
    const struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(d->p->stack_port)};
    return table(d)->bind(user(d), d->fd, (const struct sockaddr *)&addr, sizeof(addr));
}

static int64_t do_listen(const struct doing *d)
{
    return table(d)->listen(user(d), d->fd, (int)number(d, 1));
}

static int64_t do_accept(const struct doing *d)
{
    struct sockaddr_in addr;
    socklen_t len = sizeof(addr);
    return table(d)->accept(user(d), d->fd, (struct sockaddr *)&addr, &len);
}

static int64_t do_connect(const struct doing *d)
{
    const struct sockaddr_in addr = {.sin_family = AF_INET,
                                     .sin_port = htons(d->p->peer_port),
                                     .sin_addr.s_addr = htonl(d->p->peer_ip)};
    return table(d)->connect(user(d), d->fd, (const struct sockaddr *)&addr, sizeof(addr));
}

static int64_t do_shutdown(const struct doing *d)
{
    return table(d)->shutdown(user(d), d->fd, (int)number(d, 1));
}

static int64_t do_close(const struct doing *d)
{
    d->p->fds[number(d, 0)] = -1;
    return table(d)->close(user(d), d->fd);
}

static int64_t do_fcntl(const struct doing *d)
{
    return table(d)->fcntl(user(d), d->fd, (int)number(d, 1), (int)number(d, 2));
}

/* ioctl(4, SIOCINQ, [1000]): what it must answer. */
static int64_t do_ioctl(const struct doing *d)
{
    int answer = -1;
    const struct value *list = d->argument[2];
    int64_t result = table(d)->ioctl(user(d), d->fd, (unsigned long)number(d, 1), &answer);
    if (result == 0 && list && list->first && list->first->number != answer)
        player_fail(d->p, "ioctl tells %d", answer);
    return result;
}

/* ---- transfer ---- */

static int64_t with_memory(const struct doing *d, size_t len, bool out)
{
    void *memory = calloc(1, len + 1);
    int flags = (int)number(d, 3);
    if (!memory || len > TRANSFER_MAX) {
        free(memory);
        errno = ENOMEM;
        return -1;
    }
    int64_t result = out     ? table(d)->send(user(d), d->fd, memory, len, flags)
                     : flags ? table(d)->recv(user(d), d->fd, memory, len, flags)
                             : table(d)->read(user(d), d->fd, memory, len);
    int error = errno;
    free(memory);
    errno = error;
    return result;
}

static int64_t do_read(const struct doing *d)
{
    return with_memory(d, (size_t)number(d, 2), false);
}

static int64_t do_write(const struct doing *d)
{
    return with_memory(d, (size_t)number(d, 2), true);
}

/* ---- poll ---- */

enum { POLLS_MAX = 8 };

static size_t fill_polls(const struct doing *d, struct pollfd *polls)
{
    size_t count = 0;
    const struct value *at = d->argument[0]->first;
    for (; at && count < POLLS_MAX; at = at->next)
        polls[count++] = (struct pollfd){.fd = stack_fd(d->p, field_number(at, "fd")),
                                         .events = (short)field_number(at, "events")};
    return count;
}

static int64_t do_poll(const struct doing *d)
{
    struct pollfd polls[POLLS_MAX];
    size_t count = fill_polls(d, polls);
    int64_t result = table(d)->poll(user(d), polls, count, (int)number(d, 2));
    const struct value *at = d->argument[0]->first;
    for (size_t i = 0; i < count && result >= 0; i++, at = at->next)
        if (polls[i].revents != field_number(at, "revents"))
            player_fail(d->p, "poll finds 0x%x", (unsigned)polls[i].revents);
    return result;
}

/* ---- epoll ---- */

static int64_t do_epoll_create(const struct doing *d)
{
    return table(d)->epoll_create(user(d), (int)number(d, 0));
}

/* epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) */
static int64_t do_epoll_ctl(const struct doing *d)
{
    const struct value *asked = d->argument[3];
    struct epoll_event event = {.events = (uint32_t)field_number(asked, "events"),
                                .data.fd = (int)field_number(asked, "fd")};
    return table(d)->epoll_ctl(user(d), d->fd, (int)number(d, 1), stack_fd(d->p, number(d, 2)),
                               &event);
}

/* epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1 */
static int64_t do_epoll_wait(const struct doing *d)
{
    const struct value *wanted = d->argument[1];
    struct epoll_event event = {0};
    int64_t result = table(d)->epoll_wait(user(d), d->fd, &event, 1, (int)number(d, 3));
    bool same = event.events == field_number(wanted, "events") &&
                event.data.fd == field_number(wanted, "fd");
    if (result == 1 && wanted->kind == VALUE_FIELDS && !same)
        player_fail(d->p, "epoll finds 0x%x of %d", event.events, event.data.fd);
    return result;
}

/* ---- options ---- */

union option {
    int number;
    struct linger linger;
    struct timeval time;
    char text[NAME_MAX_LEN + 1];
};

static size_t fill_option(const struct value *value, union option *out)
{
    *out = (union option){0};
    if (value->kind == VALUE_TEXT) {
        strcpy(out->text, value->text);
        return strlen(out->text);
    }
    if (value->kind == VALUE_FIELDS && field(value, "onoff")) {
        out->linger.l_onoff = (int)field_number(value, "onoff");
        out->linger.l_linger = (int)field_number(value, "linger");
        return sizeof(out->linger);
    }
    if (value->kind == VALUE_FIELDS) {
        out->time.tv_sec = field_number(value, "tv_sec");
        out->time.tv_usec = field_number(value, "tv_usec");
        return sizeof(out->time);
    }
    out->number =
        (int)(value->kind == VALUE_LIST && value->first ? value->first->number : value->number);
    return sizeof(out->number);
}

static int64_t do_setsockopt(const struct doing *d)
{
    union option option;
    size_t len = fill_option(d->argument[3], &option);
    return table(d)->setsockopt(user(d), d->fd, (int)number(d, 1), (int)number(d, 2), &option,
                                (socklen_t)len);
}

static int64_t do_getsockopt(const struct doing *d)
{
    union option wanted, found = {0};
    socklen_t len = sizeof(found);
    size_t known = fill_option(d->argument[3], &wanted);
    int64_t result =
        table(d)->getsockopt(user(d), d->fd, (int)number(d, 1), (int)number(d, 2), &found, &len);
    bool told = d->argument[3]->kind != VALUE_ANY;
    if (result == 0 && told && memcmp(&wanted, &found, known) != 0)
        player_fail(d->p, "getsockopt tells %d", found.number);
    return result;
}

/* ---- all of them ---- */

static const struct {
    const char *name;
    int64_t (*make)(const struct doing *d);
    bool on_fd; /* the first argument is a descriptor */
    int arguments;
} calls[] = {
    {"epoll_create", do_epoll_create, false, 1},
    {"epoll_ctl", do_epoll_ctl, true, 4},
    {"epoll_wait", do_epoll_wait, true, 4},
    {"socket", do_socket, false, 3},
    {"bind", do_bind, true, 3},
    {"listen", do_listen, true, 2},
    {"accept", do_accept, true, 3},
    {"connect", do_connect, true, 3},
    {"shutdown", do_shutdown, true, 2},
    {"close", do_close, true, 1},
    {"fcntl", do_fcntl, true, 2},
    {"ioctl", do_ioctl, true, 3},
    {"read", do_read, true, 3},
    {"recv", do_read, true, 4},
    {"write", do_write, true, 3},
    {"send", do_write, true, 4},
    {"poll", do_poll, false, 3},
    {"setsockopt", do_setsockopt, true, 5},
    {"getsockopt", do_getsockopt, true, 5},
};

static int find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        if (strcmp(calls[i].name, name) == 0)
            return (int)i;
    return -1;
}

bool syscall_make(struct player *p, const struct script_call *call, int64_t *result, int *error)
{
    struct doing doing = {.p = p};
    const struct value *at = call->arguments;
    int count = 0;
    for (; at && count < ARGUMENTS_MAX; at = at->next)
        doing.argument[count++] = at;
    int i = find(call->name);
    if (i < 0 || count < calls[i].arguments)
        return player_fail(p, "%s with %d arguments is not known here", call->name, count);
    if (calls[i].on_fd)
        doing.fd = stack_fd(p, number(&doing, 0));
    errno = 0;
    *result = calls[i].make(&doing);
    *error = *result < 0 ? errno : 0;
    return true;
}

static bool opens(const char *name)
{
    return strcmp(name, "socket") == 0 || strcmp(name, "accept") == 0 ||
           strcmp(name, "epoll_create") == 0;
}

/* A descriptor has the number that the script gave it. */
static bool name_fd(struct player *p, const struct script_call *call, int fd)
{
    if (call->result < 0 || call->result >= FDS_MAX)
        return player_fail(p, "no descriptor %" PRId64 " here", call->result);
    p->fds[call->result] = fd;
    if (call->name[0] != 'e')
        p->subject = (int)call->result;
    return true;
}

bool syscall_judge(struct player *p, const struct script_event *event, int64_t result, int error)
{
    const struct script_call *call = &event->call;
    if (opens(call->name) && result >= 0 && call->result >= 0)
        return name_fd(p, call, (int)result);
    if (!call->any_result && (result != call->result || error != call->error))
        return player_fail(p, "%s gives %" PRId64 " %s, expected %" PRId64 " %s", call->name,
                           result, error ? strerrorname_np(error) : "", call->result,
                           call->error ? strerrorname_np(call->error) : "");
    return true;
}
