#!/usr/bin/env bats
# exp-delayed-ack: at once, for every second segment, or after a while.

load helpers
load every_stack

setup_file() {
    play_on_every_stack exp-delayed-ack
}

@test "one ACK each for a single segment and for a pair, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '[.start, .single] | all(.data_segments == 1 and .acks == 1)'
        holds "$stack" '.pair.data_segments == 2 and .pair.acks == 1'
    done
}

@test "a single segment in a dialogue waits for its ACK, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.single.ack_after_ms >= 45'
    done
}

@test "many segments need half as many ACKs, or fewer, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.stream.data_segments == 20 and .stream.acks >= 1 and .stream.acks <= 12'
    done
}

@test "simulated: at once, after 40 ms, at once, and for every second one" {
    holds sim '[.start, .single, .pair, .stream] | map(.ack_after_ms) == [10, 50, 10, 10]'
    holds sim '.stream.acks == 10'
}

@test "an ACK that waits until the program has read offers more, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '."half-at-once" | .arrived == 500000 and .read_first == "no"'
        holds "$stack" '."half-waited".read_first == "yes" and ."half-unread".read_first == "no"'
        holds "$stack" '."half-waited".offered - ."half-at-once".offered >= 300000'
        holds "$stack" '."half-waited".offered - ."half-unread".offered >= 300000'
    done
}

# How long the ACK was owed: from the time that the wire gave B the first text which it covers, so
# that a busy machine makes it longer, and never shorter.
@test "an ACK leaves at once, when the program reads, or when its timer has run out" {
    for stack in kernel own sim; do
        holds "$stack" '."half-waited".waited_ms >= 10'
    done
    holds kernel '."half-unread".waited_ms >= 20' # of 40 Linux forgoes the last quarter, and a tick
    for stack in own sim; do
        holds "$stack" '."half-unread".waited_ms >= 40'
        holds "$stack" '[."half-at-once", ."half-waited", ."half-unread"] | map(.timer_first) == ["no", "no", "yes"]'
    done
    holds sim '[."half-at-once", ."half-waited", ."half-unread"] | map(.waited_ms) == [0, 10, 40]'
}

@test "of 1 MB, half filled, our own stack offers exactly half, or all of it" {
    for stack in own sim; do
        holds "$stack" '[."half-at-once", ."half-waited", ."half-unread"] | map(.offered) == [500000, 1000000, 500000]'
        holds "$stack" '[."half-at-once", ."half-waited", ."half-unread"] | all(.largest_window == 1000000)'
    done
    holds sim '[."half-at-once", ."half-waited", ."half-unread"] | map(.ack_after_ms) == [10, 20, 50]'
}

@test "three segments are no stream: exit 2" {
    run program exp-delayed-ack --segments 3
    assert_failure 2
    assert_output --partial '--segments'
}
