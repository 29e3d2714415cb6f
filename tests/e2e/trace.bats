#!/usr/bin/env bats
# The views of the event log, read by the tools that others wrote: tshark, capinfos and jq.

load helpers
load testbed

setup_file() {
    need_t1
    cd "$BATS_FILE_TMPDIR" || return
    "$BIN/exp-echo" --stack kernel --scene line --script 'drop data 1 a>b; flip data 1 b>a' --pcap run.pcapng \
        --events run.ndjson --no-color >run.txt
}

setup() {
    cd "$BATS_FILE_TMPDIR" || return
}

# Fields of the packets that a display filter lets through, checksums looked at.
packets() {
    local filter=$1
    shift
    tshark -r run.pcapng -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE \
        -Y "$filter" -T fields "${@/#/-e}" 2>tshark.err
}

frames() {
    jq -c 'select(.event == "frame")' run.ndjson
}

@test "capinfos knows two interfaces by the directions of the wire" {
    run --separate-stderr capinfos run.pcapng
    assert_success
    assert_output --partial 'Name = A to B'
    assert_output --partial 'Name = B to A'
    assert_output --partial 'Strict time order:   True'
}

@test "tshark reads every frame once, without a warning" {
    run packets frame frame.number
    assert_success
    assert_equal "${#lines[@]}" "$(frames | wc -l)"
    run grep -v 'Running as user' tshark.err
    assert_output ''
}

@test "the flipped segment is the only one with a bad checksum, and says why" {
    run packets 'tcp.checksum.status == 0 || ip.checksum.status == 0' frame.comment
    assert_equal "${#lines[@]}" 1
    assert_output --regexp '^corrupted; script: flip data 1 b>a'
}

@test "the lost segment and what replaced it have their comments" {
    run packets 'frame.comment contains "dropped"' frame.comment
    assert_output --regexp '^dropped; script: drop data 1 a>b'
    run packets 'frame.comment contains "retransmission"' tcp.analysis.retransmission
    assert_success
    refute_output ''
}

@test "each line of the events is an object with a time, an event and a host" {
    run jq -es 'all(has("t") and has("event") and has("host"))' run.ndjson
    assert_success
}

@test "times never go back" {
    run jq -es '[.[].t] == ([.[].t] | sort) and .[0].t == 0' run.ndjson
    assert_success
}

@test "capture and events agree on sequence numbers and flags" {
    run packets tcp tcp.seq_raw tcp.ack_raw tcp.len
    capture=$output
    run jq -r 'select(.kind == "tcp") | "\(.seq_raw)\t\(.ack_raw // 0)\t\(.text)"' run.ndjson
    assert_output "$capture"
}

@test "the ladder shows the fate of each and nothing but ASCII where the locale has no more" {
    run cat run.txt
    assert_output --partial 'script: drop data 1 a>b'
    assert_output --partial 'script: flip data 1 b>a'
    run env LC_ALL=C "$BIN/exp-echo" --scene line --stack sim
    assert_success
    refute_output --regexp $'[\x80-\xff]'
    assert_output --partial '|-- SYN seq 0'
}

@test "two ladders side by side agree with themselves and name what differs from another" {
    run program exp-echo --scene line --stack both --script 'drop data 1 a>b' --width 150
    assert_success
    assert_output --partial 'kernel-kernel'
    assert_output --partial 'own-own'
    assert_line --regexp '^(≠ First difference|No difference): '
}

@test "the same simulation gives the same events, octet by octet" {
    for i in 1 2; do
        program exp-echo --scene line --stack sim --loss 20% --seed 5 --events "sim$i.ndjson" >/dev/null
    done
    run cmp sim1.ndjson sim2.ndjson
    assert_success
}

@test "the ladder keeps to the width asked for" {
    for width in 60 80 120; do
        run bash -c "'$BIN/exp-echo' --scene line --stack sim --ascii --calls --width $width | grep '|'"
        assert_success
        assert_output --partial 'SYN'
        refute_line --regexp "^.{$((width + 1)),}\$"
    done
}
