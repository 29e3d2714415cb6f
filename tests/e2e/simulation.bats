#!/usr/bin/env bats
# Virtual time: one seed is one run, in whichever process and build, and no seed breaks our TCP.

load helpers

# Slow variants (SEEDS set by tests/run) repeat less.
RUNS=${SEEDS:+2}
RUNS=${RUNS:-20}
ELSEWHERE=${SEEDS:+3 49}
ELSEWHERE=${ELSEWHERE:-3 7 18 49}
PLAIN=$BATS_TEST_DIRNAME/../../build/bin

setup() {
    out=$BATS_TEST_TMPDIR # no cd: WRAP may name files from here
}

@test "one seed is one event log, run after run" {
    for ((run = 1; run <= RUNS; run++)); do
        program exp-echo --stack sim --scene line --loss 20% --dup 10% --reorder 10% --corrupt 5% \
            --seed 7 --events "$out/echo.ndjson" >/dev/null
        sha256sum <"$out/echo.ndjson"
        program ordeal --seed 49 # with a crowd, a thread at either end of each
    done >"$out/runs"
    run bash -c "sort -u '$out/runs' | wc -l"
    assert_output 2
}

@test "another seed is another log" {
    for seed in 7 8; do
        program exp-echo --stack sim --scene line --loss 20% --seed "$seed" --events "$out/$seed.ndjson" \
            >/dev/null
    done
    run cmp -s "$out/7.ndjson" "$out/8.ndjson"
    assert_failure 1
}

@test "build, environment and addresses make no difference" {
    for seed in $ELSEWHERE; do
        "$PLAIN/ordeal" --seed "$seed" >"$out/plain"
        program ordeal --seed "$seed" >"$out/here"
        env -i "$(printf 'FILL=%08000d' 1)" setarch -R "$PLAIN/ordeal" --seed "$seed" >"$out/elsewhere"
        run sort -u "$out/plain" "$out/here" "$out/elsewhere"
        assert_output --regexp "^seed=$seed .* log_sha256=[0-9a-f]{64}\$"
        assert_equal "${#lines[@]}" 1
    done
}

@test "whatever the programs and the faults, every octet arrives and nothing is left over" {
    run program ordeal --seeds "${SEEDS:-500}"
    assert_success
    assert_output --regexp '^seeds=[0-9]+ failed=0 '
}

@test "a seed that fails is told with the command that runs it again" {
    run program ordeal --seed 5 --seeds 2 --events "$out/nowhere/log.ndjson"
    assert_failure 1
    assert_line --regexp '^seed 5 failed; again with: .*ordeal --seed 5 --plan$'
    assert_line --regexp '^seeds=2 failed=2 '
}
