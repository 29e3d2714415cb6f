#!/usr/bin/env bats
# exp-sliding-window: throughput is the window per round trip, until the wire is full.

load helpers

setup() {
    cd "$BATS_TEST_TMPDIR" || return # plots go below the working directory
}

results_of() {
    run --separate-stderr program exp-sliding-window --stack "$1" --json
    assert_success
}

holds() {
    jq -e "map({(.scene): .}) | add | $1" <<<"$output"
}

@test "more in flight carries more, until the wire is full, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        holds '.window | .kbps_1 < .kbps_4 and .kbps_4 < .kbps_32 and .kbps_32 <= .kbps_last'
        holds '.window.first_gain_percent >= 90 and .window.last_gain_percent < 50'
        holds '.window | .flight_1 == 1 and .flight_4 == 4 and .flight_64 == 64'
        holds '.window | .acked_before_fifth >= 1 and .heard_before_fifth == 1'
        holds '.buffer | .kbps_8 < .kbps_16 and .kbps_16 < .kbps_32 and .kbps_32 < .kbps_48'
        holds '.buffer.resent == 0 and .window.resent == 0'
    done
}

@test "simulated, throughput is the window per round trip to the last kbit" {
    results_of sim
    holds '.window | .segment == 1460 and .rtt_ms == 103 and .acked_before_fifth == 1'
    holds '.window | .kbps_2 == 2 * .kbps_1 and .kbps_8 >= 8 * .kbps_1 and .kbps_8 <= 8 * (.kbps_1 + 1)'
    holds '.window | .kbps_48 == 3857 and .kbps_64 == 3857' # 4 Mbit/s less the headers
    holds '.buffer | .share_percent_8 <= 105 and .share_percent_8 >= 75'
}

@test "stop-and-wait suffers from the round trip's length" {
    results_of sim
    holds '.near.kbps_1 > 7 * .window.kbps_1'
}

@test "--most stops earlier" {
    run --separate-stderr program exp-sliding-window --stack sim --scene window --most 4 --json
    assert_success
    holds '.window.last == 4 and .window.kbps_8 == null'
}

@test "fewer than four segments are no curve: exit 2" {
    run program exp-sliding-window --most 3
    assert_failure 2
    assert_output --partial '--most'
}

@test "the plots are SVG files, named below the drawing" {
    run program exp-sliding-window --stack sim
    assert_success
    assert_line 'plot=build/out/sliding-window/window-sim-throughput.svg'
    assert_line 'plot=build/out/sliding-window/buffer-sim-throughput.svg'
    run xmllint --noout build/out/sliding-window/*.svg
    assert_success
    run xmllint --xpath 'string(/*[local-name()="svg"]/*[local-name()="title"])' \
        build/out/sliding-window/window-sim-throughput.svg
    assert_output 'throughput against window (sim)'
}

@test "a plot that cannot be written is one line, and the rest goes on" {
    touch file
    run --separate-stderr program exp-sliding-window --stack sim --scene near
    assert_success
    assert_equal "$stderr" ''
    run --separate-stderr program exp-sliding-window --stack sim --scene buffer --out file
    assert_success
    assert_equal "$stderr" \
        'exp-sliding-window: no plot: cannot write file/sliding-window/buffer-sim-throughput.svg: Not a directory'
    assert_output --partial 'What you saw'
    refute_line --partial 'plot='
}

@test "--json writes no file and draws nothing" {
    results_of sim
    [[ ! -e build ]]
}

@test "the drawing is as wide as a page, and in ASCII where the locale is" {
    drawing() {
        env "$@" "${wrap[@]}" "$BIN/exp-sliding-window" --stack sim --scene buffer >drawing
    }
    drawing LC_ALL=C.UTF-8 COLUMNS=200
    run grep -c '⠒' drawing
    refute_output 0
    run bash -c "grep '[┤│└⠒]' drawing | LC_ALL=C.UTF-8 wc -L"
    assert_output 79
    drawing LC_ALL=C COLUMNS=200
    run env LC_ALL=C grep '[^ -~]' drawing
    assert_output ''
    run grep $'\033' drawing
    assert_output ''
}
