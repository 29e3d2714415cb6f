#!/usr/bin/env bats
# exp-flow-control: a slow reader, probes, and nothing lost.

load helpers
load every_stack

setup_file() {
    play_on_every_stack exp-flow-control
}

@test "a slow reader shuts the window, and nothing is lost, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.slow | .narrower >= 1 and .zero_windows >= 2 and .unsent_by_a > 0'
        holds "$stack" '.slow | .texts_while_shut == 0 and .equal == "yes" and .resent == 0'
    done
}

@test "the first probe comes after an RTO, the next ones later and later, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.slow | .probes >= 2 and .backs_off == "yes"'
        holds "$stack" '.slow | (.probe_gaps_ms | tostring | split(" ")[0] | tonumber) >= .rto_ms'
    done
}

@test "a lost window update is healed by a probe, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '."lost-update" | .update_lost == "yes" and .healed_by_probe == "yes"'
        holds "$stack" '."lost-update" | .dropped == 1 and .equal == "yes"'
    done
}

@test "crumbs of room are kept until they are worth a segment, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.crumbs | .steps >= 1 and .steps <= 6 and .steps < .crumbs'
        holds "$stack" '.crumbs | .least_step >= 1400 and .least_text >= 1400 and .equal == "yes"'
    done
}

@test "the right edge never moves left, in all segments of all scenes, on every stack" {
    for stack in kernel own sim; do
        jq -e 'length == 3 and all(.edge_moved_left == 0)' "$BATS_FILE_TMPDIR/$stack"
    done
}

@test "simulated, the probes of a minute" {
    holds sim '.slow.probe_gaps_ms == "210 400 800 1600 3200 6400 12800 25600"'
    holds sim '.slow | .unread_by_b == 16384 and .largest_window == 16384'
    holds sim '."lost-update".healed_after_ms == 119'
    holds sim '.crumbs | [.steps, .least_step, .texts, .least_text] == [4, 1500, 3, 1448]'
}

@test "however long the reader waits, the writer does not give up" {
    run program exp-flow-control --stack sim --scene slow --pause 30min --json
    assert_success
    jq -e '.[0] | .probes > 30 and .equal == "yes"' <<<"$output"
}

@test "the window is drawn over time, and kept as an SVG" {
    cd "$BATS_TEST_TMPDIR" || return
    run program exp-flow-control --stack sim --scene slow
    assert_success
    assert_line 'plot=build/out/flow-control/slow-sim-window.svg'
    grep -q '</svg>' build/out/flow-control/slow-sim-window.svg
}

@test "a pause that is no time: exit 2" {
    run program exp-flow-control --pause soon
    assert_failure 2
    assert_output --partial '--pause'
}
