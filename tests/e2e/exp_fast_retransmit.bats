#!/usr/bin/env bats
# exp-fast-retransmit: 1001 to 7001 as in every textbook, what it saves, and what is done today.

load helpers

results_of() {
    run program exp-fast-retransmit --stack "$1" --json
    assert_success
}

holds() {
    jq -e "map({(.scene): .}) | add | $1" <<<"$output"
}

# The text's flight, and those beside it.
classic='.text.acks == "1001 1001 1001 1001 1001 1001 7001" and .text.again == "1001-2000" and
    .text.dups_before == 3 and .text.equal_acks_before == 4 and .text.resent == 1 and
    .two.acks == "1001 1001 1001 4001" and .two.dups_before == 2 and .two.again == "1001-2000" and
    .two.again_ms >= .two.rto_ms - 5 and
    .saved.fast_dups == 3 and .saved.late_dups == 0 and .saved.saved_ms >= 100'
today='.early.dups_before <= 2 and .early.again_ms < .two.again_ms and .early.resent == 1 and
    .tail.dups_before == 0 and .tail.again == "6001-7000" and .tail.resent == 2 and
    .tail.again_ms < .tail.rto_ms and .tail.last_ack == 7001 and
    .twice.again == "3001-4000" and .twice.twice == "3001-4000"'

# A machine that is late may let several ACKs arrive at once: then once more.
as_told() {
    results_of "$1" && holds "$classic" && holds "$today"
}

@test "three duplicates prove a loss, two do not, and today time does, on every stack" {
    for stack in kernel own sim; do
        eventually as_told "$stack"
    done
}

@test "simulated, the times are those of the wire and of the timer" {
    results_of sim
    holds '[.text, .two, .early, .tail | .again_ms] == [38, 1012, 42, 106]'
    holds '.early.dups_before == 1 and .saved.saved_ms == 974'
}

@test "three segments behind the lost one are as few as will do" {
    for segments in 2 3 4 5 6; do
        run program exp-fast-retransmit --stack sim --json --scene text --segments "$segments"
        assert_success
        if ((segments < 5)); then waits=true; else waits=false; fi
        jq -e ".[0] | (.again_ms > 1000) == $waits and .last_ack == $segments * 1000 + 1" <<<"$output"
    done
}

@test "the loss and its repair are plotted" {
    cd "$BATS_TEST_TMPDIR" || return
    run program exp-fast-retransmit --stack sim --scene text
    assert_success
    assert_line --partial 'duplicate ACK'
    grep -q '</svg>' "$(sed -n 's/^plot=//p' <<<"$output")"
}

@test "more segments than the text has: exit 2" {
    run program exp-fast-retransmit --segments 8
    assert_failure 2
    assert_output --partial '--segments'
}
