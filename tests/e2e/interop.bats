#!/usr/bin/env bats
# interop: our own stack against the kernel's over two of its wires, and what the tool does when
# something is wrong. The whole matrix is `make interop`.

load helpers
load testbed

setup() {
    wires=$BATS_TEST_DIRNAME/../interop/wires.txt
}

@test "losing and spoiling wires: every transfer is complete and in its band" {
    need_t1
    run --separate-stderr program interop --wires "$wires" --json loss-1-10ms corrupt-10ms
    printf '%s\n' "$output"
    assert_success
    run jq -r '[.held, (.wires | length), ([.wires[].transfers[] | select(.from == "own")] | length),
        all(.wires[].transfers[]; (.failed | not) and (.offered == (.median > 0)))] | join(" ")' <<<"$output"
    assert_output 'true 2 4 true'
}

@test "a wire that takes too long is ended: exit 1, and the command that plays it again" {
    need_t1
    run --separate-stderr program interop --wires "$wires" --limit 1 clean-10ms clean-100ms
    assert_failure 1
    assert_line '    again: build/bin/interop clean-10ms'
    assert_line '    again: build/bin/interop clean-100ms'
    assert_line 'A transfer missed.'
}

@test "a wire that is not there, and a row that cannot be read: exit 2 and 1, one line" {
    run program interop --wires "$wires" loss-2-10ms
    assert_failure 2
    assert_output --partial "no wire 'loss-2-10ms' in "
    echo 'far 1M --delay soon' >"$BATS_TEST_TMPDIR/wires"
    run program interop --wires "$BATS_TEST_TMPDIR/wires"
    assert_failure 1
    assert_output --partial 'wires:1: --delay soon is not understood'
    assert_equal "${#lines[@]}" 1
}
