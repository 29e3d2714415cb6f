# What every end-to-end test needs. BIN is the folder of the programs under test, WRAP a command
# they are run by (valgrind, setarch): the same tests serve every variant.

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert

BIN=$(cd "${BIN:-$BATS_TEST_DIRNAME/../../build/bin}" && pwd)
# WRAP's words. Not an array of that name: bats loads this file again in each test's own shell, to
# which an exported string passes and an array does not.
read -ra wrap <<<"${WRAP:-}"

# Waits until the command given succeeds; fails after DEADLINE seconds (20). Polls, because there is
# nothing to be woken by; never used to let time pass.
eventually() {
    local end=$((SECONDS + ${DEADLINE:-20}))
    until "$@"; do
        if ((SECONDS >= end)); then
            echo "gave up waiting for: $*" >&2
            return 1
        fi
        read -rt 0.02 <> <(:) || true
    done
}

# The program under test, in the foreground.
program() {
    local name=$1
    shift
    "${wrap[@]}" "$BIN/$name" "$@"
}

# Starts a server on a free port: sets server_pid, port and server_log. Options as given.
start_server() {
    local name=$1
    shift
    server_log=$BATS_TEST_TMPDIR/$name.log
    "${wrap[@]}" "$BIN/$name" --address 127.0.0.1 --port 0 "$@" >"$server_log" 2>&1 3>&- &
    server_pid=$!
    eventually grep -q '^port=' "$server_log" || {
        cat "$server_log" >&2
        return 1
    }
    port=$(sed -n 's/^port=//p' "$server_log")
}

# Ctrl-C for the server; its exit status becomes server_status.
stop_server() {
    [[ -n ${server_pid:-} ]] || return 0
    kill -INT "$server_pid"
    server_status=0
    wait "$server_pid" || server_status=$?
    server_pid=
}
