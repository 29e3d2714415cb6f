#!/usr/bin/env bats
# exp-keepalive: probes on an idle connection, off unless asked for.

load helpers
load every_stack

setup_file() {
    play_on_every_stack exp-keepalive
}

@test "keepalive is off by default, and an idle connection sends nothing, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.off.keepalive == "off" and .off.probes == 0'
        holds "$stack" '.off.state == "ESTABLISHED" and .off.receive == "EAGAIN"'
    done
}

@test "the default times are 2 hours, 75 seconds and 9 probes, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.off.idle_s == 7200 and .off.interval_s == 75 and .off.limit == 9'
        holds "$stack" '.on.ss | test("keepalive,1(19|20)min")'
    done
}

@test "a living peer answers a probe and the connection stays, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.alive.probes == 1 and .alive.answers == 1'
        holds "$stack" '.alive.state == "ESTABLISHED" and .alive.then_data == "yes"'
    done
}

@test "a silent peer is given up after its probes with ETIMEDOUT, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.silent.probes == 2 and .silent.answers == 0'
        holds "$stack" '.silent.receive == "ETIMEDOUT" and .silent.after_s >= 3'
    done
}

@test "a peer that has forgotten resets at the first probe, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.reborn.receive == "ECONNRESET" and .reborn.probes == 1'
    done
}

@test "simulated, the defaults take 2 hours and 9 probes of 75 seconds" {
    holds sim '.on.probes == 9 and .on.first_after_s == 7200 and .on.apart_s == 75'
    holds sim '.on.receive == "ETIMEDOUT" and .on.after_s == 7200 + 9 * 75'
}

@test "the times and the number of probes can be chosen" {
    run program exp-keepalive --stack sim --json --scene silent --idle 10s --interval 3s --probes 4
    assert_success
    jq -e '.[0] | .probes == 4 and .first_after_s == 10 and .apart_s == 3 and .after_s == 22' \
        <<<"$output"
}

@test "no probe at all is none to be set: exit 2" {
    run program exp-keepalive --probes 0
    assert_failure 2
    assert_output --partial '--probes'
}
