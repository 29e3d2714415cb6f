#!/usr/bin/env bats
# exp-all: all experiments side by side, the table, and what becomes of one that fails.

load helpers

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# A folder with exp-all and experiments of our own, which are shell scripts: fake NAME SCRIPT.
fake() {
    mkdir -p fakes
    cp "$BIN/exp-all" fakes/
    printf '#!/bin/sh\n%s\n' "$2" >"fakes/exp-$1"
    chmod +x "fakes/exp-$1"
}

@test "the table has a row for every experiment, and the time that each took" {
    run --separate-stderr program exp-all --stack sim
    assert_success
    assert_line --index 0 --regexp '^experiment +scenes +seconds +sim: true true-if false open$'
    for experiment in "$BIN"/exp-*; do
        name=$(basename "$experiment")
        [[ $name == exp-all ]] || assert_line --regexp "^${name#exp-} +[1-9][0-9]* +[0-9]+\.[0-9]( +[0-9]+){4}\$"
    done
    assert_line --regexp '^[0-9]+ experiments, 0 failed$'
}

@test "simulated, it is the same twenty times over, however many run at a time" {
    for i in {1..20}; do
        program exp-all --stack sim --seed 7 --json --jobs $((i % 3 + 1)) | sha256sum
        program exp-all --stack sim --seed 7 --no-times --jobs $((i % 3 + 1)) | sha256sum
    done >sums
    run sort -u sums
    assert_equal "${#lines[@]}" 2
}

@test "on real stacks kernel and own have columns of their own" {
    run --separate-stderr program exp-all reset nagle
    assert_success
    assert_line --index 0 --partial 'kernel-kernel: true true-if false open  own-own: true true-if false open'
    assert_line --regexp '^nagle +4 '
    assert_line '2 experiments, 0 failed'
    refute_line --regexp '^echo '
}

@test "as JSON: experiments, claims, and the results of every scene" {
    run --separate-stderr program exp-all --stack sim --json close echo
    assert_success
    jq -e '[.experiments[].experiment] == ["close", "echo"]' <<<"$output"
    jq -e '.experiments[0].scenes == 3 and (.experiments | all(.failed | not))' <<<"$output"
    jq -e '.claims | map({(.line): .}) | add | ."57b".sim == "true" and ."71b".sim == "false"' <<<"$output"
    jq -e '[.results[] | select(.experiment == "close") | .scene] == ["four", "prompt", "simultaneous"]' <<<"$output"
}

@test "an experiment that fails is named with the command that plays it again: exit 1" {
    fake broken 'echo "["; echo "]"; echo "exp-broken: the wire is cut" >&2; exit 1'
    fake good 'printf "[\n  {\"experiment\":\"good\",\"scene\":\"a\",\"stack\":\"sim\"}\n]\n"'
    run --separate-stderr fakes/exp-all --stack sim --seed 9 broken good
    assert_failure 1
    assert_line --regexp '^broken .* FAILED$'
    assert_line --regexp '^good +1 .*[0-9]$'
    assert_line '  exp-broken: the wire is cut'
    assert_line '      fakes/exp-broken --stack sim --seed 9'
    assert_line '2 experiments, 1 failed'
}

@test "in real time who fails has a second attempt, alone; simulated there is no excuse" {
    fake moody '[ -e tried ] || { : >tried; exit 1; }; echo "[]"'
    run --separate-stderr fakes/exp-all --stack sim moody
    assert_failure 1
    rm tried
    run --separate-stderr fakes/exp-all --stack own moody
    assert_success
    assert_line --regexp '^moody .* second attempt$'
    assert_line '  exp-moody: exit code 1 (first attempt; the second one succeeded)'
    rm tried
    run --separate-stderr fakes/exp-all --stack own --json moody
    jq -e '.experiments[0] | .attempts == 2 and (.failed | not)' <<<"$output"
}

@test "who fails at the second attempt, too, has failed, and there is no third" {
    fake hopeless 'echo >>tries; echo "exp-hopeless: attempt $(wc -l <tries)" >&2; exit 1'
    run --separate-stderr fakes/exp-all --stack own hopeless
    assert_failure 1
    assert_line --regexp '^hopeless .* FAILED$'
    assert_line '  exp-hopeless: attempt 2'
    assert_line '1 experiments, 1 failed'
    assert_equal "$(wc -l <tries)" 2
}

@test "no colours in a file, nor with NO_COLOR" {
    fake broken 'exit 1'
    run --separate-stderr fakes/exp-all --stack sim broken
    assert_failure 1
    refute_output --partial $'\033'
    NO_COLOR=1 run script -qec 'fakes/exp-all --stack sim broken 2>/dev/null' /dev/null
    refute_output --partial $'\033'
    NO_COLOR='' TERM=xterm run script -qec 'fakes/exp-all --stack sim broken 2>/dev/null' /dev/null
    assert_output --partial $'\033[31mFAILED'
}

@test "one that ends with a signal, tells nonsense or takes too long has failed" {
    fake dies "kill -SEGV \$\$"
    fake babbles 'echo "  {nonsense}"'
    fake sleeps 'exec sleep 60'
    run --separate-stderr fakes/exp-all --stack sim --limit 1 babbles dies sleeps
    assert_failure 1
    assert_line '  exp-dies: exit code 139'
    assert_line '  exp-sleeps: exit code 142'
    assert_line --partial 'these are no results'
    assert_line '3 experiments, 3 failed'
}

@test "a missing privilege is told once, with the line that mends it: exit 77" {
    fake poor 'echo "exp-poor: no user namespace: do this" >&2; exit 77'
    run fakes/exp-all poor
    assert_failure 77
    assert_output 'exp-all: exp-poor: no user namespace: do this'
}

@test "an experiment or an option that there is not: exit 2" {
    run program exp-all --stack sim close clothes
    assert_failure 2
    assert_output --partial "no experiment 'clothes' here"
    run program exp-all --jobs 0
    assert_failure 2
    run program exp-all --client sim --server own close
    assert_failure 2
    assert_output --partial 'sim goes only with sim'
}
