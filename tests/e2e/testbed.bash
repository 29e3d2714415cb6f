# Helpers for tests that keep a testbed alive.

# Skips unless this machine reaches tier T1 (two hosts and a wire).
need_t1() {
    program doctor >/dev/null || skip "needs tier T1: see make doctor"
}

# A runtime folder of the test's own, so that no other testbed is met.
private_runtime() {
    export XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/runtime
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    holders=()
}

# Starts a testbed with the options given and waits until it can be visited: sets holder and
# holder_log.
hold() {
    holder_log=$BATS_TEST_TMPDIR/holder.${#holders[@]}
    "${wrap[@]}" "$BIN/testbed" "$@" >"$holder_log" 2>&1 3>&- &
    holder=$!
    holders+=("$holder")
    eventually grep -q '^name=' "$holder_log" || {
        cat "$holder_log" >&2
        return 1
    }
}

# Ctrl-C for the last one started; its exit status becomes holder_status.
release() {
    kill -INT "$holder"
    holder_status=0
    wait "$holder" || holder_status=$?
}

release_all() {
    for holder in "${holders[@]}"; do
        kill -KILL "$holder" 2>/dev/null || true
    done
}

# Runs a command inside a host in the background: sets visitor and visit_log.
visit() {
    visit_log=$BATS_TEST_TMPDIR/visit
    "${wrap[@]}" "$BIN/testbed" "$@" >"$visit_log" 2>&1 3>&- &
    visitor=$!
}

# What to put before a command to run it as an ordinary user without an account, a home or any
# privilege.
ordinary_user=()
((EUID)) || ordinary_user=(setpriv --reuid 54321 --regid 54321 --clear-groups)

# Copies a program to where any user can run it: sets shared, a folder to be removed.
share() {
    shared=$(mktemp -d /tmp/twinstack-e2e-XXXXXX)
    chmod 755 "$shared"
    cp "$BIN/$1" "$shared"
}

# Runs a command where no namespaces can be had: a user namespace that allows no further ones,
# without capabilities.
without_privilege() {
    # shellcheck disable=SC2016 # the inner shell expands "$@"
    unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_user_namespaces
        exec setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all "$@"' sh "$@"
}

is_gone() {
    ! kill -0 "$1" 2>/dev/null
}

# Whether no process lives in the network namespace "net:[N]" any more.
is_deserted() {
    ! find /proc/[0-9]*/task/[0-9]*/ns/net -maxdepth 0 -lname "$1" 2>/dev/null | grep -q .
}

# What of the machine's own network a testbed might leave something in.
machine_network() {
    ip -o link | cut -d: -f2
    ls /run/netns 2>/dev/null || true
}
