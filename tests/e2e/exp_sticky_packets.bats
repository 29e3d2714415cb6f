#!/usr/bin/env bats
# exp-sticky-packets and the programs of its roles: three sends, one receive, three cures.

load helpers

teardown() {
    stop_server
}

results_of() {
    run program exp-sticky-packets --stack "$1" --json
    assert_success
}

@test "three sends stick together in one receive, and UDP keeps them apart, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        jq -e 'map(select(.scene == "stick"))[0] | .sends == 3 and .first_receive_bytes == .sent_bytes' <<<"$output"
        jq -e 'map(select(.scene == "udp"))[0] | .sends == 3 and .receives == 3' <<<"$output"
    done
}

@test "each cure finds every message, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        jq -e 'map(select(.scene | IN("fixed", "length", "delimiter"))) |
            length == 3 and all(.understood == 3 and .right_answers == 3)' <<<"$output"
    done
}

@test "however the stream is cut" {
    for piece in 1 2 3 7 64 1000; do
        run program exp-sticky-packets --stack sim --json --piece "$piece"
        assert_success
        jq -e 'map(select(.right_answers != null)) | all(.right_answers == 3)' <<<"$output"
    done
}

@test "a length of four gigabytes is refused and not answered" {
    results_of own
    jq -e 'map(select(.scene == "hostile"))[0] | .refused == 1 and .answered == 0' <<<"$output"
}

@test "taken carelessly the cures change numbers and multiply messages, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack"
        jq -e 'map(select(.scene == "careless"))[0] | .amount_read != .amount_sent and
            .struct_bytes > .field_bytes and .messages == 1 and .understood == 2' <<<"$output"
    done
}

@test "client and server understand each other in all three framings" {
    for framing in fixed length delimiter; do
        start_server framed-server --framing "$framing"
        run program framed-client --port "$port" --framing "$framing" --piece 1 fish 'two words' bird
        assert_success
        assert_output $'1 fish\n2 two words\n3 bird'
        stop_server
        run cat "$server_log"
        assert_line 'messages=3 refused=0'
    done
}

@test "a stranger who breaks the framing is refused, told, and hurts nobody" {
    start_server framed-server --framing length
    printf '\0\0\0\0' | nc -N 127.0.0.1 "$port"
    printf '\377\377\377\377' | nc -N 127.0.0.1 "$port"
    printf '\0\0\0\5half' | nc -N 127.0.0.1 "$port"
    run program framed-client --port "$port" well
    assert_output '1 well'
    stop_server
    run cat "$server_log"
    assert_line --partial 'longer than allowed'
    assert_line --partial 'no message'
    assert_line 'messages=1 refused=3'
}

@test "a piece of no octets: exit 2" {
    run program exp-sticky-packets --piece 0
    assert_failure 2
    assert_output --partial '--piece'
}
