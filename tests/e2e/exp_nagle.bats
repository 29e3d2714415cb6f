#!/usr/bin/env bats
# exp-nagle: small writes gathered or sent at once, and the stall with delayed ACKs.

load helpers

results_of() {
    run program exp-nagle --stack "$1" --json
    assert_success
}

holds() {
    jq -e "map({(.scene): .}) | add | $1" <<<"$output"
}

@test "what is written while something is unacknowledged goes together, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        holds '.wait.data_segments == 2 and .nodelay.data_segments == .nodelay.writes'
    done
}

@test "a question in two writes waits for the delayed ACK, and not with TCP_NODELAY, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        holds '.stall.second_after_ms >= 55 and .stall.took_ms >= 75'
        holds '.cured.data_segments == 2 and .cured.second_after_ms < .stall.second_after_ms'
    done
}

@test "simulated, the stall lasts one delayed ACK and one round trip" {
    results_of sim
    holds '.stall.second_after_ms == 60 and .stall.took_ms == 80 and .cured.took_ms == 20'
}

@test "however many are written, two segments carry them" {
    run program exp-nagle --stack sim --json --writes 50
    assert_success
    holds '.wait.data_segments == 2 and .nodelay.data_segments == 50'
}

@test "one write is no story: exit 2" {
    run program exp-nagle --writes 1
    assert_failure 2
    assert_output --partial '--writes'
}
