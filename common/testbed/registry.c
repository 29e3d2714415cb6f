/* One small text file per testbed: "pid start-time netns-of-A netns-of-B". The folder is locked
 * while a file is looked at, so that only finished files are seen and no live one is removed. */
#include "testbed/registry.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the folder ---- */

/* Whether others can neither read nor replace it; a symbolic link is not followed. */
static bool is_private_folder(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
           (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

static void choose_folder(struct registry *registry)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    if (runtime && is_private_folder(runtime))
        snprintf(registry->path, REGISTRY_PATH_CAP, "%s/twinstack", runtime);
    else
        snprintf(registry->path, REGISTRY_PATH_CAP, "/tmp/twinstack-%u", (unsigned)geteuid());
}

static int open_folder(struct registry *registry)
{
    if (mkdir(registry->path, S_IRWXU) < 0 && errno != EEXIST)
        return -errno;
    if (!is_private_folder(registry->path))
        return -EACCES;
    registry->folder = open(registry->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return registry->folder < 0 ? -errno : 0;
}

int registry_open(struct registry *registry, struct fault *fault)
{
    choose_folder(registry);
    int error = open_folder(registry);
    if (error == -EACCES)
        return fault_set(fault, error, "%s is not private to this user: remove it", registry->path);
    return error ? fault_errno(fault, error, "cannot open %s", registry->path) : 0;
}

static bool is_removed(const struct registry *registry)
{
    struct stat status;
    return fstat(registry->folder, &status) < 0 || status.st_nlink == 0;
}

static int lock_open_folder(int folder)
{
    while (flock(folder, LOCK_EX) < 0) {
        if (errno != EINTR)
            return -errno;
    }
    return 0;
}

/* Another process may have removed the folder as the last one to leave it: then it is made again.
 */
static int lock(struct registry *registry)
{
    int error = lock_open_folder(registry->folder);
    while (!error && is_removed(registry)) {
        close(registry->folder);
        registry->folder = -1;
        error = open_folder(registry);
        if (!error)
            error = lock_open_folder(registry->folder);
    }
    return error;
}

static void unlock(struct registry *registry)
{
    flock(registry->folder, LOCK_UN);
}

void registry_close(struct registry *registry)
{
    if (flock(registry->folder, LOCK_EX | LOCK_NB) == 0)
        rmdir(registry->path); /* fails while there is something in it, as it should */
    close(registry->folder);
}

/* ---- processes ---- */

static ssize_t read_text(int folder, const char *path, char *text, size_t cap)
{
    int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -errno;
    ssize_t len = read(fd, text, cap - 1);
    close(fd);
    if (len < 0)
        return -EIO;
    text[len] = '\0';
    return len;
}

/* When a process started, or 0 when there is none or it only waits for its parent to notice its
 * end: fields 22 and 3 of its stat file. The second is the program's name in parentheses and may
 * contain anything. */
static uint64_t start_time(pid_t pid)
{
    char path[64], text[1024];
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    if (read_text(AT_FDCWD, path, text, sizeof(text)) < 0)
        return 0;
    const char *field = strrchr(text, ')');
    if (!field || strncmp(field, ") Z", 3) == 0 || strncmp(field, ") X", 3) == 0)
        return 0;
    for (int number = 2; field && number < 22; number++)
        field = strchr(field + 1, ' ');
    return field ? strtoull(field, NULL, 10) : 0;
}

static bool is_alive(const struct registration *registration)
{
    return start_time(registration->holder) == registration->started;
}

int registry_watch(const struct registration *registration)
{
    int pidfd = pidfd_open(registration->holder, 0);
    if (pidfd < 0)
        return -errno;
    if (is_alive(registration)) /* asked after the descriptor was made: it is this process */
        return pidfd;
    close(pidfd);
    return -ESRCH;
}

static int end_holder(int pidfd)
{
    const int patience_ms = 10000;
    struct pollfd ended = {.fd = pidfd, .events = POLLIN};
    if (pidfd_send_signal(pidfd, SIGTERM, NULL, 0) < 0)
        return -errno;
    int ready = poll(&ended, 1, patience_ms);
    if (ready < 0)
        return -errno;
    return ready ? 0 : -ETIMEDOUT;
}

int registry_stop(const struct registration *registration, struct fault *fault)
{
    int pidfd = is_alive(registration) ? registry_watch(registration) : -ESRCH;
    if (pidfd == -ESRCH) /* ended by itself */
        return 0;
    int error = pidfd < 0 ? pidfd : end_holder(pidfd);
    if (pidfd >= 0)
        close(pidfd);
    return error ? fault_errno(fault, error, "cannot stop testbed '%s'", registration->name) : 0;
}

/* ---- files ---- */

static bool is_name(const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < len; i++) {
        if (!isalnum((unsigned char)name[i]) && name[i] != '-' && name[i] != '_')
            return false;
    }
    return len > 0 && len < REGISTRY_NAME_CAP;
}

/* Reads a registration that is alive; what is not, or is no registration at all, is removed. */
static bool read_live_locked(struct registry *registry, const char *name,
                             struct registration *found)
{
    char text[128];
    if (!is_name(name) || read_text(registry->folder, name, text, sizeof(text)) < 0)
        return false;
    *found = (struct registration){0};
    snprintf(found->name, sizeof(found->name), "%s", name);
    int fields = sscanf(text, "%d %" SCNu64 " %d %d", &found->holder, &found->started,
                        &found->netns[HOST_A], &found->netns[HOST_B]);
    if (fields == 4 && is_alive(found))
        return true;
    unlinkat(registry->folder, name, 0);
    return false;
}

static int write_locked(struct registry *registry, const char *name, const int netns[2])
{
    int fd = openat(registry->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    int written = dprintf(fd, "%d %" PRIu64 " %d %d\n", (int)getpid(), start_time(getpid()),
                          netns[HOST_A], netns[HOST_B]);
    int error = written < 0 ? -EIO : 0;
    close(fd);
    if (error)
        unlinkat(registry->folder, name, 0);
    return error;
}

int registry_add(struct registry *registry, const char *name, const int netns[2],
                 struct fault *fault)
{
    struct registration other = {0};
    if (!is_name(name))
        return fault_set(fault, -EINVAL,
                         "'%s' is no name: use up to %d letters, digits, '-' and '_'", name,
                         REGISTRY_NAME_CAP - 1);
    int error = lock(registry);
    if (!error) {
        bool taken = read_live_locked(registry, name, &other);
        error = taken ? -EEXIST : write_locked(registry, name, netns);
        unlock(registry);
    }
    if (error == -EEXIST)
        return fault_set(fault, error,
                         "testbed '%s' is already running (pid %d): choose another --name", name,
                         (int)other.holder);
    return error ? fault_errno(fault, error, "cannot register testbed '%s'", name) : 0;
}

void registry_remove(struct registry *registry, const char *name)
{
    unlinkat(registry->folder, name, 0);
}

void registry_forget(struct registry *registry, const char *name, pid_t holder)
{
    struct registration found;
    if (lock(registry))
        return;
    if (read_live_locked(registry, name, &found) && found.holder == holder)
        registry_remove(registry, name);
    unlock(registry);
}

int registry_find(struct registry *registry, const char *name, struct registration *found,
                  struct fault *fault)
{
    int error = lock(registry);
    if (error)
        return fault_errno(fault, error, "cannot look for testbed '%s'", name);
    bool alive = read_live_locked(registry, name, found);
    unlock(registry);
    if (!alive)
        return fault_set(fault, -ENOENT,
                         "no testbed '%s' is running: start one in another terminal", name);
    return 0;
}

static int by_name(const void *a, const void *b)
{
    const struct registration *one = a, *other = b;
    return strcmp(one->name, other->name);
}

static int read_all_locked(struct registry *registry, struct registration *found, int cap)
{
    int fd = openat(registry->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder) {
        int error = -errno;
        if (fd >= 0)
            close(fd);
        return error;
    }
    int count = 0;
    for (struct dirent *entry = readdir(folder); entry && count < cap; entry = readdir(folder)) {
        if (read_live_locked(registry, entry->d_name, &found[count]))
            count++;
    }
    closedir(folder);
    return count;
}

int registry_list(struct registry *registry, struct registration *found, int cap)
{
    int count = lock(registry);
    if (count)
        return count;
    count = read_all_locked(registry, found, cap);
    unlock(registry);
    if (count > 0)
        qsort(found, (size_t)count, sizeof(*found), by_name);
    return count;
}
