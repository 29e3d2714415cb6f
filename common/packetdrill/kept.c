/* SO_RCVLOWAT and TCP_INQ. */
#include "packetdrill/kept.h"

#include <errno.h>
#include <limits.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "stack/socket.h"

int kept_set(struct file *file, int level, int name, int number)
{
    if (level == SOL_SOCKET && name == SO_RCVLOWAT) {
        file->least_unread = number < 0 ? INT_MAX : max_u32((uint32_t)number, 1);
        return 0;
    }
    if (level != IPPROTO_TCP || name != TCP_INQ)
        return -ENOPROTOOPT;
    if (number != 0 && number != 1)
        return -EINVAL;
    file->tells_unread = number;
    return 0;
}

int64_t kept_get(const struct file *file, int level, int name)
{
    if (level == SOL_SOCKET && name == SO_RCVLOWAT)
        return max_u32(file->least_unread, 1);
    if (level == IPPROTO_TCP && name == TCP_INQ)
        return file->tells_unread;
    return -ENOPROTOOPT;
}

void kept_inherit(const struct door *door, int from, int to)
{
    const struct file *listener = files_find(door, from);
    struct file *accepted = files_find(door, to);
    accepted->least_unread = listener->least_unread;
    accepted->tells_unread = listener->tells_unread;
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
