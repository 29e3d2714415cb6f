#!/usr/bin/env bats
# The testbed tool: two hosts kept alive in one terminal and entered from others.

load helpers
load testbed

setup() {
    private_runtime
}

teardown() {
    release_all
}

# Whether a host's kernel has an established connection.
is_established() {
    program testbed "$1" ss -Htn state established | grep -q .
}

@test "a command runs inside the host it is given to" {
    need_t1
    hold
    run program testbed A ip -brief address show eth0
    assert_success
    assert_output --partial 10.0.0.1/24
    run program testbed B ip -brief address show eth0
    assert_success
    assert_output --partial 10.0.0.2/24
}

@test "the hosts reach each other through the wire, as late as it says" {
    need_t1
    hold --delay 20ms
    run program testbed A ping -c 1 -W 5 10.0.0.2
    assert_success
    assert_output --regexp 'time=([4-9][0-9]|[1-9][0-9]{2,})[. ]' # at least 40
}

@test "an echo server in B serves a client in A" {
    need_t1
    hold
    visit B "$BIN/echo-server" --address 10.0.0.2 --port 8000
    eventually grep -q '^port=' "$visit_log"
    run program testbed A "$BIN/echo-client" --address 10.0.0.2 --port 8000 <<<'How are you'
    assert_success
    assert_output --partial 'How are you'
    kill -INT "$visitor"
    wait "$visitor"
}

@test "a command's exit code is passed on, and 128 + n when signal n ended it" {
    need_t1
    hold
    run program testbed A sh -c 'exit 7'
    assert_failure 7
    # shellcheck disable=SC2016 # the inner shell expands $$
    run program testbed A sh -c 'kill -TERM $$'
    assert_failure 143
}

@test "a command that does not exist is named" {
    need_t1
    hold
    run program testbed A /no/such/command
    assert_failure 1
    assert_output --partial /no/such/command
}

@test "a signal for the tool reaches the command" {
    need_t1
    hold
    visit A sh -c 'trap "exit 9" TERM; echo ready; while :; do sleep 0.05; done'
    eventually grep -q ready "$visit_log"
    kill -TERM "$visitor"
    status=0
    wait "$visitor" || status=$?
    assert_equal "$status" 9
}

@test "a shell on a terminal works inside a host" {
    need_t1
    hold
    run script -qefc "'$BIN/testbed' A sh" /dev/null <<<'ip -brief address show eth0; exit 5'
    assert_failure 5
    assert_output --partial 10.0.0.1/24
}

@test "Ctrl-C ends it, tells what crossed the wire, and forgets it" {
    need_t1
    hold
    program testbed A ping -c 1 -W 5 10.0.0.2
    release
    assert_equal "$holder_status" 0
    run cat "$holder_log"
    assert_output --regexp 'A to B: [1-9][0-9]* frames entered'
    assert [ ! -e "$XDG_RUNTIME_DIR/twinstack" ]
    run program testbed list
    assert_success
    assert_output ''
}

@test "stop ends it from another terminal" {
    need_t1
    hold
    run program testbed stop
    assert_success
    wait "$holder"
    run program testbed stop
    assert_failure 1
    assert_output --partial "no testbed 'default' is running"
}

@test "kill -9 leaves no process, namespace, interface, file or name behind" {
    need_t1
    before=$(machine_network)
    hold
    namespace=$(program testbed A readlink /proc/self/ns/net)
    # shellcheck disable=SC2016 # the inner shell expands $!
    visit A sh -c 'sleep 1000 & echo $!; wait'
    eventually test -s "$visit_log"
    kill -KILL "$holder"
    status=0
    wait "$visitor" || status=$?
    assert_equal "$status" 137
    eventually is_gone "$(cat "$visit_log")"
    eventually is_deserted "$namespace"
    eventually test ! -e "$XDG_RUNTIME_DIR/twinstack"
    assert_equal "$(machine_network)" "$before"
    run program testbed A true
    assert_failure 1
    assert_output --partial 'no testbed'
    hold
    program testbed A true
}

@test "a registration that its holder left behind is removed" {
    need_t1
    mkdir -m 700 "$XDG_RUNTIME_DIR/twinstack"
    echo "$$ 1 3 4" >"$XDG_RUNTIME_DIR/twinstack/default"
    run program testbed list
    assert_success
    assert_output ''
    assert [ ! -e "$XDG_RUNTIME_DIR/twinstack/default" ]
}

@test "two testbeds live side by side under their names" {
    need_t1
    hold --name left
    hold --name right
    run program testbed list
    assert_line --regexp '^name=left pid='
    assert_line --regexp '^name=right pid='
    left=$(program testbed --name left A readlink /proc/self/ns/net)
    right=$(program testbed --name right A readlink /proc/self/ns/net)
    assert [ -n "$left" -a "$left" != "$right" ]
}

@test "a name in use is refused" {
    need_t1
    hold
    run program testbed
    assert_failure 1
    assert_output --partial 'already running'
}

@test "an ordinary user has all of it" {
    need_t1
    share testbed
    unset XDG_RUNTIME_DIR
    "${ordinary_user[@]}" "$shared/testbed" --name "e2e-$$" >"$shared/log" 2>&1 3>&- &
    holders+=($!)
    eventually grep -q '^name=' "$shared/log"
    run "${ordinary_user[@]}" "$shared/testbed" --name "e2e-$$" A ping -c 1 -W 5 10.0.0.2
    assert_success
    run "${ordinary_user[@]}" "$shared/testbed" --name "e2e-$$" stop
    assert_success
    rm -r "$shared"
}

@test "what was said is drawn at the end and kept in files" {
    need_t1
    hold --delay 10ms --ladder --events "$BATS_TEST_TMPDIR/events" --pcap "$BATS_TEST_TMPDIR/pcapng"
    visit B "$BIN/echo-server" --address 10.0.0.2 --port 8000
    eventually grep -q '^port=' "$visit_log"
    program testbed A "$BIN/echo-client" --address 10.0.0.2 --port 8000 <<<'How are you'
    # Another client is still there at the end, for nobody writes into the pipe that it reads.
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    # shellcheck disable=SC2016 # the inner shell expands
    visit A sh -c 'exec "$1" --address 10.0.0.2 --port 8000 <>"$2"' sh "$BIN/echo-client" \
        "$BATS_TEST_TMPDIR/pipe"
    eventually is_established B
    release
    assert_equal "$holder_status" 0
    run cat "$holder_log"
    assert_output --partial 'SYN+ACK seq 0 ack 1'
    assert_output --partial '(12 bytes)'
    # The kernel's states are looked up, the last time at the end: both of these last until then.
    run jq -r 'select(.event == "state" and .host == "A") | .to' "$BATS_TEST_TMPDIR/events"
    assert_line TIME_WAIT
    assert_line ESTABLISHED
    run jq -r 'select(.event == "state" and .host == "B") | .to' "$BATS_TEST_TMPDIR/events"
    assert_line ESTABLISHED
    run tshark -r "$BATS_TEST_TMPDIR/pcapng" -Y 'tcp.len == 12'
    assert_line --partial '8000'
}

@test "a file that cannot be written is told at the start, not at the end" {
    need_t1
    run program testbed --pcap /no/such/folder/file
    assert_failure 1
    assert_output --partial /no/such/folder/file
}

@test "without privilege it says which line mends it and exits 77" {
    run without_privilege "$BIN/testbed"
    assert_failure 77
    assert_output --partial 'mend it with: sudo sysctl -w user.max_user_namespaces='
}

@test "what it does not understand is a usage error" {
    run program testbed C true
    assert_failure 2
    assert_output --partial "'C'"
    run program testbed A
    assert_failure 2
    run program testbed --loss 200%
    assert_failure 2
    run program testbed --name a/b
    assert_failure 2
    run program testbed --script 'drop everything soon'
    assert_failure 2
}
