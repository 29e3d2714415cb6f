#!/usr/bin/env bats
# exp-reliable-udp and the programs of its roles: a file over UDP, whole, whatever the wire does.

load helpers

# Each stack plays once for all tests, all at the same time.
setup_file() {
    local stack player players=()
    for stack in kernel own sim; do
        program exp-reliable-udp --stack "$stack" --json >"$BATS_FILE_TMPDIR/$stack.json" 3>&- &
        players+=($!)
    done
    for player in "${players[@]}"; do
        wait "$player"
    done
}

teardown() {
    stop_server
}

on() {
    jq -e "map({(.scene): .}) | add | $2" "$BATS_FILE_TMPDIR/$1.json"
}

# Whether it is so on every stack.
everywhere() {
    for stack in kernel own sim; do
        on "$stack" "$1"
    done
}

@test "bare datagrams do not survive what numbers, answers and sending again repair" {
    everywhere '.bare | .udp_intact == "no" and .udp_arrived < .bytes'
    everywhere '.story | .udp_intact == "yes" and .udp_arrived == .bytes and .udp_answered == .bytes'
    everywhere '.story | .udp_early >= 2 and .udp_again >= 1 and .udp_timeouts >= 1'
}

@test "simulated, one goes again as overtaken, one after a time, and nothing else does" {
    on sim '.story | .udp_resent == 2 and .udp_timeouts == 1 and .udp_early == 3 and .udp_ms == 60'
}

@test "a file arrives whole at 0, 1 and 10 % loss, and TCP's does too" {
    everywhere '[.clean, .bad, .worse] | all(.udp_intact == "yes" and .tcp_intact == "yes")'
    everywhere '.clean | .udp_lost == 0 and .udp_octets > .bytes and .tcp_octets > .bytes'
    everywhere '.worse | .udp_lost > 5 and .udp_resent > 5 and .tcp_lost > 0 and .resent > 0'
}

@test "simulated, without loss nothing goes twice; TCP needs fewer frames, and slows down for loss" {
    on sim '.clean | .udp_resent == 0 and .udp_frames == 286 and .tcp_frames < .udp_frames'
    on sim '.worse | .tcp_ms > 3 * .udp_ms'
}

@test "whatever the seed, the file is whole" {
    for seed in 2 3 4 5 6; do
        run program exp-reliable-udp --stack sim --json --seed "$seed" --loss 20% --dup 5% --reorder 10%
        assert_success
        jq -e 'map(select(.scene != "bare")) | all(.udp_intact == "yes")' <<<"$output"
    done
}

@test "server and client carry a file, and both tell its digest" {
    head -c 300001 /dev/urandom >"$BATS_TEST_TMPDIR/file"
    start_server reliable-server --file "$BATS_TEST_TMPDIR/copy" --linger 100ms
    run program reliable-client --port "$port" --file "$BATS_TEST_TMPDIR/file"
    assert_success
    assert_line --regexp '^datagrams=[0-9]+ resent=[0-9]+ took_ms=[0-9]+$'
    assert_line --index 0 "300001 $(sha256sum <"$BATS_TEST_TMPDIR/file" | cut -d' ' -f1)"
    wait "$server_pid"
    server_pid=
    cmp "$BATS_TEST_TMPDIR/file" "$BATS_TEST_TMPDIR/copy"
    grep -qxF "${lines[0]}" "$server_log"
}

@test "nobody there: exit 1; a file that is none: exit 1; no octets to send: exit 2" {
    run program reliable-client --port 9 --file /dev/null
    assert_failure 1
    assert_output --partial 'nobody takes datagrams at 127.0.0.1:9'
    run program reliable-client --file "$BATS_TEST_TMPDIR/none"
    assert_failure 1
    assert_output --partial 'cannot read'
    run program exp-reliable-udp --bytes 0
    assert_failure 2
    assert_output --partial '--bytes'
}

@test "a server that is left alone gives up when told to" {
    run program reliable-server --address 127.0.0.1 --port 0 --patience 50ms
    assert_failure 1
    assert_output --partial 'no whole file came'
}
