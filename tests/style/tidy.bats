#!/usr/bin/env bats
# clang-tidy over the library and the programs, with .clang-tidy's list of checks.

bats_load_library bats-support
bats_load_library bats-assert

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return
}

@test "clang-tidy finds nothing" {
    make -s --always-make compile_commands.json
    run bash -c "git ls-files 'common/*.c' 'server/*.c' 'client/*.c' 'experiments/*.c' 'labs/tools/*.c' |
        xargs -P2 -n8 clang-tidy --quiet -p . 2>/dev/null"
    assert_success
}
