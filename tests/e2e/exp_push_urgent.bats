#!/usr/bin/env bats
# exp-push-urgent: what PSH and URG do, and what they do not.

load helpers

# Each stack plays once for all tests, all at the same time.
setup_file() {
    local stack player players=()
    for stack in kernel own sim; do
        program exp-push-urgent --stack "$stack" --json >"$BATS_FILE_TMPDIR/$stack" 3>&- &
        players+=($!)
    done
    for player in "${players[@]}"; do
        wait "$player"
    done
}

# holds STACK FILTER, of the scenes by name
holds() {
    jq -e "map({(.scene): .}) | add | $2" "$BATS_FILE_TMPDIR/$1"
}

@test "a segment without PSH wakes the reader as well, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.push | .first_has_psh == "no" and .second_has_psh == "yes"'
        holds "$stack" '.push | .first_read < .room and .second_read == .first_read'
        holds "$stack" '.push | .second_read_ms - .first_read_ms >= 50'
    done
}

@test "urgent data keep their place, on the wire and in what is read, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.inline | .wire == "abXcd" and .urg_segment == "abX" and .reads == "ab Xcd"'
        holds "$stack" '.inline | .mark_after == 2 and .notified == "yes"'
    done
}

@test "out of line one octet can be had first, the last one, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.apart | .apart == "X" and .reads == "ab cd" and .mark_after == 2'
        holds "$stack" '.block | .apart == "Z" and .reads == "abXY cd" and .mark_after == 4'
    done
}

@test "the pointer names the octet behind the last urgent one, and only with URG, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '[.inline, .apart, .block] | all(.points_at == .last_urgent + 1)'
        holds "$stack" '[.inline, .apart, .block] | all(.urg_segments > 0 and .pointers_without_urg == 0)'
    done
}

@test "simulated: the reader is woken when the segment is there" {
    holds sim '.push | [.first_read_ms, .second_read_ms] == [10, 110]'
}

@test "a scene there is not: exit 2" {
    run program exp-push-urgent --scene shove
    assert_failure 2
    assert_output --partial 'shove'
}
