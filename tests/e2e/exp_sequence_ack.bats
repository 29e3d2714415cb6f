#!/usr/bin/env bats
# exp-sequence-ack: what the numbers count, and what an acknowledgment says.

load helpers

results_of() {
    run program exp-sequence-ack --stack "$1" --json
    assert_success
}

holds() {
    jq -e "map({(.scene): .}) | add | $1" <<<"$output"
}

numbers='.count.acks == "1 11 12" and
    (.count | [.syn_counts, .data_counts, .bare_ack_counts, .fin_counts]) == [1, 10, 0, 1] and
    (.again | [.sent, .arrived, .first_seq, .last_seq, .bytes_read]) == [2, 1, 1, 1, 10] and
    .duplicate.arrivals == "1 1" and .duplicate.bytes_read == 10 and .duplicate.then_read == "EAGAIN" and
    (.duplicate | [.acks_lost, .first_ack, .last_ack]) == [1, 11, 11] and
    (."lost-ack" | [.acks_lost, .resent, .last_ack]) == [2, 0, 3001] and
    .order.arrivals == "1001 2001 1" and .order.in_order == "yes" and .order.last_ack == 3001 and
    .program.unacked == 0 and .program.unread == 1000 and .program.outcome == "ECONNRESET" and
    .isn.same_grew == .isn.steps and .isn.others_grew < .isn.steps'

# A machine that is late may merge ACKs or send again: then once more.
as_told() {
    results_of "$1" && holds "$numbers"
}

@test "every octet has a number, and an ACK names the next one, on every stack" {
    for stack in kernel own sim; do
        eventually as_told "$stack"
    done
}

@test "more attempts change nothing about the clock" {
    run program exp-sequence-ack --stack sim --json --scene isn --attempts 20
    assert_success
    jq -e '.[0] | .steps == 19 and .same_grew == 19 and .others_grew <= 2' <<<"$output"
}

@test "one attempt is no comparison: exit 2" {
    run program exp-sequence-ack --attempts 1
    assert_failure 2
    assert_output --partial '--attempts'
}
