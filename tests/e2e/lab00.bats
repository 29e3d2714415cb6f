#!/usr/bin/env bats
# Lab 00 grades what it should: the starter fails every row, our own pair passes every row, and the
# overflow is found under AddressSanitizer and only there.

load helpers

grade() {
    DIR=$1 run bats --tap "$BATS_TEST_DIRNAME/../../labs/00-naive-echo/grade.bats"
}

@test "the starter fails every row" {
    grade "$BATS_TEST_DIRNAME/../../labs/00-naive-echo/starter"
    assert_failure
    refute_line --regexp '^ok'
    assert_line --regexp '^not ok 9 '
}

@test "a mended pair passes every row" {
    mkdir "$BATS_TEST_TMPDIR/pair"
    printf '#!/bin/sh\nexec "%s/echo-server" --port "$1"\n' "$BIN" >"$BATS_TEST_TMPDIR/pair/server"
    printf '#!/bin/sh\nexec "%s/echo-client" --port "$1"\n' "$BIN" >"$BATS_TEST_TMPDIR/pair/client"
    chmod +x "$BATS_TEST_TMPDIR/pair"/*
    grade "$BATS_TEST_TMPDIR/pair"
    assert_success
    assert_line --regexp '^ok 9 '
}

@test "a lab without grading: exit 2, and those that have it" {
    run make -s -C "$BATS_TEST_DIRNAME/../.." grade LAB=07 DIR=.
    assert_failure 2
    assert_line "grade: no grading for lab '07', only for: 00-naive-echo"
}

@test "memcheck does not see the overflow that AddressSanitizer reports" {
    local starter=$BATS_TEST_DIRNAME/../../labs/00-naive-echo/starter
    gcc -g -o "$BATS_TEST_TMPDIR/server" "$starter/server.c"
    for ((port = 20000 + RANDOM % 10000; ; port++)); do
        ss -Htan | grep -q ":$port " || break
    done
    valgrind -q --error-exitcode=99 "$BATS_TEST_TMPDIR/server" "$port" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
    server_pid=$!
    eventually listening
    head -c 1024 /dev/zero | socat - "TCP:127.0.0.1:$port" >/dev/null
    wait "$server_pid"
}

listening() {
    ss -Htln | grep -q ":$port "
}
