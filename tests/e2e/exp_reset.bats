#!/usr/bin/env bats
# exp-reset: five ways to get a RST, and what the programs hear of it.

load helpers

results_of() {
    run program exp-reset --stack "$1" --json --scene "$2"
    assert_success
}

holds() {
    jq -e ".[0] | $1" <<<"$output"
}

@test "a port on which nobody listens refuses, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" port
        holds '.segments == "A:SYN B:RST+ACK" and .connect == "ECONNREFUSED"'
    done
}

@test "an abort is heard as ECONNRESET, then EPIPE, and nobody answers it, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" abort
        holds '.segments == "A:SYN B:SYN+ACK A:ACK B:RST+ACK"'
        holds '.receive == "ECONNRESET" and .then_send == "EPIPE"'
    done
}

@test "closing with something unread resets instead of ending, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" unread
        holds '.segments | endswith("B:RST+ACK") and (contains("FIN") | not)'
        holds '.receive == "ECONNRESET" and .then_send == "EPIPE"'
    done
}

@test "who speaks to a host that forgot the connection is reset, without an ACK, on every pair" {
    for pair in 'kernel kernel' 'own own' 'sim sim' 'own kernel' 'kernel own'; do
        run program exp-reset --json --scene vanished --client "${pair% *}" --server "${pair#* }"
        assert_success
        holds '.segments == "A:SYN B:SYN+ACK A:ACK B:RST+ACK-lost A:data(9) B:RST"'
        holds '.receive == "ECONNRESET" and .then_send == "EPIPE"'
    done
}

@test "what comes after both directions were ended is reset, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" ended
        holds '.segments | test("B:FIN\\+ACK( A:ACK)? A:data\\(9\\) B:RST$")'
        holds '.end_of_stream == "yes" and .then_send == "EPIPE"'
    done
}

@test "no such scene: exit 2, one line" {
    run program exp-reset --scene gently
    assert_failure 2
    assert_equal "${#lines[@]}" 1
}
