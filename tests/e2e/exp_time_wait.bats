#!/usr/bin/env bats
# exp-time-wait: who stays behind, what that forbids, how long, and what it is for.

load helpers
load scene_by_scene

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "where the server ended first, only SO_REUSEADDR on both listeners lets it bind again" {
    every_stack exp-time-wait bind
    holds 'length == 3 and all(.server_00 == "EADDRINUSE" and .server_01 == "EADDRINUSE" and .server_10 == "EADDRINUSE")'
    holds 'all(.server_11 == "0")'
    holds 'all([.client_00, .client_01, .client_10, .client_11] == ["0", "0", "0", "0"])'
}

@test "TIME_WAIT counts down from a minute, as ss would show it" {
    every_stack exp-time-wait timer
    holds 'all(.left_ms > 55000 and .left_ms <= 60000)'
    holds 'all(.ss | test("^TIME-WAIT 0 0 10.0.0.1:[0-9]+ 10.0.0.2:8086 timer:\\(timewait,5[0-9]sec,0\\)$"))'
    holds 'map(select(.stack == "sim")) | all(.watched_ms == 59986 and .then_left_ms == 0)'
    holds 'map(select(.stack != "sim")) | all(.then_left_ms < .left_ms and .then_left_ms > 50000)'
}

@test "tcp_fin_timeout shortens an orphan's FIN_WAIT_2, not TIME_WAIT" {
    every_stack exp-time-wait fin-timeout
    holds 'all(.left_ms > 55000 and .fin_wait_2_ms >= 1900 and .fin_wait_2_ms < 6000)'
    holds 'map(select(.stack == "sim")) | all(.fin_wait_2_ms == 2000)'
}

@test "a server killed by Ctrl-C finds its port busy, unless it sets SO_REUSEADDR" {
    every_stack exp-time-wait restart
    holds 'all(.plain == "busy" and .reuse == "listening" and .time_wait_b == 1)'
    holds 'map(.lived_as) == ["process", "thread", "thread"]'
}

@test "TIME_WAIT answers a FIN that comes again, and begins anew" {
    every_stack exp-time-wait last-ack
    holds 'all(.resent == 1 and .resets == 0 and .server_end == "0" and .time_wait_a == 1)'
    holds 'all(.left_ms > 59000)'
}

@test "without TIME_WAIT the FIN that comes again is answered by a reset" {
    every_stack exp-time-wait last-ack-cut
    holds 'all(.resent == 1 and .resets == 1 and .time_wait_a == 0)'
    holds 'map(select(.stack == "kernel-kernel")) | all(.server_end == "ECONNRESET")'
}

@test "TIME_WAIT keeps the port, so a late segment meets nobody" {
    every_stack exp-time-wait late
    holds 'all(.reconnect == "EADDRNOTAVAIL" and .old_octets == 0 and .resets == 1)'
}

@test "without TIME_WAIT a late segment of the old connection ends up in the new one's stream" {
    every_stack exp-time-wait late-cut
    holds 'all(.reconnect == "0" and .new_octets == 400001)'
    holds 'map(select(.stack == "sim")) | all(.old_octets == 1460)'
    holds 'map(select(.stack == "own-own")) | all(.old_octets > 0 or .noisy == "yes")'
}

@test "a client that ends first runs out of ports; a server that ends first does not" {
    every_stack exp-time-wait client-ports
    holds 'all(.opened == 10 and .then == "EADDRNOTAVAIL" and .time_wait_a == 10 and .time_wait_b == 0)'
    every_stack exp-time-wait server-ports
    holds 'all(.opened == 30 and .then == "0" and .time_wait_a == 0 and .time_wait_b >= 1)'
    holds 'map(select(.stack == "sim")) | all(.resent == 0 and .resets == 0)'
}

@test "a process on the kernel is killed while its client is our own stack" {
    run program exp-time-wait --client own --server kernel --scene restart
    assert_success
    assert_output --partial 'lived_as=process plain=busy'
}

@test "simulated, two runs are the same to the last character" {
    run program exp-time-wait --stack sim
    assert_success
    local first=$output
    run program exp-time-wait --stack sim
    assert_equal "$output" "$first"
}

@test "a scene that is not there: exit 2, one line" {
    run program exp-time-wait --scene wait
    assert_failure 2
    assert_equal "${#lines[@]}" 1
}

@test "in two terminals: who ends first keeps its port from being bound again" {
    start_server parting-server --first
    run program parting-client --port "$port"
    assert_success
    stop_server
    assert_equal "$server_status" 0
    run program parting-server --address 127.0.0.1 --port "$port"
    assert_failure 1
    assert_output --partial 'TIME_WAIT'
    start_server parting-server
    run program parting-client --first --port "$port" --times 3
    assert_success
    stop_server
    start_server parting-server --port "$port"
    stop_server
}

@test "an echo server without SO_REUSEADDR says why it cannot start again" {
    start_server echo-server --no-reuse
    exec 9<>"/dev/tcp/127.0.0.1/$port"
    echo hello >&9
    read -r answer <&9
    assert_equal "$answer" hello
    stop_server
    exec 9>&-
    run program echo-server --address 127.0.0.1 --port "$port" --no-reuse
    assert_failure 1
    assert_output --partial 'TIME_WAIT'
}
