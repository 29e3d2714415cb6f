#!/usr/bin/env bats
# The linters, with the configuration pinned in the tree.

bats_load_library bats-support
bats_load_library bats-assert

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return
}

@test "clang-format agrees with every file" {
    run bash -c "git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror"
    assert_success
}

@test "cppcheck finds nothing" {
    run cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -j2 -Icommon -I. \
        --enable=warning,performance,portability --suppress=missingIncludeSystem \
        -D__x86_64__ common server client experiments labs/tools
    assert_success
}

@test "shellcheck finds nothing in any script" {
    run bash -c '.ci/shell-files | xargs shellcheck -x'
    assert_success
}

@test "shfmt agrees with every script" {
    run bash -c '.ci/shell-files | xargs shfmt -d'
    assert_success
}
