#!/usr/bin/env bats
# The doctor: every capability tried, and a line that mends what is missing.

load helpers
load testbed

@test "on a healthy machine every step is ok and the tier is T1" {
    need_t1
    run program doctor
    assert_success
    assert_line tier=T1
    refute_output --partial FAIL
    assert_line --regexp '^ok    wire delivers'
}

@test "an ordinary user reaches the same tier" {
    need_t1
    share doctor
    run "${ordinary_user[@]}" "$shared/doctor"
    rm -r "$shared"
    assert_success
    assert_line tier=T1
    assert_line --regexp '^ok    user namespace'
}

@test "without privilege the first missing step carries its mending line, and nothing after is tried" {
    run without_privilege "$BIN/doctor"
    assert_failure 77
    assert_line tier=T0
    assert_line --regexp '^FAIL  user namespace .*mend it with: sudo sysctl -w user.max_user_namespaces='
    assert_line --regexp '^--    wire delivers +not tried'
}

@test "a container that may not write settings is told how to be started" {
    need_t1
    # shellcheck disable=SC2016 # the inner shell expands "$1"
    run unshare --user --map-root-user --mount sh -c \
        'mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && exec "$1"' \
        sh "$BIN/doctor"
    assert_failure 77
    assert_line --regexp '^FAIL  sysctl .*--security-opt systempaths=unconfined'
    assert_line --regexp '^ok    veth pair'
    assert_line tier=T0
}

@test "the machine's own network is left alone" {
    need_t1
    before=$(machine_network)
    program doctor
    assert_equal "$(machine_network)" "$before"
}
