#!/usr/bin/env bats
# Every pair of stacks, for the slow variants too: sanitizers and valgrind see both ends of each.

load helpers

PAIRS=('kernel kernel' 'kernel own' 'own kernel' 'own own' 'sim sim')

# Options as given, over every pair; each prints its results.
over_all_pairs() {
    local pair
    for pair in "${PAIRS[@]}"; do
        program exp-echo --client "${pair% *}" --server "${pair#* }" "$@" || return
    done
}

@test "a line comes back over every pair of stacks" {
    run over_all_pairs --scene line
    assert_success
    assert_equal "$(grep -c '^experiment=.* equal=yes ' <<<"$output")" "${#PAIRS[@]}"
}

@test "a line comes back over every pair of stacks and a bad wire" {
    run over_all_pairs --scene line --loss 10% --dup 10% --reorder 10% --corrupt 2% --seed 3
    assert_success
    assert_equal "$(grep -c '^experiment=.* equal=yes ' <<<"$output")" "${#PAIRS[@]}"
}

@test "a crowd is answered over every pair of stacks" {
    run over_all_pairs --scene crowd
    assert_success
    assert_equal "$(grep -c ' clients=20 answered=20 ' <<<"$output")" "${#PAIRS[@]}"
}
