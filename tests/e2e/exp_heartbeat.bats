#!/usr/bin/env bats
# exp-heartbeat and the programs of its roles: who notices that the other one is gone.

load helpers

# Each stack plays once for all tests, all at the same time.
setup_file() {
    local stack player players=()
    for stack in kernel own sim; do
        program exp-heartbeat --stack "$stack" --json >"$BATS_FILE_TMPDIR/$stack.json" 3>&- &
        players+=($!)
    done
    for player in "${players[@]}"; do
        wait "$player"
    done
}

teardown() {
    [[ -z ${client_pid:-} ]] || kill "$client_pid"
    stop_server
}

on() {
    jq -e "map({(.scene): .}) | add | $2" "$BATS_FILE_TMPDIR/$1.json"
}

# Whether it is so on every stack.
everywhere() {
    for stack in kernel own sim; do
        on "$stack" "$1"
    done
}

@test "the server lets go who is silent, and nobody else" {
    everywhere '.reap | .reaped == 1 and .silent_ended == "yes" and .silent_held_ms >= 300'
    everywhere '.reap | .beating_losses == 0 and .beating_pongs == 7'
}

@test "unanswered pings tell that the cable is out; back-off, and the connection is back" {
    everywhere '.cable | .lost_by == "ETIMEDOUT" and .losses == 1 and .connections == 2'
    everywhere '.cable | .noticed_after_ms >= 200 and .failed_tries >= 2 and .reaped == 1'
}

@test "a server that ends is noticed at once, and tried again until it is back" {
    everywhere '.restart | .lost_by == "end-of-stream" and .connections == 2 and .failed_tries >= 3'
}

@test "without pings nobody notices anything: for a second, or for a day" {
    everywhere '.without | .client_notices == "no" and .server_notices == "no"'
    everywhere '.without | .client_state == "ESTABLISHED" and .server_state == "ESTABLISHED"'
    on sim '.without.watched_s == 86400'
}

@test "simulated: noticed after three intervals, and each pause in the upper half of its doubled whole" {
    on sim '.cable | .noticed_after_ms == 320 and .pauses_ms == "32 70 156"'
    on sim '[.restart.pauses_ms | split(" ")[] | tonumber] as $pauses | [50, 100, 200, 200, 200] as $wholes |
        $pauses | length == 5 and all(range(5); $pauses[.] >= $wholes[.] / 2 - 1 and $pauses[.] <= $wholes[.])'
}

@test "another seed, other pauses; fewer misses, noticed sooner" {
    run program exp-heartbeat --stack sim --json --scene cable --seed 9 --misses 1
    assert_success
    jq -e '.[0] | .pauses_ms != "32 70 156" and .noticed_after_ms == 120' <<<"$output"
}

@test "the client finds a server that was not there yet, and leaves after its pongs" {
    start_server heartbeat-server
    stop_server
    program heartbeat-client --port "$port" --interval 20ms --pongs 3 --retry 20ms --retry-most 100ms \
        >"$BATS_TEST_TMPDIR/client" 3>&- &
    client_pid=$!
    eventually grep -q 'no connection: Connection refused; again in' "$BATS_TEST_TMPDIR/client"
    start_server heartbeat-server --port "$port"
    wait "$client_pid"
    client_pid=
    grep -qx connected "$BATS_TEST_TMPDIR/client"
}

@test "a stranger gets a pong for each line, and is let go when silent" {
    start_server heartbeat-server --idle 200ms
    exec 4<>"/dev/tcp/127.0.0.1/$port"
    printf 'ping 7\nhello there\nx\n' >&4
    run cat <&4
    exec 4>&-
    assert_output $'pong 7\npong there\npong'
    stop_server
    run cat "$server_log"
    assert_line --partial 'silent for too long, let go'
    assert_line 'pongs=3 reaped=1'
}

@test "options that make no sense: exit 2" {
    run program exp-heartbeat --misses 0
    assert_failure 2
    assert_output --partial '--misses'
    run program heartbeat-client --retry 1s --retry-most 500ms
    assert_failure 2
    assert_output --partial '--retry-most'
}
