#!/usr/bin/env bats
# exp-abnormal-end: what is heard of programs, hosts and cables that go without a close.

load helpers
load every_stack

setup_file() {
    play_on_every_stack exp-abnormal-end
}

@test "a killed program is heard as an end of stream, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.killed.heard == "end" and .killed.resets == 0'
        holds "$stack" '.killed.segments | startswith("B:FIN+ACK")'
    done
    holds kernel '.killed.lived_as == "process"'
}

@test "a program killed with a line unread is heard as a reset, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.unread.heard == "ECONNRESET" and .unread.segments == "B:RST+ACK"'
    done
    holds kernel '.unread.lived_as == "process"'
}

@test "an orderly shutdown is heard as an end, a reboot as a reset when spoken to, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.shutdown.heard == "end" and .shutdown.resets == 0'
        holds "$stack" '.reboot.believed == "ESTABLISHED" and .reboot.heard == "ECONNRESET"'
        holds "$stack" '.reboot.segments == "B:RST+ACK-lost A:data(9) B:RST"'
    done
}

@test "of a power cut nothing is heard until the writer gives up, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.power.believed == "ESTABLISHED" and .power.resent >= 1'
        holds "$stack" '.power.heard == "ETIMEDOUT" and .power.resets == 0 and .power.then == "CLOSED"'
    done
    for stack in kernel own; do
        holds "$stack" '.patience.heard == "EAGAIN" and .patience.then == "ESTABLISHED"'
    done
}

@test "data that met a cable out arrives once it is back, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.cable.arrived == 9 and .cable.then == "ESTABLISHED" and .cable.resets == 0'
        holds "$stack" '.cable.resent >= 1 and .cable.after_ms >= 800'
    done
}

@test "simulated: an hour of silence, 15 time-outs and a probe in 20 minutes, and a cable out for 3 s" {
    holds sim '.power.silence_ms == 3600000 and .power.after_ms == 600'
    holds sim '.patience.heard == "ETIMEDOUT" and .patience.resent == 16 and .patience.after_ms == 1207240'
    run program exp-abnormal-end --stack sim --json --scene cable --script 'at 300ms cut; at 3300ms mend'
    assert_success
    jq -e '.[0] | .after_ms == 3250 and .resent == 3 and .then == "ESTABLISHED"' <<<"$output"
}

@test "a process on the kernel dies while its client is our own stack" {
    for scene in killed unread; do
        run program exp-abnormal-end --client own --server kernel --scene "$scene"
        assert_success
        assert_output --partial 'lived_as=process'
    done
}

@test "simulated, two runs are the same to the last character" {
    run program exp-abnormal-end --stack sim --json
    assert_success
    assert_equal "$output" "$(<"$BATS_FILE_TMPDIR/sim")"
}

@test "no such scene: exit 2, one line" {
    run program exp-abnormal-end --scene fire
    assert_failure 2
    assert_equal "${#lines[@]}" 1
}
