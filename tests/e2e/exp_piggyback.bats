#!/usr/bin/env bats
# exp-piggyback: the ACK on the answer's back, or alone.

load helpers

results_of() {
    run program exp-piggyback --stack "$1" --json
    assert_success
}

holds() {
    jq -e "map({(.scene): .}) | add | $1" <<<"$output"
}

@test "a prompt answer carries the ACK: three segments, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        holds '.prompt.ack_on_answer == "yes" and .prompt.bare_acks_b == 0 and .prompt.segments == 3'
    done
}

@test "a slow answer costs one segment more, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        holds '.slow.ack_on_answer == "no" and .slow.bare_acks_b == 1 and .slow.segments == 4'
        holds '.slow.acked_after_ms >= 30'
    done
}

@test "so does an ACK that does not wait, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        holds '.quickack.bare_acks_b == 1 and .quickack.segments == 4'
    done
}

@test "in a dialogue every question carries an ACK, too" {
    run program exp-piggyback --stack sim --scene dialogue --rounds 9 --json
    assert_success
    holds '.dialogue | .data_segments == 18 and .bare_acks_a == 1 and .bare_acks_b == 0'
}

@test "simulated: at once, after 40 ms, at once" {
    results_of sim
    holds '[.prompt, .slow, .quickack] | map(.acked_after_ms) == [10, 50, 10]'
}

@test "how long an ACK waits decides: 30 ms of thinking are not too long, 50 are" {
    run program exp-piggyback --stack sim --scene slow --think 30ms --json
    holds '.slow.ack_on_answer == "yes"'
    run program exp-piggyback --stack sim --scene slow --think 50ms --json
    holds '.slow.ack_on_answer == "no"'
}

@test "no question is no dialogue: exit 2" {
    run program exp-piggyback --rounds 0
    assert_failure 2
    assert_output --partial '--rounds'
}
