#!/usr/bin/env bats
# exp-backlog: what a listen queue holds, and what happens to those it does not.

load helpers
load scene_by_scene

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "a backlog of N holds N + 1 connections; the next one stays in SYN_SENT and leaves no trace" {
    every_stack exp-backlog count
    holds 'length == 3 and all(.held_0 == 1 and .held_1 == 2 and .held_2 == 3 and .held_3 == 4 and .held_5 == 6)'
    holds 'all(.next_0 == "SYN_SENT" and .next_5 == "SYN_SENT" and .half_open == 0)'
}

@test "the next client's SYNs come again and again; then connect fails with ETIMEDOUT" {
    every_stack exp-backlog next --backlog 0
    holds 'all(.waiting == 1 and .backlog == 0 and .outcome == "ETIMEDOUT")'
    holds 'all(.ss == "LISTEN 1 0 10.0.0.2:8085 0.0.0.0:*")'
    holds 'map(select(.stack == "own-own")) | all(.syns == 3 and .gaps_s == "1 2" and .resent == 2)'
    holds 'map(select(.stack == "sim")) | all(.gaps_s == "1 2 4 8 16 32 64" and .took_ms == 247000)'
    holds 'map(select(.stack == "kernel-kernel")) | all(.syns >= 3)'
}

@test "accept makes room for the late client's next SYN; what was written before it is echoed" {
    every_stack exp-backlog accept
    holds 'all(.early_line_acked == "yes" and .early_line_echoed == "yes")'
    holds 'all(.waiting == 3 and .half_open == 0 and .resent >= 1 and .late_ms >= 900)'
    holds 'map(select(.stack == "sim")) | all(.late_ms == 1020)'
}

@test "of two handshakes for the last place one stays half open until there is room" {
    every_stack exp-backlog race
    holds 'all(.connected == 4 and .waiting == 3 and .half_open == 1 and .healed_ms >= 500)'
    holds 'map(select(.stack == "sim")) | all(.healed_ms == 996)'
}

@test "where overflow is answered by a reset, the loser hears ECONNRESET" {
    every_stack exp-backlog reset
    holds 'all(.loser == "ECONNRESET" and .waiting == 3 and .half_open == 0)'
    holds 'map(select(.stack != "kernel-kernel")) | all(.next == "ECONNREFUSED")'
}

@test "the SYN queue has a limit of its own, and nobody in it can be accepted" {
    every_stack exp-backlog syn-queue
    holds 'all(.waiting == 0 and .half_open == .answered and .answered < .clients)'
    holds 'map(select(.stack != "kernel-kernel")) | all(.half_open == 8)'
}

@test "the client of one stack meets the queue of the other" {
    for pair in 'kernel own' 'own kernel'; do
        run program exp-backlog --scene count --client "${pair% *}" --server "${pair#* }"
        assert_success
        assert_output --partial 'held_2=3 next_2=SYN_SENT'
    done
}

@test "simulated, two runs are the same to the last character" {
    run program exp-backlog --stack sim
    assert_success
    local first=$output
    run program exp-backlog --stack sim
    assert_equal "$output" "$first"
}

@test "a backlog beyond what the experiment fills: exit 2, one line" {
    run program exp-backlog --backlog 21
    assert_failure 2
    assert_equal "${#lines[@]}" 1
    assert_output --partial '20'
}

@test "in two terminals: the server shows the queue, accepts one, and another client gets in" {
    mkfifo typed
    "$BIN/backlog-server" --port 0 --backlog 1 <typed >server.log 3>&- &
    exec 9>typed
    eventually grep -q 'port=' server.log
    "$BIN/hold-client" --port "$(sed -n 's/port=//p' server.log)" --clients 3 --hold 4s >client.log 3>&- &
    eventually grep -q 'SYN_SENT=1 ESTABLISHED=2' client.log
    echo >&9
    eventually grep -q '^ESTABLISHED=3' client.log
    exec 9>&-
    wait
    run cat server.log
    assert_line 'waiting=1 backlog=1'
}
