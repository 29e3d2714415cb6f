#!/usr/bin/env bats
# exp-delayed-ack: at once, for every second segment, or after a while.

load helpers

results_of() {
    run program exp-delayed-ack --stack "$1" --json
    assert_success
}

holds() {
    jq -e "map({(.scene): .}) | add | $1" <<<"$output"
}

@test "one ACK each for a single segment and for a pair, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        holds '[.start, .single] | all(.data_segments == 1 and .acks == 1)'
        holds '.pair.data_segments == 2 and .pair.acks == 1'
    done
}

@test "a single segment in a dialogue waits for its ACK, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        holds '.single.ack_after_ms >= 45'
    done
}

@test "many segments need half as many ACKs, or fewer, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        holds '.stream.data_segments == 20 and .stream.acks >= 1 and .stream.acks <= 12'
    done
}

@test "simulated: at once, after 40 ms, at once, and for every second one" {
    results_of sim
    holds '[.start, .single, .pair, .stream] | map(.ack_after_ms) == [10, 50, 10, 10]'
    holds '.stream.acks == 10'
}

@test "three segments are no stream: exit 2" {
    run program exp-delayed-ack --segments 3
    assert_failure 2
    assert_output --partial '--segments'
}
