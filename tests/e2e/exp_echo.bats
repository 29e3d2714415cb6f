#!/usr/bin/env bats
# exp-echo: the life of a connection, counted and drawn.

load helpers
load testbed

setup() {
    need_t1
    cd "$BATS_TEST_TMPDIR" || return
}

@test "a line comes back in the segments that a connection takes, on each stack" {
    run program exp-echo --scene line
    assert_success
    for stack in kernel-kernel own-own; do
        assert_line --regexp "stack=$stack congestion=reno .* equal=yes bytes=13 segments_a=6 "
    done
    assert_line --partial 'SYN_SENT'
    assert_line --partial 'TIME_WAIT'
}

@test "a scripted loss is dropped once, resent once, and marked, whoever plays which role" {
    for pair in 'kernel kernel' 'kernel own' 'own kernel' 'own own' 'sim sim'; do
        run program exp-echo --scene line --client "${pair% *}" --server "${pair#* }" \
            --script 'drop data 1 a>b'
        assert_success
        assert_output --regexp 'equal=yes .* resent=1 .*dropped=1'
        assert_line --partial 'script'
    done
}

@test "a crowd is answered, and a silent client holds nobody up" {
    run program exp-echo --json
    assert_success
    jq -e 'map(select(.scene == "crowd")) | length == 2 and all(.answered == .clients)' <<<"$output"
    jq -e 'map(select(.scene == "slow")) | all(.equal == "yes" and .silent_state == "ESTABLISHED")' \
        <<<"$output"
}

@test "simulated with everybody else: exit 2, one line" {
    run program exp-echo --client sim --server own
    assert_failure 2
    assert_equal "${#lines[@]}" 1
    assert_output --partial 'sim'
}

@test "the capture opens without a warning, and every checksum is good" {
    run program exp-echo --stack kernel --scene line --loss 20% --seed 7 --pcap echo.pcapng --events echo.ndjson
    assert_success
    jq -es 'map(select(.event == "frame")) | length > 0' echo.ndjson >/dev/null
    run --separate-stderr tshark -r echo.pcapng -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE \
        -Y 'tcp.checksum.status == 0 || ip.checksum.status == 0'
    assert_success
    assert_output ''
    assert_equal "$(grep -v 'Running as user' <<<"$stderr")" ''
}

@test "a scripted flip is the only bad checksum" {
    run program exp-echo --stack own --scene line --script 'flip data 1 a>b' --pcap echo.pcapng
    assert_success
    run bash -c "tshark -r echo.pcapng -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE \
        -Y 'tcp.checksum.status == 0' 2>/dev/null | wc -l"
    assert_output 1
}

@test "what went wrong is drawn, too: two swapped words pass the checksum, and the echo differs" {
    run program exp-echo --stack sim --scene line --script 'swap16 data 1 a>b'
    assert_failure 1
    assert_line --partial '(script: swap16 data 1 a>b)'
    assert_line 'exp-echo: the echo differs from what was sent'
}

@test "a script that makes no sense: exit 2, the line and what is accepted" {
    run --separate-stderr program exp-echo --script 'lose data 1'
    assert_failure 2
    assert_regex "$stderr" "lose"
    assert_equal "${#stderr_lines[@]}" 1
}

@test "a line that is too long: exit 2" {
    run program exp-echo --line "$(head -c 100 /dev/zero | tr '\0' x)"
    assert_failure 2
    assert_output --partial '60'
}

@test "no colour where there is no terminal, and none with NO_COLOR" {
    run program exp-echo
    refute_output --partial $'\e['
    run env NO_COLOR=1 script -qec "$BIN/exp-echo" /dev/null
    refute_output --partial $'\e[3'
}

@test "nothing is left behind by kill -9 in the middle" {
    before=$(machine_network)
    "$BIN/exp-echo" --delay 5s >/dev/null 2>&1 3>&- &
    local victim=$! namespace
    eventually two_hosts_of "$victim"
    namespaces=$(namespaces_of "$victim")
    kill -KILL "$victim"
    wait "$victim" || true
    for namespace in $namespaces; do
        eventually is_deserted "$namespace"
    done
    assert_equal "$(machine_network)" "$before"
}

# The namespaces that a process has descriptors of.
namespaces_of() {
    find "/proc/$1/fd" -lname 'net:*' -printf '%l\n' 2>/dev/null | sort -u
}

two_hosts_of() {
    [[ $(namespaces_of "$1" | wc -l) -ge 2 ]]
}
