#!/usr/bin/env bats
# exp-push-urgent: what PSH and URG do, and what they do not.

load helpers

results_of() {
    run program exp-push-urgent --stack "$1" --json
    assert_success
}

holds() {
    jq -e "map({(.scene): .}) | add | $1" <<<"$output"
}

@test "a segment without PSH wakes the reader as well, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        holds '.push | .first_has_psh == "no" and .second_has_psh == "yes"'
        holds '.push | .first_read < .room and .second_read == .first_read'
        holds '.push | .second_read_ms - .first_read_ms >= 50'
    done
}

@test "urgent data keep their place, on the wire and in what is read, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        holds '.inline | .wire == "abXcd" and .urg_segment == "abX" and .reads == "ab Xcd"'
        holds '.inline | .mark_after == 2 and .notified == "yes"'
    done
}

@test "out of line one octet can be had first, the last one, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        holds '.apart | .apart == "X" and .reads == "ab cd" and .mark_after == 2'
        holds '.block | .apart == "Z" and .reads == "abXY cd" and .mark_after == 4'
    done
}

@test "the pointer names the octet behind the last urgent one, and only with URG, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        holds '[.inline, .apart, .block] | all(.points_at == .last_urgent + 1)'
        holds '[.inline, .apart, .block] | all(.urg_segments > 0 and .pointers_without_urg == 0)'
    done
}

@test "simulated: the reader is woken when the segment is there" {
    results_of sim
    holds '.push | [.first_read_ms, .second_read_ms] == [10, 110]'
}

@test "a scene there is not: exit 2" {
    run program exp-push-urgent --scene shove
    assert_failure 2
    assert_output --partial 'shove'
}
