#!/usr/bin/env bats
# exp-congestion: slow start, thresholds, losses and queues.

load helpers

# Each stack once, side by side; the tests read what was measured.
setup_file() {
    local stack
    local -A pids
    cd "$BATS_FILE_TMPDIR" || return
    for stack in kernel own sim; do
        program exp-congestion --stack "$stack" --json >"$stack.json" 2>"$stack.err" 3>&- &
        pids[$stack]=$!
    done
    for stack in kernel own sim; do
        wait "${pids[$stack]}" || {
            cat "$stack.err" >&2
            return 1
        }
    done
}

setup() {
    cd "$BATS_FILE_TMPDIR" || return
}

# On all stacks, or on those named after the assertion.
holds() {
    local what=$1 stack
    shift
    (($#)) || set -- kernel own sim
    for stack in "$@"; do
        jq -e "map({(.scene): .}) | add | $what" "$stack.json" || {
            echo "not on $stack: $what" >&2
            return 1
        }
    done
}

@test "the first flight has ten segments, and slow start goes on from there" {
    holds '.start | .congestion == "reno" and .flight_1 == 10 and .ssthresh_first >= 2147483647'
    holds '.start | .flight_2 > .flight_1 and .flight_3 > .flight_2 and .flight_4 > .flight_3'
    holds '.start | .acks == 10 and .flight_2 == 20 and .flight_3 == 40 and .flight_4 == 80' sim
}

@test "our own window grows by a segment for an ACK, Linux' by all that it covers" {
    for scene in start ack-2 ack-4; do
        holds ".[\"$scene\"] | .grew == .acks" own sim
    done
    holds '.["ack-2"].acks == 5 and .["ack-4"].acks == 3' sim
    holds '.["ack-4"] | .grew > .acks' kernel
}

@test "the smaller of the two windows decides" {
    holds '.narrow | .most_in_flight <= .most_window and .most_window < .most_cwnd'
    holds '.start | .most_in_flight <= .most_cwnd and .most_cwnd < .most_window'
}

@test "a timeout takes the window to one segment and ssthresh to half of what was in flight" {
    for scene in classic today; do
        holds ".$scene | .timeouts == 1 and .timeout_cwnd == 1"
        holds ".$scene | .timeout_ssthresh == .timeout_half" own sim
        holds ".$scene | .timeout_ssthresh < .timeout_half_of_ssthresh"
    done
}

@test "above ssthresh the window grows by about a segment in a round trip" {
    holds '.classic | .linear_growth >= 3 and .linear_percent >= 50 and .linear_percent <= 150'
}

@test "one lost segment costs no timeout and yet half the window" {
    holds '.["one-loss"] | .timeouts == 0 and .resent == 1 and .fast_recoveries == 1'
    holds '.["one-loss"] | .fast_ssthresh <= .fast_cwnd_before * 0.6'
    holds '.["one-loss"] | .fast_cwnd_before == 49 and .fast_ssthresh == 25' sim
}

@test "where it is narrow the queue and the delay grow first, and throughput does not fall" {
    holds '.queue | .lost_in_queue > 0 and .timeouts == 0'
    # A busy machine holds the wire up, and may lose so often that nothing grows in between.
    holds '.queue | .tooth_ms == null or (.delay_most_ms > .delay_least_ms and .kept_percent >= 90)'
    holds '.queue | .kept_percent >= 100' sim
    holds '.queue | .queue_most == 9 and .delay_least_ms == 13 and .delay_most_ms == 24' sim
}

@test "CUBIC keeps more than Reno when it loses" {
    holds '.cubic | .congestion == "cubic" and .fast_kept_percent >= 68 and .fast_kept_percent <= 72' sim
    holds '.queue | .congestion == "reno" and .fast_kept_percent >= 48 and .fast_kept_percent <= 52' sim
    holds '.cubic | .lost_in_queue > 0'
}

@test "slow start loses less than a burst" {
    holds '.burst | .datagrams == 60 and .datagrams_lost == 49 and .segments_lost < 30' sim
    holds '.burst | .datagrams_lost > .segments_lost'
}

@test "two streams share, and in the long run fairly" {
    holds '.two | .dropped > 0 and .together_ms < 5000' kernel own # what share each gets is chance
    holds '.two | .jain_permille >= 950 and .kbps_sum >= 8000 and .kbps_sum < 10000' sim
}

@test "the plots show windows, sequence numbers and queues, as valid SVG" {
    run program exp-congestion --stack sim --out plots
    assert_success
    for name in start-sim-cwnd classic-sim-cwnd today-sim-cwnd one-loss-sim-cwnd one-loss-sim-sequence \
        queue-sim-queue cubic-sim-queue two-sim-cwnd; do
        assert_line "plot=plots/congestion/$name.svg"
    done
    run xmllint --noout plots/congestion/*.svg
    assert_success
    run grep -c 'class="sign s4"' plots/congestion/one-loss-sim-sequence.svg
    assert_output 2 # the one sent again, and the legend
}

@test "too few segments for the story: exit 2" {
    run program exp-congestion --segments 10
    assert_failure 2
    assert_output --partial '--segments'
}

@test "where there is room to see a queue grow, CUBIC's slow start loses less than Reno's" {
    local scene lost=()
    for scene in queue cubic; do
        program exp-congestion --stack sim --scene "$scene" --script 'rate 10mbit queue 60' \
            --segments 1500 --json >"$scene.json"
        lost+=("$(jq ".[0].lost_in_queue" "$scene.json")")
    done
    ((lost[0] > 2 * lost[1]))
}
