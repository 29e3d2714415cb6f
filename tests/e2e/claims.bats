#!/usr/bin/env bats
# The statements of the source text: all of them are there, a run settles them, and our own stack is
# held to its verdicts.

load helpers

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    claims=$BATS_TEST_DIRNAME/../../experiments/claims.txt
}

# The lines of the text that state something. The others are headings, questions, code and blanks.
stated() {
    local range
    for range in 2 4 6-7 10 12 14 16 18 20-34 37-39 42-45 47-55 57 60-65 67-77 79-85 87-90 92-96 \
        98-103 106 108-111 113-120 122-138 140-149 151-152 154-163 165-174 176-177 179-182 184 \
        186-192 194-197 199 201-207 209-212 214 216-218 221 223 \
        239 244 248 254 261 268 271 273 296 301 305 312 316 331-333 337-338 341-342 344 347 349; do
        seq "${range%-*}" "${range#*-}"
    done
}

# exp-all in a folder of its own, with a handshake that tells whatever it is told to.
fake_handshake() {
    mkdir -p fakes
    cp "$BIN/exp-all" fakes/
    printf '#!/bin/sh\necho "["\necho "%s"\necho "]"\n' "${1//\"/\\\"}" >fakes/exp-handshake
    chmod +x fakes/exp-handshake
}

@test "every line of the text that states something has a row, and no other line has one" {
    stated >expected
    sed -nE 's/^([0-9]+).*/\1/p' "$claims" | sort -nu >found
    run diff expected found
    assert_success
}

@test "every claim that names an experiment is settled, simulated, as our own stack should" {
    program exp-all --stack sim --json >all.json
    run jq -r '.claims[] | select(.experiment and .sim == "unsettled") | .line' all.json
    assert_output ''
    run jq -r '.claims[] | select(.experiment and .sim != .expected) | .line' all.json
    assert_output ''
    jq -e '[.claims[] | select(.kind == "claim")] | length > 150' all.json
}

@test "the table has verdicts, measured values, conditions and facts, in either language" {
    run --separate-stderr program exp-all --claims --stack sim close nagle
    assert_success
    assert_line --index 0 'line  sim            what the text says, and what was measured'
    assert_line --regexp '^57b +true +Four segments end a connection\.$'
    assert_line --partial 'four.count=4; prompt.count=4'
    assert_line --regexp '^71b +false +'
    assert_line --regexp '^157 +true-if +'
    assert_line --partial 'If: something is still unacknowledged'
    assert_line --partial 'Fact: What it sends is an ordinary ACK.'
    refute_line --regexp '^57a '
    run --separate-stderr program exp-all --claims --stack sim --lang zh close
    assert_success
    assert_line --regexp '^71b +不成立 +'
    assert_line --partial '事实:'
}

@test "the whole table has a row for each row of the file, claim or not" {
    run --separate-stderr program exp-all --claims --stack sim
    assert_success
    sed -nE 's/^([0-9]+[a-z]?) .*/\1/p' "$claims" >expected
    sed -nE 's/^([0-9]+[a-z]?) .*/\1/p' <<<"$output" | head -n "$(wc -l <expected)" >found
    run diff expected found
    assert_success
}

@test "an experiment tells at its end what it settles, and among its results" {
    run --separate-stderr program exp-close --stack sim
    assert_success
    assert_line --regexp '^57b +true +Four segments end a connection\.$'
    run --separate-stderr program exp-close --stack sim --json
    jq -e 'map(.claim_57b // empty) == ["true"]' <<<"$output"
    run --separate-stderr program exp-close --stack sim --scene prompt
    assert_success
    refute_line --regexp '^57b '
}

@test "a kernel that differs is shown, and no failure" {
    fake_handshake '{"experiment":"handshake","scene":"three","stack":"kernel-kernel","count":4,"segments":"","noisy":"no"}'
    run --separate-stderr fakes/exp-all --claims --stack kernel handshake
    assert_success
    assert_line --regexp '^57a +false\* +'
    assert_line --partial 'kernel-dependent'
}

@test "our own stack that differs is a failure: exit 1" {
    fake_handshake '{"experiment":"handshake","scene":"three","stack":"sim","count":4,"segments":"","noisy":"no"}'
    run --separate-stderr fakes/exp-all --claims --stack sim handshake
    assert_failure 1
    assert_line --regexp '^57a +false! +'
    assert_line --partial 'Expected: true'
    assert_line '      fakes/exp-handshake --stack sim'
}

@test "nobody is blamed on a wire that was disturbed, nor on one that the user chose" {
    fake_handshake '{"experiment":"handshake","scene":"three","stack":"own-own","count":4,"segments":"","noisy":"yes"}'
    run --separate-stderr fakes/exp-all --claims --stack own handshake
    assert_success
    assert_line --regexp '^57a +false~ +'
    assert_line --partial 'too busy'
    run --separate-stderr program exp-nagle --stack sim --scene wait --writes 2
    assert_success
}

@test "make claims and make exp-all hand on STACK, SEED, TEXT and ARGS" {
    cd "$BATS_TEST_DIRNAME/../.."
    run --separate-stderr make -s claims STACK=sim TEXT=zh ARGS=close
    assert_success
    assert_line --regexp '^71b +不成立 +'
    run --separate-stderr make -s exp-all STACK=sim SEED=3 ARGS='--no-times close'
    assert_success
    assert_line --regexp '^close +3 '
}
