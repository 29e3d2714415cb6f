#!/usr/bin/env bats
# exp-piggyback: the ACK on the answer's back, or alone.

load helpers
load every_stack

setup_file() {
    play_on_every_stack exp-piggyback
}

@test "a prompt answer carries the ACK: three segments, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.prompt.ack_on_answer == "yes" and .prompt.bare_acks_b == 0 and .prompt.segments == 3'
    done
}

@test "a slow answer costs one segment more, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.slow.ack_on_answer == "no" and .slow.bare_acks_b == 1 and .slow.segments == 4'
        holds "$stack" '.slow.acked_after_ms >= 30'
    done
}

@test "so does an ACK that does not wait, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.quickack.bare_acks_b == 1 and .quickack.segments == 4'
    done
}

@test "in a dialogue every question carries an ACK, too" {
    run program exp-piggyback --stack sim --scene dialogue --rounds 9 --json
    assert_success
    jq -e '.[0] | .data_segments == 18 and .bare_acks_a == 1 and .bare_acks_b == 0' <<<"$output"
}

@test "simulated: at once, after 40 ms, at once" {
    holds sim '[.prompt, .slow, .quickack] | map(.acked_after_ms) == [10, 50, 10]'
}

@test "how long an ACK waits decides: 30 ms of thinking are not too long, 50 are" {
    run program exp-piggyback --stack sim --scene slow --think 30ms --json
    jq -e '.[0] | .ack_on_answer == "yes"' <<<"$output"
    run program exp-piggyback --stack sim --scene slow --think 50ms --json
    jq -e '.[0] | .ack_on_answer == "no"' <<<"$output"
}

@test "no question is no dialogue: exit 2" {
    run program exp-piggyback --rounds 0
    assert_failure 2
    assert_output --partial '--rounds'
}
