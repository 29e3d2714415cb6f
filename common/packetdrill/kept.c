/* Options of the door alone. */
#include "packetdrill/kept.h"

#include <errno.h>
#include <limits.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "stack/socket.h"

static int tell_unread(struct file *file, int number)
{
    if (number != 0 && number != 1)
        return -EINVAL;
    file->tells_unread = number;
    return 0;
}

int kept_set(struct file *file, int level, int name, int number)
{
    if (level == SOL_SOCKET && name == SO_PRIORITY)
        file->priority = number;
    else if (level == SOL_SOCKET && name == SO_MARK)
        file->mark = number;
    else if (level == SOL_SOCKET && name == SO_RCVLOWAT)
        file->least_unread = number < 0 ? INT_MAX : max_u32((uint32_t)number, 1);
    else if (level == IPPROTO_TCP && name == TCP_NOTSENT_LOWAT)
        file->most_unsent = (uint32_t)number;
    else
        return level == IPPROTO_TCP && name == TCP_INQ ? tell_unread(file, number) : -ENOPROTOOPT;
    return 0;
}

int kept_get(const struct file *file, int level, int name, int *number)
{
    if (level == SOL_SOCKET && name == SO_PRIORITY)
        *number = file->priority;
    else if (level == SOL_SOCKET && name == SO_MARK)
        *number = file->mark;
    else if (level == SOL_SOCKET && name == SO_RCVLOWAT)
        *number = (int)max_u32(file->least_unread, 1);
    else if (level == IPPROTO_TCP && name == TCP_NOTSENT_LOWAT)
        *number = (int)file->most_unsent;
    else if (level == IPPROTO_TCP && name == TCP_INQ)
        *number = file->tells_unread;
    else
        return -ENOPROTOOPT;
    return 0;
}

void kept_inherit(const struct door *door, int from, int to)
{
    const struct file *listener = files_find(door, from);
    struct file *accepted = files_find(door, to);
    accepted->least_unread = listener->least_unread;
    accepted->tells_unread = listener->tells_unread;
    accepted->most_unsent = listener->most_unsent;
    accepted->mark = listener->mark;
}

/* The peer can still send text. */
static bool is_open(enum tcp_state state)
{
    return state == STATE_ESTABLISHED || state == STATE_FIN_WAIT_1 || state == STATE_FIN_WAIT_2;
}

bool kept_too_few(const struct door *door, int fd, size_t wanted)
{
    const struct file *file = files_find(door, fd);
    struct socket_info info;
    if (file->deaf || socket_get_info(door->stack, file->sock, &info) < 0 || !info.stream)
        return false;
    return info.unread < min_size(file->least_unread, wanted) && is_open(info.tcp.state);
}

/* The mark, where text is written now and there is one; else 0. */
static uint32_t unsent_mark(const struct door *door, int fd, struct socket_info *info)
{
    const struct file *file = files_find(door, fd);
    if (file->most_unsent == 0 || socket_get_info(door->stack, file->sock, info) < 0)
        return 0;
    enum tcp_state state = info->tcp.state;
    return state == STATE_ESTABLISHED || state == STATE_CLOSE_WAIT ? file->most_unsent : 0;
}

/* What leaves at once is no part of it, and the segment in which the mark lies becomes full. */
size_t kept_room(const struct door *door, int fd)
{
    struct socket_info info;
    uint32_t mark = unsent_mark(door, fd, &info);
    const struct tcp_status *s = &info.tcp;
    if (mark == 0)
        return SIZE_MAX;
    if (s->unsent >= mark)
        return 0;
    uint32_t window = min_u32(s->cwnd, s->snd_wnd);
    size_t leaves = s->unsent == 0 && window > s->unacked ? window - s->unacked : 0;
    size_t segments = ((size_t)mark + s->snd_mss - 1) / s->snd_mss;
    return leaves + segments * s->snd_mss - s->unsent;
}

bool kept_too_much(const struct door *door, int fd)
{
    struct socket_info info;
    uint32_t mark = unsent_mark(door, fd, &info);
    return mark > 0 && 2 * (uint64_t)info.tcp.unsent >= mark;
}

/* An end that can be read counts as one octet, as on Linux. */
static int unread(const struct door *door, const struct file *file)
{
    struct socket_info info;
    if (socket_get_info(door->stack, file->sock, &info) < 0)
        return 0;
    return info.unread > 0 ? (int)info.unread : !is_open(info.tcp.state);
}

int kept_tell_unread(const struct door *door, int fd, struct msghdr *message)
{
    const struct file *file = files_find(door, fd);
    size_t room = message->msg_controllen;
    message->msg_controllen = 0;
    if (!file || !file->tells_unread)
        return 0;
    const int left = unread(door, file);
    if (!message->msg_control || room < CMSG_SPACE(sizeof(left)))
        return MSG_CTRUNC;
    struct cmsghdr *part = message->msg_control;
    *part = (struct cmsghdr){
        .cmsg_len = CMSG_LEN(sizeof(left)), .cmsg_level = IPPROTO_TCP, .cmsg_type = TCP_CM_INQ};
    memcpy(CMSG_DATA(part), &left, sizeof(left));
    message->msg_controllen = CMSG_SPACE(sizeof(left));
    return 0;
}
