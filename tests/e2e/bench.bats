#!/usr/bin/env bats
# bench: what it prints and when it fails. How fast anything is depends on the machine and is not
# asked here.

load helpers

# The figures of a busy machine may miss a floor: exit code 1. They must be there all the same.
assert_measured() {
    [[ $status -le 1 ]] || fail "exit code $status: $output"
}

@test "the table names the machine, the pinned CPUs, the pairs and the floor" {
    run program bench --row round-trip --runs 1
    assert_measured
    assert_line --regexp '^Median of 1; .*host A on CPU [0-9]+, host B on CPU [0-9]+$'
    assert_line --regexp 'kernel-kernel +[0-9.]+ us'
    assert_line --regexp 'own-own +[0-9.]+ us +[0-9.]+  at most 2 x kernel: (held|MISSED)$'
}

@test "every row of hosts has all pairs, and none fails" {
    for row in bulk super loss crowd; do
        run --separate-stderr program bench --row "$row" --runs 1 --json
        assert_measured
        run jq -r '[.results[] | .pair, (.failed | not), .median > 0] | join(" ")' <<<"$output"
        assert_output 'kernel-kernel true true own-kernel true true kernel-own true true own-own true true'
    done
}

@test "the simulation: a figure for each run" {
    run --separate-stderr program bench --row simulation --runs 3 --json
    assert_measured
    run jq -e '.runs == 3 and (.results[0].figures | length) == 3 and (.results[0].failed | not)' <<<"$output"
    assert_success
}

@test "where every floor holds: exit code 0 and a line that says so" {
    run program bench --row memory
    assert_success
    assert_output --partial 'All floors hold.'
}

@test "a row that does not exist: exit 2, and the rows that do" {
    run program bench --row speed
    assert_failure 2
    assert_output --partial 'round-trip'
    assert_equal "${#lines[@]}" 1
}

@test "no run at all: exit 2" {
    run program bench --runs 0
    assert_failure 2
}
