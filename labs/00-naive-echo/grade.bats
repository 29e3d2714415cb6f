#!/usr/bin/env bats
# The checks of lab 00, one per row of its table. DIR holds server.c and client.c; they are built
# with AddressSanitizer, or taken as they are when DIR holds programs already.

bats_load_library bats-support
bats_load_library bats-assert

setup_file() {
    local name
    export PAIR=$BATS_FILE_TMPDIR
    for name in server client; do
        if [[ -x $DIR/$name && ! -e $DIR/$name.c ]]; then
            ln -s "$(cd "$DIR" && pwd)/$name" "$PAIR/$name"
        else
            [[ -e $DIR/$name.c ]] || {
                echo "there is no $DIR/$name.c" >&2
                return 1
            }
            gcc -g -pthread -fsanitize=address,undefined -o "$PAIR/$name" "$DIR/$name.c" 2>"$PAIR/$name.errors" || {
                echo "$DIR/$name.c does not compile:" >&2
                cat "$PAIR/$name.errors" >&2
                return 1
            }
        fi
    done
}

setup() {
    port=$(free_port)
    log=$BATS_TEST_TMPDIR/server.log
    "$PAIR/server" "$port" >"$log" 2>&1 3>&- &
    server=$!
    within 10 listening
}

teardown() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
}

# A port nobody listens on, from below the range that clients are given.
free_port() {
    local candidate
    for (( ; ; )); do
        candidate=$((RANDOM % 20000 + 10000))
        ss -Htan | grep -q ":$candidate " || break
    done
    echo "$candidate"
}

listening() {
    ss -Htln | grep -q ":$port "
}

within() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        read -rt 0.02 <> <(:) || true
    done
}

alive() {
    kill -0 "$server" 2>/dev/null
}

# Sends standard input through the client under test.
client() {
    timeout 10 "$PAIR/client" "$port"
}

# Sends standard input through a stranger and shows what comes back.
stranger() {
    timeout 10 socat -t 2 - "TCP:127.0.0.1:$port"
}

@test "1 no byte is written outside a buffer" {
    head -c 1024 /dev/zero | stranger >"$BATS_TEST_TMPDIR/back" || true
    run grep -a 'AddressSanitizer' "$log"
    assert_output ''
    assert_equal "$(stat -c %s "$BATS_TEST_TMPDIR/back")" 1024
}

@test "2 the answer is complete, however many pieces it comes in" {
    head -c 200000 /dev/zero | tr '\0' 'x' >"$BATS_TEST_TMPDIR/sent"
    client <"$BATS_TEST_TMPDIR/sent" >"$BATS_TEST_TMPDIR/back"
    cmp "$BATS_TEST_TMPDIR/sent" "$BATS_TEST_TMPDIR/back"
}

@test "3 a send that takes only a part is continued" {
    # Four megabytes overrun both buffers, so that some send must be cut short.
    head -c 4000000 /dev/zero | tr '\0' 'y' >"$BATS_TEST_TMPDIR/sent"
    stranger <"$BATS_TEST_TMPDIR/sent" >"$BATS_TEST_TMPDIR/back"
    cmp "$BATS_TEST_TMPDIR/sent" "$BATS_TEST_TMPDIR/back"
    client <"$BATS_TEST_TMPDIR/sent" >"$BATS_TEST_TMPDIR/back"
    cmp "$BATS_TEST_TMPDIR/sent" "$BATS_TEST_TMPDIR/back"
}

@test "4 no input sends nothing" {
    run client </dev/null
    assert_success
    assert_output ''
}

@test "5 a peer that has gone ends its connection, not the process" {
    for _ in 1 2 3; do
        head -c 2000000 /dev/zero | timeout 5 socat -u - "TCP:127.0.0.1:$port,linger=0" || true
    done
    alive
    run client <<<'are you there'
    assert_output 'are you there'
}

@test "6 the end of a stream is not reported as an error" {
    client <<<'bye' >/dev/null
    run grep -aiE 'success|error|fail' "$log"
    assert_output ''
}

@test "7 a second client is served while the first is silent" {
    coproc silent { exec socat - "TCP:127.0.0.1:$port" 3>&-; }
    echo one >&"${silent[1]}"
    read -rt 5 answer <&"${silent[0]}"
    assert_equal "$answer" one
    run client <<<'two'
    assert_output 'two'
}

@test "8 every byte value comes back, zero included" {
    for value in $(seq 0 255); do
        printf '%b' "\\x$(printf %02x "$value")"
    done >"$BATS_TEST_TMPDIR/sent"
    client <"$BATS_TEST_TMPDIR/sent" >"$BATS_TEST_TMPDIR/back"
    cmp "$BATS_TEST_TMPDIR/sent" "$BATS_TEST_TMPDIR/back"
}

@test "9 the server goes on after a client has left" {
    for word in first second third; do
        run client <<<"$word"
        assert_output "$word"
    done
    alive
}
