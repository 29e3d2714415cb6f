#!/usr/bin/env bats
# The kernel's TCP and ours before the same random segments and calls.

load helpers
load testbed

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return
    play=build/tests/differential/play
}

@test "our answers to random segments differ from the kernel's only where the table says why" {
    need_t1
    run "$play" tests/differential/divergences.txt 300
    assert_success
    assert_line 'seeds=300 unexplained=0'
}

@test "a difference that the table does not explain fails the run, and its seed is told" {
    need_t1
    echo '# nothing is explained' >"$BATS_TEST_TMPDIR/table"
    run "$play" "$BATS_TEST_TMPDIR/table" 30
    assert_failure 1
    assert_line --regexp '^seed [0-9]+: '
    refute_line 'seeds=30 unexplained=0'
}
