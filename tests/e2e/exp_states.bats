#!/usr/bin/env bats
# exp-states: every state visited, and which arrows of the diagram were taken.

load helpers

results_of() {
    run program exp-states --stack "$1" --json
    assert_success
}

holds() {
    jq -e "map({(.scene): .}) | add | $1" <<<"$output"
}

# What any stack must show; a machine that is late may need more than one attempt.
walks='.orderly.path_a == "SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT" and
    .orderly.path_b == "SYN_RECEIVED ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED" and
    .orderly.listening == 1 and .orderly.listening_after == 0 and .orderly.closed_listed == 0 and
    ."half-close".halves_a == "FIN_WAIT_2" and ."half-close".halves_b == "CLOSE_WAIT" and
    ([.crossing.path_a, .crossing.path_b] | all(. ==
        "SYN_SENT SYN_RECEIVED ESTABLISHED FIN_WAIT_1 CLOSING TIME_WAIT")) and
    .abort.resets >= 6 and .all.states_visited == 11 and .all.strayed == 0'

as_told() {
    results_of "$1" && holds "$walks" && holds "$2"
}

@test "every state is visited, whoever opens and closes, on every stack" {
    eventually as_told kernel '.all.states_listed >= 8 and .all.arrows_taken >= 19'
    eventually as_told own '.all.arrows_taken == 22'
}

@test "simulated, every arrow is taken that a program can take" {
    results_of sim
    holds '.all.states_visited == 11 and .all.arrows == 25 and .all.arrows_taken == 23'
    holds '.orderly.path_a == "SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT CLOSED"'
    holds '[.[].arrows_taken] == [12, 11, 6, 18, 23] and ([.[].strayed] | add) == 0'
}

@test "the picture shows what was taken, and fits a terminal" {
    run program exp-states --stack sim --scene all --ascii
    assert_success
    assert_line --partial '# rcv FIN (4)'
    assert_line --partial '2 MSL passed (4)'
    assert_line '  * CLOSING      -> CLOSED    ABORT, rcv RST or time-out (2)'
    assert_line '    LISTEN       -> SYN_SENT  active OPEN or SEND'
}

@test "no such scene: exit 2" {
    run program exp-states --scene opening
    assert_failure 2
    assert_output --partial '--help'
}
