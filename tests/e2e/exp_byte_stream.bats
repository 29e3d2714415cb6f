#!/usr/bin/env bats
# exp-byte-stream: writes, segments and reads have nothing in common but the bytes.

load helpers
load every_stack

setup_file() {
    play_on_every_stack exp-byte-stream
}

@test "on every stack a hundred bytes are a hundred bytes, however written and read" {
    for stack in kernel own sim; do
        holds "$stack" '.once | .writes == 1 and .data_segments == 1 and .reads == 100 and .equal == "yes"'
        holds "$stack" '.bytes | .writes == 100 and .data_segments < 100 and .reads == 1 and .equal == "yes"'
        holds "$stack" '.duplex | .heard_by_a == 50000 and .heard_by_b == 50000 and .both_talk_ms > 0'
    done
}

@test "on every stack a long write is cut into as many segments as it takes" {
    for stack in kernel own sim; do
        holds "$stack" '.split | .data_segments == .ceil and .full_segments == .ceil - 1 and .longest == .mss'
        holds "$stack" '.split.ceil == ((.split.bytes / .split.mss) | ceil)'
    done
}

@test "on every stack bytes leave the send buffer when they are acknowledged, not before" {
    for stack in kernel own sim; do
        holds "$stack" '.buffer | .held_at_first == .bytes and .held_at_last == 0 and .dropped == 1'
        holds "$stack" '.buffer | .only_then == "yes" and .released_ms - .first_ack_ms >= 9'
    done
}

@test "on every stack send returns, though nothing arrives, and the truth comes later" {
    for stack in kernel own sim; do
        holds "$stack" '.delivery | .send_returned == 12 and .arrived == 0 and .later_error == "ETIMEDOUT"'
    done
}

@test "on every stack the second small write waits for the ACK of the first, and that is all" {
    for stack in kernel own sim; do
        holds "$stack" '.small | .data_segments == 2 and .longest == 1'
        holds "$stack" '.small | .second_after_ms - .first_after_ms >= 15'
    done
}

@test "simulated: to the millisecond" {
    holds sim '.small | [.first_after_ms, .second_after_ms] == [10, 30]'
    holds sim '.buffer | [.first_ack_ms, .released_ms] == [60, 70]'
    holds sim '.bytes.data_segments == 2'
}

@test "another length, another number of segments" {
    run program exp-byte-stream --stack sim --scene split --bytes 14000 --json
    assert_success
    jq -e '.[0] | .data_segments == 10' <<<"$output"
}

@test "a write that does not fit in the first flight: exit 2" {
    run program exp-byte-stream --bytes 1000000
    assert_failure 2
    assert_output --partial '--bytes'
}
