#!/usr/bin/env bats
# The echo pair on plain loopback: alone, against strangers in both roles, and with bad input.

load helpers

teardown() {
    stop_server
}

@test "a line comes back" {
    start_server echo-server
    run program echo-client --port "$port" <<<'hello, twin'
    assert_success
    assert_output 'hello, twin'
}

@test "a last line without an end comes back as it is" {
    start_server echo-server
    program echo-client --port "$port" < <(printf 'first\nno end') >"$BATS_TEST_TMPDIR/back"
    run cmp "$BATS_TEST_TMPDIR/back" <(printf 'first\nno end')
    assert_success
}

@test "a line that never ends is sent piece by piece, in little memory" {
    start_server echo-server
    head -c 30000000 /dev/zero >"$BATS_TEST_TMPDIR/line"
    # Instrumented programs need room of their own.
    limit=unlimited
    [[ ${#WRAP[@]} -gt 0 || $BIN != */build/bin ]] || limit=30000
    (ulimit -d "$limit" && program echo-client --port "$port") \
        <"$BATS_TEST_TMPDIR/line" >"$BATS_TEST_TMPDIR/back"
    cmp "$BATS_TEST_TMPDIR/line" "$BATS_TEST_TMPDIR/back"
}

@test "input that cannot be read: exit 1, and why" {
    start_server echo-server
    run program echo-client --port "$port" </
    assert_failure 1
    assert_output 'echo-client: cannot read the input: Is a directory'
}

@test "a file of every byte value comes back equal" {
    start_server echo-server
    head -c 3000000 /dev/urandom >"$BATS_TEST_TMPDIR/file"
    run program echo-client --port "$port" --file "$BATS_TEST_TMPDIR/file"
    assert_success
    assert_output --regexp "^bytes=3000000 sha256=$(sha256sum <"$BATS_TEST_TMPDIR/file" | cut -d' ' -f1) equal=yes$"
}

@test "an empty file comes back equal" {
    start_server echo-server
    run program echo-client --port "$port" --file /dev/null
    assert_success
    assert_output --partial 'bytes=0 '
    assert_output --partial 'equal=yes'
}

@test "Ctrl-C stops the server, which says how many it served" {
    start_server echo-server
    for _ in 1 2 3; do
        program echo-client --port "$port" <<<'x' >/dev/null
    done
    stop_server
    assert_equal "$server_status" 0
    run cat "$server_log"
    assert_line --regexp '^served=3 bytes=6 broken=0 most_at_once=[1-3]$'
}

@test "Ctrl-C stops the server although a client is connected and silent" {
    start_server echo-server
    coproc silent { exec nc 127.0.0.1 "$port" 3>&-; }
    # A byte to and fro proves that the connection is being served.
    echo ping >&"${silent[1]}"
    read -rt 10 answer <&"${silent[0]}"
    assert_equal "$answer" ping
    stop_server
    assert_equal "$server_status" 0
    run cat "$server_log"
    assert_line --partial 'served=1 '
}

@test "strangers as clients: nc, socat and curl" {
    start_server echo-server
    run nc -N 127.0.0.1 "$port" <<<'from nc'
    assert_output 'from nc'
    run socat - "TCP:127.0.0.1:$port" <<<'from socat'
    assert_output 'from socat'
    # curl's telnet does not end its direction: the server lets it go after the time-out.
    run timeout 20 curl --silent --no-buffer --max-time 2 "telnet://127.0.0.1:$port" <<<'from curl'
    assert_output --partial 'from curl'
}

@test "strangers as servers: socat and nc" {
    socat TCP-LISTEN:0,bind=127.0.0.1,fork PIPE 3>&- &
    local stranger=$!
    eventually stranger_listens "$stranger"
    run program echo-client --port "$stranger_port" <<<'to socat'
    assert_output 'to socat'
    kill "$stranger"

    nc -l -N 127.0.0.1 0 -v <<<'a word of my own' >"$BATS_TEST_TMPDIR/heard" 2>&1 3>&- &
    stranger=$!
    eventually stranger_listens "$stranger"
    run program echo-client --port "$stranger_port" <<<'to nc'
    assert_output 'a word of my own'
    wait "$stranger" || true
    run cat "$BATS_TEST_TMPDIR/heard"
    assert_output --partial 'to nc'
}

# The client on a terminal of its own, typing what stands on the standard input.
on_terminal() {
    script -qefc "${wrap[*]} '$BIN/echo-client' --port $port" /dev/null
}

# As it was typed, and as it came back.
shows_twice() {
    [[ $(grep -c "$1" "$2") == 2 ]]
}

@test "on a terminal the client prompts, and Ctrl-D ends it" {
    start_server echo-server
    run on_terminal < <(printf 'typed\n\004')
    assert_success
    assert_output --regexp $'typed\r\n> \r$'
}

@test "on a terminal the client tells that the server has gone" {
    start_server echo-server
    mkfifo "$BATS_TEST_TMPDIR/keys"
    on_terminal <"$BATS_TEST_TMPDIR/keys" >"$BATS_TEST_TMPDIR/screen" 3>&- &
    local client=$!
    exec {keys}>"$BATS_TEST_TMPDIR/keys"
    echo typed >&"$keys"
    eventually shows_twice typed "$BATS_TEST_TMPDIR/screen"
    stop_server
    eventually grep -q 'The server has ended the connection' "$BATS_TEST_TMPDIR/screen"
    echo >&"$keys"
    wait "$client"
    exec {keys}>&-
}

# Finds the port on which process $1 listens, as stranger_port.
stranger_listens() {
    stranger_port=$(ss -Htlnp 2>/dev/null | sed -nE "s/.*:([0-9]+) .*pid=$1,.*/\1/p" | head -n 1)
    [[ -n $stranger_port ]]
}

@test "an unknown option: exit 2, and the nearest known one" {
    run program echo-client --prot 80
    assert_failure 2
    assert_output --partial -- '--prot'
    assert_output --partial -- '--port'
    assert_equal "${#lines[@]}" 1
}

@test "a client refuses ports 0 and 70000: exit 2" {
    for bad in 0 70000; do
        run program echo-client --port "$bad"
        assert_failure 2
        assert_output --partial "$bad"
        assert_output --partial '65535'
        assert_equal "${#lines[@]}" 1
    done
}

@test "a file that cannot be read: exit 1, and its name" {
    run program echo-client --file /nonexistent/file
    assert_failure 1
    assert_output 'echo-client: cannot read /nonexistent/file: No such file or directory'
    start_server echo-server
    run program echo-client --port "$port" --file /
    assert_failure 1
    assert_output --partial 'Is a directory'
}

@test "a busy port: exit 1, and what to do" {
    start_server echo-server
    run program echo-server --address 127.0.0.1 --port "$port"
    assert_failure 1
    assert_output --partial "127.0.0.1:$port"
    assert_output --partial 'is busy'
    assert_equal "${#lines[@]}" 1
}

@test "nobody listens: exit 1, connection refused" {
    start_server echo-server
    stop_server
    run program echo-client --port "$port" <<<'x'
    assert_failure 1
    assert_output "echo-client: cannot connect to 127.0.0.1:$port: Connection refused"
}

@test "one byte that comes back different: exit 1, and the file is not called equal" {
    socat TCP-LISTEN:0,bind=127.0.0.1 SYSTEM:'tr x y' 3>&- &
    local stranger=$!
    eventually stranger_listens "$stranger"
    printf 'aaaaxaaaa' >"$BATS_TEST_TMPDIR/file"
    run --separate-stderr program echo-client --port "$stranger_port" --file "$BATS_TEST_TMPDIR/file"
    assert_failure 1
    assert_output --partial 'equal=no'
    assert_regex "$stderr" 'they are not what was sent'
}

# The client of port $1 has received what nobody has read yet.
has_unread() {
    ss -Htn "dport = :$1" | awk '$2 > 0 { found = 1 } END { exit !found }'
}

@test "a peer that resets in the middle is told by both roles" {
    # As a client of our server: a close with the echo unread is a reset.
    start_server echo-server
    exec {peer}<>"/dev/tcp/127.0.0.1/$port"
    head -c 100000 /dev/zero >&"$peer"
    eventually has_unread "$port"
    exec {peer}>&-
    eventually grep -q 'Connection reset by peer after' "$server_log"
    run program echo-client --port "$port" <<<'still serving'
    assert_output 'still serving'
    stop_server

    # As a server of our client: it reads a little and aborts.
    socat -u "TCP-LISTEN:0,bind=127.0.0.1,linger=0" SYSTEM:'head -c 1000 >/dev/null' 3>&- &
    local stranger=$!
    eventually stranger_listens "$stranger"
    head -c 50000000 /dev/zero >"$BATS_TEST_TMPDIR/file"
    run program echo-client --port "$stranger_port" --file "$BATS_TEST_TMPDIR/file"
    assert_failure 1
    assert_output --partial 'connection broken after'
    assert_equal "${#lines[@]}" 1
}

@test "a peer that never reads: the client gives up after its time-out" {
    socat TCP-LISTEN:0,bind=127.0.0.1 SYSTEM:'exec sleep 60' 3>&- &
    local stranger=$!
    eventually stranger_listens "$stranger"
    head -c 50000000 /dev/zero >"$BATS_TEST_TMPDIR/file"
    run program echo-client --port "$stranger_port" --timeout 300ms --file "$BATS_TEST_TMPDIR/file"
    kill "$stranger"
    assert_failure 1
    assert_output --partial 'no progress after'
}

@test "a client that never reads is let go by the server" {
    start_server echo-server --timeout 300ms
    (
        head -c 50000000 /dev/zero
        exec sleep 60
    ) 3>&- | socat -u - "TCP:127.0.0.1:$port" 3>&- &
    eventually grep -q 'no progress, let go after' "$server_log"
    pkill -P $! 2>/dev/null || true
    kill $! 2>/dev/null || true
}

@test "10,000 connections at once against a cap of 50: all are served, 50 at a time" {
    local crowd=10000
    # Instrumented programs are slow and big: the mechanism is the same with fewer.
    [[ ${#wrap[@]} -eq 0 && $BIN == */build/bin ]] || crowd=300
    start_server echo-server --max 50 --backlog 4096
    run program echo-client --port "$port" --clients "$crowd" --timeout 0
    assert_success
    assert_output "clients=$crowd answered=$crowd failed=0"
    stop_server
    run cat "$server_log"
    assert_line --regexp "^served=$crowd bytes=[0-9]+ broken=0 most_at_once=([1-9]|[1-4][0-9]|50)$"
}
