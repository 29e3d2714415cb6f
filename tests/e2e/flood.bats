#!/usr/bin/env bats
# A SYN flood over a real wire (RFC 4987): 100,000 SYNs from hosts that do not exist, and an honest
# client on the kernel of host A that wants to be served by the echo server in host B.

load helpers
load testbed

RSS_GROWTH_MAX_KIB=4096 # 1,024 half-open connections, their table, and pages touched first

setup() {
    need_t1
    private_runtime
}

teardown() {
    release_all
}

# Sets server_pid and log: an echo server at port 8000 of host B, which is on the stack named.
# Options as given.
serve() {
    local stack=$1
    shift
    hold --stack-b "$stack"
    visit B sh -c 'echo pid=$$; exec "$@"' sh "$BIN/echo-server" --stack "$stack" --port 8000 "$@"
    eventually grep -q '^port=8000$' "$visit_log"
    server_pid=$(sed -n 's/^pid=//p' "$visit_log")
}

# Ctrl-C for the server; `output` is what it has counted.
count() {
    kill -INT "$visitor"
    wait "$visitor"
    run cat "$visit_log"
}

counted() {
    sed -n "s/.*\b$1=\([0-9]*\).*/\1/p" "$visit_log"
}

rss_kib() {
    awk '/^VmRSS/ { print $2 }' "/proc/$server_pid/status"
}

# The kernel of host B, since the testbed began.
counted_by_kernel() {
    program testbed B nstat -asz "TcpExt$1" | awk -v name="TcpExt$1" '$1 == name { print $2 }'
}

half_open_in_kernel() {
    program testbed B ss -Htn state syn-recv | wc -l
}

flood() {
    program testbed A "$BIN/syn-flood" --port 8000 "$@"
}

# A flood that goes on; it has filled the SYN queue when this returns.
flood_without_end() {
    flood --count 2000
    flood --count 10000000 --rate 20000 --seed 2 3>&- &
    flood_pid=$!
}

end_flood() {
    kill -TERM "$flood_pid"
    wait "$flood_pid" || true
}

honest_client() {
    program testbed A "$BIN/echo-client" --address 10.0.0.2 --port 8000 --timeout "$1" <<<honest
}

# Sets honest_ms, how long it took.
honest_client_is_served() {
    local start=${EPOCHREALTIME/[.,]/}
    run honest_client 10s
    honest_ms=$(((${EPOCHREALTIME/[.,]/} - start) / 1000))
    assert_success
    assert_output honest
}

print() {
    echo "$*"
    echo "# $*" >&3
}

@test "100,000 SYNs cost our own stack a bounded memory, few questions, and no honest client" {
    serve own
    honest_client_is_served
    local before_ms=$honest_ms before
    before=$(rss_kib)
    flood --count 2000
    flood --count 98000 --rate 30000 --seed 2 3>&- &
    flood_pid=$!
    honest_client_is_served
    local during_ms=$honest_ms after
    wait "$flood_pid"
    honest_client_is_served
    after=$(rss_kib)
    count
    assert_line --regexp '^served=3 bytes=21 broken=0'
    print "rss_kib=$before, after the flood $after; honest_ms=$before_ms, during it $during_ms, after it $honest_ms"
    print "$(grep -E '^(frames_in|cookies_sent)=' "$visit_log" | paste -sd ' ')"
    ((after - before <= RSS_GROWTH_MAX_KIB))
    (($(counted frames_in) > 50000)) # a busy machine loses some on the way
    (($(counted frames_out) < 1000)) # nobody answers ARP: it must not ask for all
    (($(counted cookies_sent) > $(counted frames_in) - 2000))
    (($(counted cookies_taken) >= 1))
}

@test "the kernel beside it: cookies for who comes last, and the honest client is served" {
    serve kernel
    flood_without_end
    honest_client_is_served
    local half_open sent taken
    half_open=$(half_open_in_kernel)
    end_flood
    sent=$(counted_by_kernel SyncookiesSent)
    taken=$(counted_by_kernel SyncookiesRecv)
    print "half_open=$half_open cookies_sent=$sent cookies_taken=$taken honest_ms=$honest_ms"
    ((sent > 0 && taken >= 1))
}

@test "without cookies the honest client is locked out while the flood lasts, on our own stack" {
    serve own --sysctl net.ipv4.tcp_syncookies=0
    flood_without_end
    run honest_client 2s
    assert_failure 1
    end_flood
    print "$output"
    count
    assert_line --regexp '^served=0 '
    assert_line --regexp '^dropped=[0-9]+ TCP: SYN queue full$'
    refute_line --regexp '^cookies_sent='
}

@test "and on the kernel" {
    serve kernel
    program testbed B sh -c 'echo 0 >/proc/sys/net/ipv4/tcp_syncookies'
    flood_without_end
    run honest_client 2s
    assert_failure 1
    print "half_open=$(half_open_in_kernel)"
    end_flood
    print "$output"
}

@test "outside a testbed there is no flood: exit 2, and what to type" {
    run program syn-flood
    assert_failure 2
    assert_output --partial 'this is no host of a testbed; start build/bin/testbed'
    run program syn-flood --address 10.0.0.2
    assert_failure 2
}
