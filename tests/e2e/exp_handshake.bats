#!/usr/bin/env bats
# exp-handshake: why three segments, and what happens when one is old, lost, refused or crossed.

load helpers

results_of() {
    run program exp-handshake --stack "$1" --json --scene "$2"
    assert_success
}

holds() {
    jq -e ".[0] | $1" <<<"$output"
}

@test "three segments open a connection, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" three
        holds '.segments == "A:SYN B:SYN+ACK A:ACK" and .server_established == "yes"'
    done
}

@test "an old SYN is answered and refused, and leaves no ghost, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" old-syn
        holds '.segments == "A:SYN B:SYN+ACK A:ACK A:RST+ACK B:SYN+ACK A:RST"'
        holds '.accepted == 1 and .ghosts == 0 and .half_open == 0'
    done
}

@test "a lost third segment leaves one end alone until the second comes again, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" lost-ack
        holds '.segments == "A:SYN B:SYN+ACK A:ACK-lost B:SYN+ACK A:ACK"'
        holds '.client_established == "yes" and .half_open == 1 and .healed == "yes" and .healed_ms >= 900'
    done
}

@test "the first data heals a lost third segment, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" data-heals
        holds '.segments | startswith("A:SYN B:SYN+ACK A:ACK-lost A:data(9) B:ACK")'
        holds '.half_open == 1 and .healed == "yes" and .healed_ms < 900'
    done
}

@test "who knocks where nobody listens is refused, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" refused
        holds '.segments == "A:SYN B:RST+ACK" and .outcome == "ECONNREFUSED"'
    done
}

@test "two that connect to each other at once get one connection, on every pair of stacks" {
    for pair in 'kernel kernel' 'own own' 'sim sim' 'own kernel' 'kernel own'; do
        run program exp-handshake --json --scene simultaneous --client "${pair% *}" --server "${pair#* }"
        assert_success
        holds '.a_state == "ESTABLISHED" and .b_state == "ESTABLISHED"'
        holds '.segments | test("^A:SYN B:SYN|^B:SYN A:SYN")'
    done
}

@test "simulated, the times are those of the wire and of the timer" {
    run program exp-handshake --stack sim --json
    assert_success
    jq -e 'map({(.scene): (.connect_ms // .took_ms // .healed_ms)}) | add |
        .three == 20 and .refused == 20 and ."data-heals" == 110 and ."lost-ack" == 1010' <<<"$output"
}

@test "no such scene: exit 2, one line" {
    run program exp-handshake --scene four
    assert_failure 2
    assert_equal "${#lines[@]}" 1
}
