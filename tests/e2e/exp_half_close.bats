#!/usr/bin/env bats
# exp-half-close and the programs of its roles: one direction ends, the other goes on.

load helpers

teardown() {
    stop_server
}

results_of() {
    run program exp-half-close --stack "$1" --json "${@:2}"
    assert_success
}

# Whether the results of a scene are such.
holds() {
    jq -e "map(select(.scene == \"$1\"))[0] | $2" <<<"$output"
}

@test "the answer comes back after the client's direction has ended, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" --scene upload
        holds upload '.client_state == "FIN_WAIT_2" and .server_state == "CLOSE_WAIT"'
        holds upload '.send_after_end == "EPIPE" and .answer_right == "yes" and .server_ended == "yes"'
    done
}

@test "who does not end a direction is waited for, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" --scene waiting
        holds waiting '.outcome == "EAGAIN" and .client_state == "ESTABLISHED" and .server_state == "ESTABLISHED"'
    done
}

@test "SHUT_RD tells nobody, and what comes can be read, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" --scene shut-rd
        holds shut-rd '.frames_told == 0 and .first_receive == 0 and .later_receive == .sent_bytes'
    done
}

@test "a server that forgets to close keeps every CLOSE_WAIT, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" --scene leak --clients 7
        holds leak '.close_wait == 7 and .fin_wait_2 == 7'
        holds leak '.fin_wait_2_later == 0 and .close_wait_later == 7'
    done
}

@test "simulated, a day does not end a CLOSE_WAIT, and a second ends FIN_WAIT_2" {
    results_of sim --scene leak
    holds leak '.clients_gone_ms == 1000 and .later_s == 86400 and .close_wait_later == 5'
}

@test "no clients at all: exit 2" {
    run program exp-half-close --clients 0
    assert_failure 2
    assert_output --partial '--clients'
}

@test "the client sends a file, and the server answers what it was" {
    start_server upload-server
    run program upload-client --port "$port" --file "$BATS_TEST_FILENAME"
    assert_success
    assert_output "$(wc -c <"$BATS_TEST_FILENAME") $(sha256sum <"$BATS_TEST_FILENAME" | cut -d' ' -f1)"
    run nc -N 127.0.0.1 "$port" <"$BATS_TEST_FILENAME"
    assert_output --partial "$(sha256sum <"$BATS_TEST_FILENAME" | cut -d' ' -f1)"
    stop_server
    run cat "$server_log"
    assert_line 'answered=2 broken=0'
}

@test "a client that keeps its direction open is not answered: exit 1, one line" {
    start_server upload-server
    run program upload-client --port "$port" --keep-open --timeout 200ms </dev/null
    assert_failure 1
    assert_output --partial 'waits for the end of the stream'
}

@test "a server that forgets answers all the same, and Ctrl-C ends it" {
    start_server upload-server --forget
    run program upload-client --port "$port" <<<'once'
    assert_success
    assert_output "5 $(sha256sum <<<'once' | cut -d' ' -f1)"
    stop_server
    assert_equal "$server_status" 0
}
