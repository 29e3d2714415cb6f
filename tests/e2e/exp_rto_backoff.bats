#!/usr/bin/env bats
# exp-rto-backoff: nobody answers; how long between the attempts, and when TCP gives up.

load helpers
load every_stack

setup_file() {
    play_on_every_stack exp-rto-backoff
}

@test "what is lost once is sent again once and arrives, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.once | .dropped == 1 and .data_resent == 1 and .arrived == "yes"'
        holds "$stack" '.once.data_arrived_ms >= .once.data_gap1_ms'
    done
}

@test "text is sent again after twice the time until TCP gives up, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.textbook | .data_resent >= 1 and .data_doubles == "yes"'
        holds "$stack" '.textbook.data_outcome == "ETIMEDOUT"'
    done
}

@test "so is a SYN, which waits a second at first, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.textbook | .syn_resent == 1 and .syn_doubles == "yes"'
        holds "$stack" '.textbook | .syn_gap1_ms >= 1000 and .syn_last_wait_ms >= 1990'
        holds "$stack" '.textbook.syn_outcome == "ETIMEDOUT"'
    done
}

@test "the kernel waits less than a second for text, our stack the RFC's" {
    holds kernel '.textbook | .data_gap1_ms >= 200 and .data_gap1_ms < 1000'
    holds own '.textbook.data_gap1_ms >= 1000'
}

@test "by default a tail loss probe goes first, and then the timer's turns are as ever" {
    for stack in kernel own sim; do
        holds "$stack" '.defaults | .data_doubles == "no" and .data_gap2_ms < 1.5 * .data_gap1_ms'
    done
}

@test "simulated to the end: a probe and 15 retries, at most 2 minutes apart, 15 minutes" {
    holds sim '.defaults | .data_resent == 16 and .data_outcome == "ETIMEDOUT"'
    holds sim '.defaults.data_gaps_s ==
        "0.2 0.2 0.4 0.8 1.6 3.2 6.4 12.8 25.6 51.2 102.4 120 120 120 120 120"'
    holds sim '.defaults.data_gave_up_ms / 60000 | floor == 15'
}

@test "simulated to the end: a connect fails after more than 3 minutes" {
    holds sim '.defaults | .syn_outcome == "ETIMEDOUT" and .syn_gave_up_ms >= 180000'
    holds sim '.defaults.syn_gaps_s == "1 2 4 8 16 32 64"'
}

@test "a scene that there is not: exit 2" {
    run program exp-rto-backoff --scene never
    assert_failure 2
    assert_output --partial '--help'
}
