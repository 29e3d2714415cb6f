#!/usr/bin/env bats
# `make conformance`: which verdict a requirement gets, and what makes the run fail.

load helpers

table() {
    cat >"$BATS_TEST_TMPDIR/table.txt"
}

conformance() {
    run "$BATS_TEST_DIRNAME/../conformance/run" "$@" "$BATS_TEST_TMPDIR/table.txt"
}

# What the judge says of a table when its tests came out as standard input has them.
judge() {
    awk -f "$BATS_TEST_DIRNAME/../conformance/read.awk" "$BATS_TEST_TMPDIR/table.txt" \
        >"$BATS_TEST_TMPDIR/rows"
    cat >"$BATS_TEST_TMPDIR/results"
    run awk -f "$BATS_TEST_DIRNAME/../conformance/judge.awk" "$BATS_TEST_TMPDIR/rows" \
        "$BATS_TEST_TMPDIR/results"
}

@test "tests that pass make a requirement met, and every kind is counted" {
    table <<'END'
# a remark
MUST-9 3.4.1
  says: Nobody outside can compute
    that function.
  how: It is keyed.
  test: tests/unit/tcp/test_isn.c: other_key_gives_other_numbers
  test: tests/packetdrill/mss_option.pkt: mss_option.pkt
MUST-51 3.9.2.1
  says: Routes.
  left-out: There are none.
MAY-6 3.8.4
  says: An octet.
  choice: No.
END
    conformance
    assert_success
    assert_line 'MUST-9   3.4.1     met       Nobody outside can compute that function.'
    assert_line 'MUST-51  3.9.2.1   left out  Routes.'
    assert_line 'MAY-6    3.8.4     choice    An octet.'
    assert_line --regexp '^MUST +2 +1 +0 +0 +1$'
    conformance --tap
    assert_success
    assert_line 'ok 2 - MUST-51 left out'
}

@test "a MUST with a test that does not exist is not met, and the run fails" {
    table <<'END'
MUST-9 3.4.1
  says: Nobody outside can compute that function.
  how: It is keyed.
  test: tests/unit/tcp/test_isn.c: other_key_gives_other_numbers
  test: tests/unit/tcp/test_isn.c: nobody_can_guess
END
    conformance
    assert_failure 1
    assert_line --partial 'not met   Nobody outside'
    assert_line --partial 'did not run: tests/unit/tcp/test_isn.c: nobody_can_guess'
    conformance --tap
    assert_failure 1
    assert_line 'not ok 1 - MUST-9 not met'
}

@test "a test that fails once of the several times it is told has failed" {
    table <<'END'
MUST-17 3.7.4
  says: Nagle can be switched off.
  how: TCP_NODELAY.
  test: a.c: it_is_off
SHLD-7 3.7.4
  says: Nagle is there.
  how: nagle.c.
  test: a.c: it_is_on
END
    judge <<<$'a.c\tok\tit_is_off (kernel)\na.c\tbad\tit_is_off (own)\na.c\tok\tit_is_on'
    assert_failure 1
    assert_line --regexp '^MUST-17 .* not met '
    assert_line --partial 'failed: a.c: it_is_off'
    judge <<<$'a.c\tok\tit_is_off\na.c\tbad\tit_is_off across the wrap\na.c\tok\tit_is_on'
    assert_failure 1
    judge <<<$'a.c\tok\tit_is_off (kernel)\na.c\tok\tit_is_off (own)\na.c\tbad\tit_is_on'
    assert_success
    assert_line --regexp '^SHLD-7 .* not met '
}

@test "an option nobody knows gets one line" {
    conformance --nope
    assert_failure 2
    assert_output 'conformance: unknown option --nope: --long or --tap'
}

@test "a row that is not well-formed is named by its line" {
    table <<'END'
MUST-9 3.4.1
  says: Nobody outside can compute that function.
  how: It is keyed.
  because: I say so.
END
    conformance
    assert_failure 1
    assert_line --partial 'table.txt:4: what is this?   because: I say so.'
}
