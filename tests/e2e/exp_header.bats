#!/usr/bin/env bats
# exp-header: every field of a header, what the checksum tells and what it does not, whose a port is.

load helpers

results_of() {
    run program exp-header --stack "$1" --json
    assert_success
}

holds() {
    jq -e "map({(.scene): .}) | add | $1" <<<"$output"
}

headers='(.fields | .header_len == 4 * .data_offset and .flags == "PSH+ACK" and .checksum_right == "yes" and
        .ip_total_len == .ip_header_len + .header_len + .text_len and .text_len == .said_len and
        .dst_port == 8110 and .urgent_pointer == 0) and
    (.longest | [.data_offset, .header_len, .sack_blocks]) == [15, 60, 3] and
    (.swap16 | [.said, .heard, .checksum_tells, .crc_tells, .refused_data, .resent]) ==
        ["ABCDEFGH", "CDABEFGH", "no", "yes", 0, 0] and
    (.flip | [.said, .heard, .checksum_tells, .crc_tells, .refused_data, .refused_end, .resent]) ==
        ["ABCDEFGH", "ABCDEFGH", "yes", "yes", 1, 1, 2] and
    (.ports | [.holders, .server_ports, .client_ports]) == [2, 1, 2]'

# A machine that is late may send again what only comes late: then once more.
as_told() {
    results_of "$1" && holds "$headers" && holds "$2"
}

@test "headers, checksums and ports are what they should be, on every stack" {
    local all_eight='.flags | [.flags, .ecn, .without_ack] == [8, "yes", "SYN+ECE+CWR RST"]'
    eventually as_told kernel "$all_eight"
    eventually as_told own "$all_eight"
    as_told sim "$all_eight"
}

@test "a mark lowers the window and costs no segment, on every stack" {
    told() {
        run program exp-header --stack "$1" --json --scene mark
        assert_success
        jq -e '.[0] | [.told, .answered, .echoes, .resent] == ["ECE+ACK", "PSH+CWR+ACK", 1, 0] and
            .cwnd_after < .cwnd_before' <<<"$output"
    }
    for stack in kernel own sim; do
        eventually told "$stack"
    done
}

@test "two words change places in other texts, too, and where all are equal nothing happens" {
    run program exp-header --stack sim --json --scene swap16 --text 'one two three'
    assert_success
    jq -e '.[0] | .heard == "e ontwo three" and .checksum_tells == "no"' <<<"$output"
    run program exp-header --stack sim --json --scene swap16 --text aaaa
    assert_failure 1
}

@test "the picture shows the fields" {
    run program exp-header --stack sim --scene fields --ascii
    assert_success
    assert_line --partial '|C|E|U|A|P|R|S|F|'
    assert_line --partial '| text, 8 octets: ABCDEFGH'
    assert_line --partial '(means nothing: ACK is 0)'
}

@test "a text that is too long: exit 2" {
    run program exp-header --stack sim --scene fields --text "$(printf '%065d' 0)"
    assert_failure 2
    assert_line --partial '--text'
}
