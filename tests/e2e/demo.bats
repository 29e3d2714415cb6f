#!/usr/bin/env bats
# make demo, the main job: every byte comes back over both wires, and without any privilege it runs
# what it can and says what it left out.

load helpers
load testbed

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "the demo sends both files through, draws the exchange and writes the logs" {
    need_t1
    run program demo
    assert_success
    for pair in kernel-kernel kernel-own own-kernel own-own sim; do
        assert_line --regexp "^$pair +clean +8388608 +equal "
        assert_line --regexp "^$pair +bad +1048576 +equal .* [1-9][0-9]* +[1-9][0-9]*"
    done
    refute_line --partial DIFFER
    assert_line --partial 'seed=1'
    assert_line --partial 'LISTEN'
    for name in kernel-kernel-clean own-own-bad sim-bad ladder-kernel-kernel ladder-own-own; do
        jq -e . <"build/out/demo/$name.ndjson" >/dev/null
        [[ -s build/out/demo/$name.pcapng ]]
    done
}

@test "the demo sends the file it is given" {
    need_t1
    seq 100000 >file
    run program demo --file file
    assert_success
    assert_line --regexp "^kernel-kernel +clean +$(stat -c %s file) +equal "
    assert_line --regexp "^kernel-kernel +bad +$(stat -c %s file) +equal "
}

@test "a file that cannot be read: exit 1, one line, its name" {
    run program demo --file /nonexistent
    assert_failure 1
    assert_output 'demo: cannot read /nonexistent: No such file or directory'
    run program demo --file /
    assert_failure 1
    assert_output 'demo: cannot read /: Is a directory'
}

@test "without namespaces the demo runs on loopback and says what it left out, and why" {
    run without_privilege "$BIN/demo"
    assert_success
    assert_line --regexp '^kernel-kernel +loopback +8388608 +equal '
    assert_line --partial 'Left out:'
    assert_line --partial 'make doctor'
}
