#!/usr/bin/env bats
# exp-close: four segments, three, and two FINs that cross; and who waits in TIME_WAIT.

load helpers

results_of() {
    run program exp-close --stack "$1" --json --scene "$2"
    assert_success
}

holds() {
    jq -e ".[0] | $1" <<<"$output"
}

@test "four segments close a connection when the server has still something to do, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" four
        holds '.segments == "A:FIN+ACK B:ACK B:FIN+ACK A:ACK"'
        holds '.path_a == "ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT"'
        holds '.path_b == "ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"'
        holds '.time_wait_a == 1 and .time_wait_b == 0'
    done
}

# The kernel gives a server 40 ms to close; a busy machine may need more than one attempt.
@test "three are enough on the kernel, where the ACK of a FIN waits for company" {
    in_three() {
        results_of kernel prompt
        holds '.segments == "A:FIN+ACK B:FIN+ACK A:ACK" and .path_a == "ESTABLISHED FIN_WAIT_1 TIME_WAIT"'
    }
    eventually in_three
}

@test "our own stack acknowledges a FIN at once: four" {
    for stack in own sim; do
        results_of "$stack" prompt
        holds '.segments == "A:FIN+ACK B:ACK B:FIN+ACK A:ACK"'
    done
}

@test "two that close at the same time both go through CLOSING and both wait, on every pair" {
    for pair in 'kernel kernel' 'own own' 'sim sim' 'own kernel'; do
        run program exp-close --json --scene simultaneous --client "${pair% *}" --server "${pair#* }"
        assert_success
        holds '[.path_a, .path_b] | all(. == "ESTABLISHED FIN_WAIT_1 CLOSING TIME_WAIT")'
        holds '.count == 4 and .time_wait_a == 1 and .time_wait_b == 1'
    done
}

@test "a pause that is no time: exit 2" {
    run program exp-close --pause soon
    assert_failure 2
    assert_output --partial '--pause'
}
