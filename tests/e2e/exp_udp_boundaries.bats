#!/usr/bin/env bats
# exp-udp-boundaries: what a datagram keeps, and what it does not.

load helpers

# Each stack plays once for all tests, all at the same time.
setup_file() {
    local stack player players=()
    for stack in kernel own sim; do
        program exp-udp-boundaries --stack "$stack" --json >"$BATS_FILE_TMPDIR/$stack.json" 3>&- &
        players+=($!)
    done
    for player in "${players[@]}"; do
        wait "$player"
    done
}

# Whether it is so on every stack.
everywhere() {
    for stack in kernel own sim; do
        jq -e "map({(.scene): .}) | add | $1" "$BATS_FILE_TMPDIR/$stack.json"
    done
}

@test "each send is one receive, where TCP glues" {
    everywhere '.edges | .sends == 3 and .udp_receives == 3 and .tcp_receives == 1'
}

@test "a short room cuts without a word, unless one asks or looks first" {
    everywhere '.short | .received == .room and .trunc_tells == .sent_bytes and .next == "one"'
    everywhere '.short | .peek_tells == .sent_bytes and .then_whole == .sent_bytes'
}

@test "an empty message is one, and in a stream it is none" {
    everywhere '.empty | .udp_first == 0 and .udp_second == 3'
    everywhere '.empty | .tcp_first == 3 and .tcp_second == 0 and .tcp_third == 0'
}

@test "a datagram fits into a frame or is refused, where TCP cuts" {
    everywhere '.long | .greatest == 1472 and .one_more == "EMSGSIZE"'
    everywhere '.long | .tcp_received == 4000 and .tcp_segments == 3'
}

@test "only a connected socket hears that nobody is there" {
    everywhere '.nobody | .unconnected_hears == "EAGAIN" and .connected_hears == "ECONNREFUSED"'
}

@test "order is not kept" {
    everywhere '.order | .sent == "1 2 3 4 5" and .received == "1 3 4 2 5"'
}

@test "in Chinese, and drawn" {
    run program exp-udp-boundaries --stack sim --lang zh --scene short
    assert_success
    assert_output --partial 'UDP (10 bytes)'
    assert_output --partial '发送 10 字节,缓冲区只有 4 字节'
}

@test "a scene that is none: exit 2" {
    run program exp-udp-boundaries --scene nowhere
    assert_failure 2
    assert_output --partial 'nowhere'
}
