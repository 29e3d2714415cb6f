#!/usr/bin/env bats
# make demo, the main job: every byte comes back over both wires, and without any privilege it runs
# what it can and says what it left out.

load helpers

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# Runs a command as somebody for whom user namespaces are forbidden.
without_namespaces() {
    unshare --user --map-root-user bash -c '
        echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all --inh-caps=-all "$@"' _ "$@"
}

@test "the demo sends both files through, draws the exchange and writes the logs" {
    run program demo
    assert_success
    assert_line --regexp '^kernel-kernel +clean +8388608 +equal '
    assert_line --regexp '^kernel-kernel +bad +1048576 +equal .* [1-9][0-9]* +[1-9][0-9]*'
    refute_line --partial DIFFER
    assert_line --partial 'seed=1'
    assert_line --partial 'LISTEN'
    for name in kernel-kernel-clean kernel-kernel-bad ladder; do
        jq -e . <"build/out/demo/$name.ndjson" >/dev/null
        [[ -s build/out/demo/$name.pcapng ]]
    done
}

@test "the demo sends the file it is given" {
    seq 100000 >file
    run program demo --file file
    assert_success
    assert_line --regexp "^kernel-kernel +clean +$(stat -c %s file) +equal "
    assert_line --regexp "^kernel-kernel +bad +$(stat -c %s file) +equal "
}

@test "a file that cannot be read: exit 1, one line, its name" {
    run --separate-stderr program demo --file /nonexistent
    assert_failure 1
    assert_equal "$stderr" 'demo: cannot read /nonexistent: No such file or directory'
}

@test "without namespaces the demo runs on loopback and says what it left out, and why" {
    run without_namespaces "$BIN/demo"
    assert_success
    assert_line --regexp '^kernel-kernel +loopback +8388608 +equal '
    assert_line --partial 'Left out:'
    assert_line --partial 'make doctor'
}
