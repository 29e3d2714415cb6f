#!/usr/bin/env bats
# exp-push-urgent: what PSH and URG do, and what they do not.

load helpers
load every_stack

setup_file() {
    play_on_every_stack exp-push-urgent
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
