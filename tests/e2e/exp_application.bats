#!/usr/bin/env bats
# exp-application: HTTP, SMTP and Telnet over either TCP, by curl, nc and our own clients.

load helpers
load testbed

# Runs all scenes for the client's and the server's stack; the results, by scene, into `output`.
results_of() {
    [[ $1 == sim ]] || need_t1
    run program exp-application --client "$1" --server "$2" --json "${@:3}"
    assert_success
}

holds() {
    jq -e "map({(.scene): .}) | add | $1" <<<"$output"
}

@test "a file and a missing one are fetched on one connection, by curl and by our own client, from either stack" {
    for pair in 'kernel kernel curl' 'kernel own curl' 'own kernel ours' 'own own ours' 'sim sim ours'; do
        read -r client server who <<<"$pair"
        results_of "$client" "$server" --scene http --bytes 100000
        holds ".http.client == \"$who\" and .http.connections == 1"
        holds '.http.status == 200 and .http.bytes == 100000 and .http.equal == "yes" and .http.missing == 404'
    done
}

@test "a mail and a login are held by nc and by our own client, on every stack" {
    for pair in 'kernel kernel nc' 'kernel own nc' 'own own ours' 'sim sim ours'; do
        read -r client server who <<<"$pair"
        results_of "$client" "$server"
        holds ".smtp.client == \"$who\" and .telnet.client == \"$who\""
        holds '.smtp.codes == "220 250 250 250 354 250 221" and .smtp.lines == 9'
        holds '.telnet | .welcome == "yes" and .goodbye == "yes" and .refused == "yes" and .lines == 4'
        holds '.slow.status == 408 and .slow.after_ms >= 300'
        holds '.strangers | [.outside, .encoded, .nonsense, .no_host, .post, .long_path, .long_field]
            == [404, 404, 400, 400, 405, 414, 431]'
    done
}

@test "simulated, a slow client is let go after exactly the server's time and one way back" {
    results_of sim sim --scene slow --timeout 10s
    holds '.slow.after_ms == 10010 and .slow.status == 408'
}

@test "simulated, two runs are the same to the last character" {
    run program exp-application --stack sim
    assert_success
    local first=$output
    run program exp-application --stack sim
    assert_equal "$output" "$first"
}

@test "without curl and nc our own client does it on the kernel, too" {
    need_t1
    mkdir "$BATS_TEST_TMPDIR/path"
    ln -s "$(command -v sh)" "$BATS_TEST_TMPDIR/path/sh"
    PATH=$BATS_TEST_TMPDIR/path run program exp-application --stack kernel --json
    assert_success
    holds '[.http.client, .smtp.client, .telnet.client] == ["ours", "ours", "ours"]'
}

@test "a file too large to be kept: exit 2" {
    run program exp-application --bytes 1g
    assert_failure 2
    assert_output --partial '--bytes'
}
