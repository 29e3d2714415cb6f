#!/usr/bin/env bats
# Our own stack among strangers: the kernel's programs as clients and servers of ours, single roles
# on it, and peers that behave badly. Host A is the kernel's unless a test says otherwise.

load helpers
load testbed

setup() {
    private_runtime
}

teardown() {
    release_all
}

# A testbed whose host B is left to our own stack.
hold_own_server() {
    need_t1
    hold --stack-b own "$@"
}

# A testbed whose host A is.
hold_own_client() {
    need_t1
    hold --stack-a own "$@"
}

in_a() {
    program testbed A "$@"
}

in_b() {
    program testbed B "$@"
}

# Our echo server on our own stack in host B, port 8000: sets visitor and visit_log.
serve_own() {
    visit B "$BIN/echo-server" --stack own --port 8000 "$@"
    eventually grep -q '^port=8000$' "$visit_log"
}

# Our echo client on our own stack in host A, to port 8000 of host B.
own_client() {
    in_a "$BIN/echo-client" --stack own --address 10.0.0.2 --port 8000 "$@"
}

# A stranger that listens at port 8000 of host B, on the kernel: sets visitor.
stranger_serves() {
    visit B "$@"
    eventually listens
}

listens() {
    in_b ss -Htln 'sport = :8000' | grep -q .
}

# Ctrl-C for the server; its words are in visit_log then.
stop_serving() {
    kill -INT "$visitor"
    wait "$visitor"
}

# ---- strangers as clients ----

@test "nc, socat and curl are served by our own stack" {
    hold_own_server
    serve_own
    run in_a nc -N 10.0.0.2 8000 <<<'from nc'
    assert_output 'from nc'
    run in_a socat - TCP:10.0.0.2:8000 <<<'from socat'
    assert_output 'from socat'
    # curl's telnet does not end its direction: it goes by its own time-out.
    run in_a curl --silent --no-buffer --max-time 2 telnet://10.0.0.2:8000 <<<'from curl'
    assert_output --partial 'from curl'
    stop_serving
    run cat "$visit_log"
    assert_line --regexp '^served=3 bytes=[0-9]+ broken=[01] most_at_once=1$'
}

@test "ss on the kernel's host shows the connection to our own stack" {
    hold_own_server
    serve_own
    coproc nc { program testbed A nc 10.0.0.2 8000 3>&-; }
    echo ping >&"${nc[1]}"
    read -rt 10 answer <&"${nc[0]}"
    assert_equal "$answer" ping
    run in_a ss -Htn
    assert_output --regexp '^ESTAB .* 10\.0\.0\.1:[0-9]+ +10\.0\.0\.2:8000'
    stop_serving
}

@test "ping is answered, and counted" {
    hold_own_server
    serve_own
    run in_a ping -c 3 -i 0.01 -W 5 10.0.0.2
    assert_success
    assert_output --partial '3 received'
    stop_serving
    run cat "$visit_log"
    assert_line --regexp '^frames_in=[0-9]+ .*pings_answered=3 '
}

@test "5 MB from a stranger through our own stack and back are equal" {
    hold_own_server
    serve_own
    head -c 5000000 /dev/urandom >"$BATS_TEST_TMPDIR/file"
    in_a nc -N 10.0.0.2 8000 <"$BATS_TEST_TMPDIR/file" >"$BATS_TEST_TMPDIR/back"
    run cmp "$BATS_TEST_TMPDIR/back" "$BATS_TEST_TMPDIR/file"
    assert_success
}

@test "nobody at the port: TCP is refused, UDP gets an ICMP error" {
    hold_own_server --events "$BATS_TEST_TMPDIR/events"
    serve_own
    run in_a nc -N -v 10.0.0.2 9 <<<'x'
    assert_failure
    assert_output --partial 'refused'
    run in_a socat -t 5 - UDP:10.0.0.2:9 <<<'x'
    assert_failure
    assert_output --partial 'Connection refused'
    stop_serving
    run cat "$visit_log"
    assert_line --partial 'resets_sent=1'
    assert_line 'dropped=1 UDP: nobody at this port'
    release
    run jq -c 'select(.kind == "icmp") | [.src, .type, .code]' "$BATS_TEST_TMPDIR/events"
    assert_output '["10.0.0.2",3,3]'
}

# ---- strangers as servers ----

@test "our client on our own stack talks to socat and nc" {
    hold_own_client
    stranger_serves socat TCP-LISTEN:8000,fork PIPE
    run own_client <<<'to socat'
    assert_success
    assert_output 'to socat'
    kill "$visitor"
    wait "$visitor" || true
    stranger_serves sh -c 'echo a word of my own | nc -l -N 8000'
    run own_client <<<'to nc'
    assert_success
    assert_output 'a word of my own'
    run cat "$visit_log"
    assert_output 'to nc'
}

# An echo server made of socat and a pipe blocks itself when the pipe is full, so this one takes
# everything before it answers.
@test "5 MB from our own stack to a stranger and back are equal, on a bad wire too" {
    for wire in '' '--loss 1% --seed 5'; do
        # shellcheck disable=SC2086 # no option at all, or several
        hold_own_client $wire
        # shellcheck disable=SC2016 # the shell inside expands it
        stranger_serves env STORE="$BATS_TEST_TMPDIR/store" \
            socat -t 20 TCP-LISTEN:8000 SYSTEM:'cat >"$STORE"; cat "$STORE"'
        head -c 5000000 /dev/urandom >"$BATS_TEST_TMPDIR/file"
        run own_client --file "$BATS_TEST_TMPDIR/file"
        assert_success
        assert_output "bytes=5000000 sha256=$(sha256sum <"$BATS_TEST_TMPDIR/file" | cut -d' ' -f1) equal=yes"
        release
    done
}

@test "nobody listens on the kernel: our own stack is refused" {
    hold_own_client
    run own_client <<<'x'
    assert_failure 1
    assert_output 'echo-client: cannot connect to 10.0.0.2:8000: Connection refused'
}

@test "our own stack on both hosts" {
    need_t1
    hold --stack-a own --stack-b own --delay 1ms
    serve_own
    run own_client <<<'twin to twin'
    assert_success
    assert_output 'twin to twin'
}

@test "a cable without a wire, where segments are large" {
    need_t1
    hold --stack-a own --direct
    visit B "$BIN/echo-server" --port 8000
    eventually listens
    head -c 5000000 /dev/urandom >"$BATS_TEST_TMPDIR/file"
    run own_client --file "$BATS_TEST_TMPDIR/file"
    assert_success
    assert_output --partial 'bytes=5000000'
    assert_output --partial 'equal=yes'
}

# ---- single roles ----

@test "Ctrl-C stops a server on our own stack, which ends its connections and tells what it did" {
    hold_own_server
    serve_own
    run in_a "$BIN/echo-client" --address 10.0.0.2 --port 8000 <<<'x'
    assert_output 'x'
    stop_serving
    run cat "$visit_log"
    assert_line 'served=1 bytes=2 broken=0 most_at_once=1'
    run in_a ss -Htn state established
    assert_output ''
}

@test "Ctrl-C for a client on our own stack is told to the server" {
    hold_own_client
    visit B "$BIN/echo-server" --port 8000
    eventually listens
    coproc client { exec "${wrap[@]}" "$BIN/testbed" A "$BIN/echo-client" --stack own \
        --address 10.0.0.2 --port 8000 3>&-; }
    local pid=$client_PID
    echo x >&"${client[1]}"
    read -rt 10 answer <&"${client[0]}"
    assert_equal "$answer" x
    kill -INT "$pid"
    status=0
    wait "$pid" || status=$?
    assert_equal "$status" 130
    eventually grep -q 'Connection reset by peer after 2 bytes' "$visit_log"
}

@test "the second role in a host is told that the card is taken, and may have it later" {
    hold_own_server
    serve_own
    run in_b "$BIN/echo-server" --stack own --port 8001
    assert_failure 1
    assert_equal "${#lines[@]}" 1
    assert_output --partial "another program has this host's network card"
    stop_serving
    serve_own
}

@test "our own stack outside a testbed, or in a host of the kernel's: exit 2, and what to type" {
    run program echo-server --stack own
    assert_failure 2
    assert_equal "${#lines[@]}" 1
    assert_output --partial 'build/bin/testbed --stack-b own'
    assert_output --partial 'build/bin/testbed B build/bin/echo-server --stack own'
    hold_own_server
    run in_a "$BIN/echo-client" --stack own --address 10.0.0.2
    assert_failure 2
    assert_output --partial "this host runs on the kernel's stack"
    assert_output --partial 'build/bin/testbed --stack-a own'
}

@test "our own stack without the privilege for raw frames: exit 77, and what gives it" {
    hold_own_server
    run in_b setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all \
        "$BIN/echo-server" --stack own
    assert_failure 77
    assert_equal "${#lines[@]}" 1
    assert_output --partial 'build/bin/testbed'
}

@test "a single role in a simulation: exit 2, and the experiment's name" {
    for role in server client; do
        run program echo-$role --stack sim
        assert_failure 2
        assert_output "echo-$role: a single role has no peer in a simulation: make exp-echo STACK=sim"
    done
}

# ---- peers that behave badly ----

@test "a client that resets in the middle is told, and the next one is served" {
    hold_own_server
    serve_own
    # It never reads, so at its death there is something unread, which makes the close a reset.
    in_a timeout -s KILL 0.3 socat -u OPEN:/dev/zero TCP:10.0.0.2:8000 || true
    eventually grep -q 'Connection reset by peer after' "$visit_log"
    run in_a "$BIN/echo-client" --address 10.0.0.2 --port 8000 <<<'still serving'
    assert_output 'still serving'
}

@test "a server that resets in the middle is told by our client" {
    hold_own_client
    stranger_serves socat -u TCP-LISTEN:8000,linger=0 SYSTEM:'head -c 1000 >/dev/null'
    head -c 50000000 /dev/zero >"$BATS_TEST_TMPDIR/file"
    run own_client --file "$BATS_TEST_TMPDIR/file"
    assert_failure 1
    assert_output --partial 'connection broken after'
    assert_equal "${#lines[@]}" 1
}

@test "a client that never reads is let go by the server" {
    hold_own_server
    serve_own --timeout 300ms
    in_a sh -c '{ head -c 50000000 /dev/zero; exec sleep 60; } | exec socat -u - TCP:10.0.0.2:8000' \
        3>&- &
    local reader=$!
    eventually grep -q 'no progress, let go after' "$visit_log"
    kill "$reader"
    stop_serving
}

@test "a server that never reads: our client gives up after its time-out" {
    hold_own_client
    stranger_serves socat TCP-LISTEN:8000 SYSTEM:'exec sleep 60'
    head -c 50000000 /dev/zero >"$BATS_TEST_TMPDIR/file"
    run own_client --timeout 300ms --file "$BATS_TEST_TMPDIR/file"
    assert_failure 1
    assert_output --partial 'no progress after'
}

@test "1,000 connections at once against a cap of 50: all are served, 50 at a time" {
    local crowd=1000
    # Instrumented programs are slow and big: the mechanism is the same with fewer.
    [[ ${#wrap[@]} -eq 0 && $BIN == */build/bin ]] || crowd=200
    hold_own_server
    serve_own --max 50 --backlog 1024
    run in_a "$BIN/echo-client" --address 10.0.0.2 --port 8000 --clients "$crowd" --timeout 0
    assert_success
    assert_output "clients=$crowd answered=$crowd failed=0"
    stop_serving
    run cat "$visit_log"
    assert_line --regexp "^served=$crowd bytes=[0-9]+ broken=0 most_at_once=([1-9]|[1-4][0-9]|50)$"
}

@test "1,000 connections at once from our own stack" {
    local crowd=1000
    [[ ${#wrap[@]} -eq 0 && $BIN == */build/bin ]] || crowd=200
    hold_own_client
    visit B "$BIN/echo-server" --port 8000 --max 50 --backlog 1024
    eventually listens
    run own_client --clients "$crowd" --timeout 0
    assert_success
    assert_output "clients=$crowd answered=$crowd failed=0"
}
