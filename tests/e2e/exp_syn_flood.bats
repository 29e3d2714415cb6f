#!/usr/bin/env bats
# exp-syn-flood: what a flood of SYNs leaves behind, and what becomes of an honest client.

load helpers
load scene_by_scene

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "without cookies the honest client has to wait until the flood is over" {
    every_stack exp-syn-flood no-cookies
    holds 'length == 3 and all(.syns == 3000 and .at_once == "no" and .outcome == "0")'
    holds 'all(.half_open > 0 and .half_open <= 1024)'
    holds 'map(select(.stack != "kernel-kernel")) | all(.cookies_sent == 0)'
    holds 'map(select(.stack == "sim")) | all(.half_open == 1024 and .took_ms == 3002)'
}

@test "with cookies it is connected, and the server remembers no more than before" {
    every_stack exp-syn-flood cookies
    holds 'length == 3 and all(.outcome == "0" and .waiting == 1)'
    holds 'all(.half_open > 0 and .half_open <= 1024)'
    holds 'map(select(.stack != "kernel-kernel")) | all(.cookies_sent > 0 and .cookies_taken == 1)'
    holds 'map(select(.stack == "sim")) | all(.half_open == 1024 and .cookies_sent == 1977 and .took_ms == 2)'
}

@test "the kernel's client gets into our own server, and ours into the kernel's" {
    for pair in 'kernel own' 'own kernel'; do
        run program exp-syn-flood --scene cookies --client "${pair% *}" --server "${pair#* }"
        assert_success
        assert_output --partial ' outcome=0 '
    done
}

@test "simulated, two runs are the same to the last character" {
    run program exp-syn-flood --stack sim
    assert_success
    local first=$output
    run program exp-syn-flood --stack sim
    assert_equal "$output" "$first"
}

@test "a flood too small to fill the queue: exit 2, one line" {
    run program exp-syn-flood --syns 100
    assert_failure 2
    assert_equal "${#lines[@]}" 1
    assert_output --partial '1500'
}
