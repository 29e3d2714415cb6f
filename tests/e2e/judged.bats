#!/usr/bin/env bats
# Our own stack as Wireshark and nmap see it.

load helpers
load testbed

setup() {
    need_t1
    private_runtime
}

teardown() {
    release_all
}

serve() {
    visit B "$BIN/echo-server" --port 8000 "$@"
    eventually grep -q '^port=8000$' "$visit_log"
}

# ---- tshark's expert information ----

# Sends 300 kB from A to B and back over a clean wire and keeps the capture. 50 ms are much more
# than a busy machine is late, or a probe of a tail might be sent for good reasons.
capture() {
    pcap=$BATS_TEST_TMPDIR/capture
    hold --stack-a "$1" --stack-b "$2" --delay 50ms --pcap "$pcap"
    serve --stack "$2"
    head -c 300000 /dev/urandom >"$BATS_TEST_TMPDIR/file"
    run program testbed A "$BIN/echo-client" --stack "$1" --address 10.0.0.2 --port 8000 \
        --file "$BATS_TEST_TMPDIR/file"
    assert_output --partial 'equal=yes'
    kill -INT "$visitor"
    wait "$visitor"
    release
}

# The frames of the capture for which a display filter holds, as tshark would show them.
frames() {
    tshark -r "$pcap" -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -Y "$1" 2>/dev/null
}

assert_clean() {
    local complaint
    run frames tcp.len
    ((${#lines[@]} > 400)) || fail "only ${#lines[@]} segments with text: $output"
    for complaint in 'tcp.checksum.status==Bad' 'ip.checksum.status==Bad' _ws.malformed \
        tcp.analysis.ack_lost_segment tcp.analysis.lost_segment tcp.analysis.out_of_order \
        tcp.analysis.retransmission tcp.analysis.spurious_retransmission \
        tcp.analysis.duplicate_ack tcp.analysis.rto '_ws.expert.severity==error'; do
        run frames "$complaint"
        assert_success
        assert_output '' || fail "$complaint"
    done
}

@test "nothing for an expert to complain of: our own stack to itself" {
    capture own own
    assert_clean
}

@test "nothing for an expert to complain of: our own stack to the kernel" {
    capture own kernel
    assert_clean
}

@test "nothing for an expert to complain of: the kernel to our own stack" {
    capture kernel own
    assert_clean
}

# ---- nmap ----

need_nmap() {
    command -v nmap >/dev/null || skip "needs nmap"
    hold --stack-b own
    serve --stack own
}

# The verdicts on port 8000, where somebody listens, and 9, where nobody does.
verdicts() {
    program testbed A nmap -n -Pn --reason -p 8000,9 "$1" 10.0.0.2 |
        awk '$1 ~ /^[0-9]+\/tcp/ {printf "%s%s=%s,%s", s, $1, $2, $4; s = " "}'
}

@test "nmap's scans by flags: SYN finds what is open, FIN, Xmas and Null what is closed, ACK no filter" {
    need_nmap
    run verdicts -sS
    assert_output '9/tcp=closed,reset 8000/tcp=open,syn-ack'
    for scan in -sF -sX -sN; do
        run verdicts "$scan"
        assert_output '9/tcp=closed,reset 8000/tcp=open|filtered,no-response'
    done
    run verdicts -sA
    assert_output '9/tcp=unfiltered,reset 8000/tcp=unfiltered,reset'
}

@test "nmap cannot predict initial sequence numbers, and a client is served after all its probes" {
    need_nmap
    run program testbed A nmap -n -Pn -O -v --max-os-tries 1 -p 8000,9 10.0.0.2
    assert_success
    assert_output --regexp 'TCP Sequence Prediction: Difficulty=2[0-9][0-9] \(Good luck!\)'
    run program testbed A "$BIN/echo-client" --address 10.0.0.2 --port 8000 <<<'still here'
    assert_output 'still here'
}
