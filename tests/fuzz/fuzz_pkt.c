/* tests/packetdrill/script: any text is a script or a mistake that is named. */
#include <sys/mman.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tests/packetdrill/script.h"

/* The reader takes files: one in memory. */
static int file_of(const uint8_t *data, size_t len, char path[static 32])
{
    int fd = memfd_create("script", MFD_CLOEXEC);
    HOLD(fd >= 0 && write(fd, data, len) == (ssize_t)len);
    snprintf(path, 32, "/proc/self/fd/%d", fd);
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct script script;
    struct fault fault = {0};
    char path[32];
    if (len == 0)
        return 0;
    int fd = file_of(data, len, path);
    int error = script_read(&script, path, false, &fault);
    HOLD(error <= 0 && error == fault.error);
    for (int i = 0; error == 0 && i < script.count; i++)
        HOLD(script.events[i].line >= 1);
    script_free(&script);
    close(fd);
    return 0;
}
