#!/usr/bin/env bats
# exp-rto-estimate: the timeout follows the round trip; fixed ones are too short or too long.

load helpers
load every_stack

setup_file() {
    play_on_every_stack exp-rto-estimate
}

@test "the estimate follows the round trip, and nothing is sent again for nothing, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.measured | .srtt_10_ms < .srtt_50_ms and .srtt_50_ms < .srtt_200_ms'
        holds "$stack" '.measured | .rto_200_ms > .rto_10_ms and .rto_200_ms > 200'
        holds "$stack" '.measured | .lost == 1 and (.needless == 0 or .noisy == "yes")'
    done
}

@test "simulated, each value is the one of RFC 6298's formulas" {
    holds sim '.measured | [.srtt_10_ms, .rttvar_10_ms, .rto_10_ms] == [10, 2, 300]'
    holds sim '.measured | [.srtt_50_ms, .rttvar_50_ms, .rto_50_ms] == [23, 21, 300]'
    holds sim '.measured | [.srtt_200_ms, .rttvar_200_ms, .rto_200_ms] == [82, 96, 467]'
}

@test "a timeout that is too short sends again what is not lost" {
    for stack in own sim; do
        holds "$stack" '.short | .rto_200_ms == 30 and .needless >= 20'
    done
    # A kernel may have a floor of its own.
    holds kernel 'if .short.rto_10_ms < 100 then .short.needless >= 1 else true end'
}

@test "a timeout that is too long idles" {
    for stack in own sim; do
        holds "$stack" '.long.idle_ms >= 1000 and .measured.idle_ms < 1000'
    done
    holds kernel 'if .long.rto_10_ms >= 1000 then .long.idle_ms >= 1000 else true end'
}

@test "simulated: 1 and 6 needless ones for each question where the round trip is 50 and 200 ms" {
    holds sim '.short.needless == 3 * (1 + 6) and .short.idle_ms == 30 and .long.idle_ms == 1000'
}

@test "Karn: an ACK for what was sent twice leaves estimate and back-off alone, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.karn | .srtt_resent_ms < 100 and .rto_resent_ms >= 2 * .rto_before_ms'
        holds "$stack" '.karn | .rto_next_ms < .rto_resent_ms'
    done
    holds sim '.karn | [.rto_before_ms, .rto_resent_ms, .rto_next_ms] == [300, 600, 300]'
}

@test "with a timestamp the same ACK ends the back-off, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.timestamps | .lost == 1 and .rto_resent_ms < 2 * .rto_before_ms'
    done
}

@test "the timeout is plotted over time" {
    cd "$BATS_TEST_TMPDIR"
    run program exp-rto-estimate --stack sim --scene measured
    assert_success
    assert_output --partial 'smoothed round trip'
    grep -q '</svg>' "$(sed -n 's/^plot=//p' <<<"$output")"
}

@test "an option that there is not: exit 2" {
    run program exp-rto-estimate --fixed
    assert_failure 2
    assert_output --partial '--fixed'
}
