#!/usr/bin/env bats
# The tool that breaks the core line by line, and a sample of its mutants, another one each day:
# SEED=n picks a day's, SAMPLE=n says how many.

bats_load_library bats-support
bats_load_library bats-assert

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return
    unset CMOCKA_MESSAGE_OUTPUT
}

# Writes a list of one mutant of common/tcp/timewait.c: usage: mutant WAS IS
mutant() {
    printf '%s\n' "trial common/tcp/timewait.c" "  - $1" "  + $2" "  It is on trial." >"$BATS_TEST_TMPDIR/list.txt"
}

mutants() {
    run tests/mutants/run --jobs 1 --list "$BATS_TEST_TMPDIR/list.txt" "$@"
}

@test "a sample of the mutants is killed" {
    run tests/mutants/run --jobs 1 --sample "${SAMPLE:-12}" --seed "${SEED:-$(date +%-j)}"
    assert_success
    assert_line --partial "${SAMPLE:-12} killed, 0 survived"
}

@test "a mutant that changes nothing that matters survives, and that is a failure" {
    mutant 'return now >= t->deadline;' 'return t->deadline <= now;'
    mutants
    assert_failure 1
    assert_line --regexp '^SURVIVED .* trial '
    assert_line '0 killed, 1 survived'
}

@test "the failing test is shown where one mutant is asked for" {
    cp common/tcp/timewait.c "$BATS_TEST_TMPDIR/untouched.c"
    mutant 'return now >= t->deadline;' 'return now > t->deadline;'
    mutants trial
    assert_success
    assert_line 'It is on trial.'
    assert_line '+    return now > t->deadline;'
    assert_line --partial 'tests/unit/tcp/test_timewait.c'
    run diff common/tcp/timewait.c "$BATS_TEST_TMPDIR/untouched.c"
    assert_success
}

@test "a line that is not there is an error that names mutant and file" {
    mutant 'return never;' ';'
    mutants
    assert_failure 2
    assert_output --partial 'mutant trial'
    assert_output --partial 'common/tcp/timewait.c has this line 0 times, not once: return never;'
}

@test "a mutant that does not compile proves nothing" {
    mutant 'return now >= t->deadline;' 'return now >= t->;'
    mutants
    assert_failure 2
    assert_line --regexp '^error .* trial .*does not compile'
}
