#!/usr/bin/env bats
# exp-raw-rst: our own TCP shot down by the kernel that shares its address, and left alone by one
# that has none.

load helpers
load testbed

results_of() {
    [[ $1 == sim ]] || need_t1
    run program exp-raw-rst --client "$1" --server "$2" --json "${@:3}"
    assert_success
}

holds() {
    jq -e "map({(.scene): .}) | add | $1" <<<"$output"
}

@test "a SYN+ACK for nobody is answered by a RST, and the listener forgets, on every stack" {
    for stack in kernel own sim; do
        results_of "$stack" "$stack" --scene rule
        holds '.rule.segments == "A:SYN B:SYN+ACK A:RST" and .rule.half_open == 0'
    done
}

@test "beside a kernel with the address every handshake is shot down, and not by us" {
    for server in kernel own; do
        results_of kernel "$server"
        for scene in one many; do
            holds ".$scene | .kernel == \"has-the-address\" and .answered == 0 and .shot_down == .tries"
            holds ".$scene | .resets_from_a >= .tries and .own_resets == 0"
        done
        holds '.many.tries == 20'
    done
}

@test "to have the kernel hold the ports does not help" {
    results_of kernel kernel --scene many --tries 10 --bind
    holds '.many | .bound == 10 and .answered == 0 and .resets_from_a >= 10'
}

@test "on a card without an address, and without a kernel, nothing is shot down" {
    for pair in 'own own' 'own kernel' 'sim sim'; do
        # shellcheck disable=SC2086 # two words
        results_of $pair
        holds '.many | .kernel != "has-the-address" and .answered == 20 and .resets_from_a == 0'
    done
}

@test "simulated, two runs are the same to the last character" {
    run program exp-raw-rst --stack sim
    assert_success
    local first=$output
    run program exp-raw-rst --stack sim
    assert_equal "$output" "$first"
}

@test "no handshake at all is no experiment: exit 2" {
    run program exp-raw-rst --tries 0
    assert_failure 2
    assert_output --partial '--tries'
}
