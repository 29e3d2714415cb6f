#!/usr/bin/env bats
# exp-tcp-vs-udp: the same messages and the same faults, over TCP and over UDP.

load helpers

# Each stack plays once for all tests, all at the same time.
setup_file() {
    local stack player players=()
    for stack in kernel own sim; do
        program exp-tcp-vs-udp --stack "$stack" --json >"$BATS_FILE_TMPDIR/$stack.json" 3>&- &
        players+=($!)
    done
    for player in "${players[@]}"; do
        wait "$player"
    done
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

@test "UDP's program sees loss, order and duplication as the wire made them" {
    everywhere '.loss | .udp_received == "1 2 4 5 6 7 8" and .udp_missing == 1'
    everywhere '.order | .udp_received == "1 2 4 5 3 6 7 8" and .udp_late == 1'
    everywhere '.twice | .udp_received == "1 2 3 3 4 5 6 7 8" and .udp_twice == 1'
}

@test "TCP's program sees nothing of them, because its TCP has repaired them" {
    everywhere '[.loss, .order, .twice] | all(.tcp_received == "1 2 3 4 5 6 7 8")'
    everywhere '.loss | .tcp_lost == 1 and .resent >= 1'
}

@test "one message lost of a hundred holds up many behind it by TCP, and none by UDP" {
    everywhere '.latency | .udp_missing == .messages / 100 and .tcp_missing == 0 and .resent > 0'
    everywhere '.latency | .tcp_held_up > 2 * .udp_missing'
    everywhere '.latency | .tcp_p99_ms > .udp_p50_ms + 10'
}

@test "simulated, UDP is never late, and TCP by a round trip and a little" {
    on sim '.latency | .udp_p50_ms == 10 and .udp_worst_ms == 10 and .udp_held_up == 0'
    on sim '.latency | .tcp_p50_ms == 10 and .tcp_p99_ms == 33 and .tcp_worst_ms == 35'
}

@test "a datagram reaches everybody, if the sender says that it is meant so; no connection does" {
    everywhere '.broadcast | .udp_without_option == "EACCES" and .heard == .listeners'
    everywhere '.broadcast | .udp_frames == 1 and .tcp_connect == "ENETUNREACH"'
}

@test "one question costs TCP a round trip and many segments more" {
    everywhere '.cost | .udp_frames == 2 and .tcp_frames >= 9 and .tcp_octets > 4 * .udp_octets'
    everywhere '.cost | .udp_answer_ms >= 20 and .tcp_answer_ms >= 40'
    on sim '.cost | .udp_answer_ms == 20 and .tcp_answer_ms == 40'
}

@test "too few messages for a percentile: exit 2" {
    run program exp-tcp-vs-udp --messages 99
    assert_failure 2
    assert_output --partial '--messages'
}
