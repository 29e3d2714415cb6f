# Checks #include lines against includes.table. usage: awk -f includes.awk includes.table FILE...
# Prints one line per include that points the wrong way.
function folder_of(path) {
    sub(/\/[^\/]*$/, "", path)
    while (path != "" && !(path in allowed) && path ~ /\//)
        sub(/\/[^\/]*$/, "", path)
    return path
}
function may(folder, what) { return index(" " allowed[folder] " ", " " what " ") }
function complain(what) { printf "%s:%d: %s may not include %s\n", FILENAME, FNR, folder, what }

BEGIN {
    pure_libc = " stdint.h stdbool.h stddef.h string.h limits.h assert.h errno.h "
    base_pure = " base/bytes.h base/usec.h base/siphash.h base/event.h base/tcp_state.h "
    socket = "^(sys/socket|sys/epoll|sys/un|netinet/.*|arpa/.*|net/if|net/ethernet|netdb|poll|linux/.*)\\.h$"
}
FNR == NR {
    if ($0 ~ /^[^#]/) {
        f = $1
        $1 = ""
        allowed[f] = $0
    }
    next
}
FNR == 1 { folder = folder_of(FILENAME) }
!/^#include/ || may(folder, "any") { next }
/^#include "/ {
    split($2, quoted, "\"")
    header = quoted[2]
    owner = header
    sub(/\/.*/, "", owner)
    if (owner == "base" && !may(folder, "base") && may(folder, "base-pure")) {
        if (!index(base_pure, " " header " ")) complain(header ", which is not pure")
    } else if (!may(folder, owner))
        complain(header)
    next
}
/^#include </ {
    header = $2
    gsub(/[<>]/, "", header)
    if (may(folder, "os")) next
    if (may(folder, "libc")) {
        if (header ~ socket) complain("<" header ">: sockets are reached through net/net.h")
    } else if (!index(pure_libc, " " header " "))
        complain("<" header ">")
}
