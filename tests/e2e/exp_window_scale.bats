#!/usr/bin/env bats
# exp-window-scale: a shift in both SYNs, or none.

load helpers
load every_stack

setup_file() {
    play_on_every_stack exp-window-scale
}

@test "with it more than 65535 bytes are under way, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.with | .shift_a >= 1 and .shift_b >= 1 and .most_in_flight > 65535'
        holds "$stack" '.with | .largest_field_b <= 65535 and .largest_window_b > 65535'
    done
}

@test "without it, or with one end's alone, at most 65535, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.without.shift_a == "none" and .without.shift_b == "none"'
        holds "$stack" '."one-sided".shift_a >= 1 and ."one-sided".shift_b == "none"'
        holds "$stack" '[.without, ."one-sided"] | all(.largest_window_b <= 65535 and .most_in_flight <= 65535)'
    done
}

@test "and so it takes longer, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.without.took_ms > .with.took_ms and ."one-sided".took_ms > .with.took_ms'
    done
}

@test "the shift is 14 at most, and the SYN's window never shifted, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.most.shift_a == 14 and .most.shift_b == 14'
        holds "$stack" '[.with, .without, ."one-sided", .most] | all(.syn_window_b <= 65535)'
        holds "$stack" '[.with, .most] | all(.largest_window_b > .syn_window_b)'
    done
}

@test "simulated: the field times the shift, and a round trip for each window of 65160 bytes" {
    holds sim '.with | .largest_field_b == 32768 and .shift_b == 5 and .largest_window_b == 1048576'
    holds sim '.most | .largest_field_b == 65535 and .largest_window_b == 65535 * 16384'
    holds sim '.without | .most_in_flight == 65160 and .took_ms == 1080'
    holds sim '.with.took_ms == 480'
}

@test "nothing to send is no measurement: exit 2" {
    run program exp-window-scale --bytes 0
    assert_failure 2
    assert_output --partial '--bytes'
}
