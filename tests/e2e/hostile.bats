#!/usr/bin/env bats
# Segments that no honest TCP sends, made by scapy (tests/e2e/hostile.py), to our echo server on our
# own stack: dropped and counted, or challenged, as the RFCs say; an honest client beside it never
# notices.

load helpers
load testbed

# The honest client is nc on the kernel of host A.
setup() {
    need_t1
    /usr/bin/python3 -c 'import scapy' 2>/dev/null || skip "needs python3-scapy"
    private_runtime
    hold --stack-b own
    visit B "$BIN/echo-server" --stack own --port 8000
    eventually grep -q '^port=8000$' "$visit_log"
    coproc honest { exec "${wrap[@]}" "$BIN/testbed" A nc -N -p 40000 10.0.0.2 8000 3>&-; }
    honest_pid=$honest_PID # the shell forgets it when the client ends
    honest_says before
}

teardown() {
    release_all
}

honest_says() {
    local back
    echo "$1" >&"${honest[1]}"
    read -rt 20 back <&"${honest[0]}"
    assert_equal "$back" "$1"
}

# Plays a scene of hostile.py; the honest client is well after it, and the server tells its counts:
# `output` has the scene's results and those.
play() {
    local results=$BATS_TEST_TMPDIR/results
    program testbed A /usr/bin/python3 "$BATS_TEST_DIRNAME/hostile.py" "$@" >"$results"
    honest_says after
    eval "exec ${honest[1]}>&-"
    wait "$honest_pid"
    kill -INT "$visitor"
    wait "$visitor"
    run cat "$results" "$visit_log"
}

# The copies differ in two octets; which of them counts no RFC says.
@test "text that overlaps is taken once, and what is old is acknowledged again" {
    play overlap
    assert_line --regexp '^echo=HELLO(WO|xx)RLD$'
    assert_line 'old=challenge'
    assert_line 'alive=yes'
}

@test "headers too short, too long and spoilt are dropped and counted" {
    play offsets
    assert_line 'alive=yes'
    assert_line 'dropped=2 TCP: bad data offset'
    assert_line 'dropped=1 TCP: shorter than a header'
    assert_line 'dropped=1 TCP: bad checksum'
}

@test "options of length 0, 1 and 255 are dropped and counted, on a SYN and later" {
    play options
    assert_line 'alive=yes'
    assert_line 'dropped=6 TCP: bad option length'
}

@test "the land attack is dropped and counted" {
    play land
    assert_line 'alive=yes'
    assert_line 'dropped=1 IPv4: our own source address'
}

@test "RST and SYN: beside the window nothing, inside it a challenge, only the exact RST ends it" {
    play resets
    assert_line 'beside=still'
    assert_line 'inside=challenge'
    assert_line 'syn=challenge'
    assert_line 'synack=challenge'
    assert_line 'alive=yes'
    assert_line 'exact=R'
}

@test "an ACK of what was not sent is answered by ours, its text not taken; by a RST to half a handshake" {
    play acks
    assert_line 'unsent=challenge'
    assert_line 'unsent_text=challenge'
    assert_line 'ancient_text=challenge'
    assert_line 'alive=yes'
    assert_line 'half_open=R'
}

@test "tiny fragments are dropped and counted" {
    play fragments
    assert_line 'alive=yes'
    assert_line --regexp '^dropped=[3-9] IPv4: fragment$'
}

@test "400 blind segments into the honest connection do nothing to it" {
    play blind 40000
    assert_line 'alive=yes'
    assert_line --regexp '^served=2 bytes=18 broken=[01]'
}
