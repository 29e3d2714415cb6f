#!/usr/bin/env bats
# The table of RFC 9293's requirements: whole, well-formed, and naming tests that exist. Whether they
# pass is told by tests/conformance/run.

bats_load_library bats-support
bats_load_library bats-assert

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return
}

rows() {
    awk -f tests/conformance/read.awk tests/conformance/rfc9293.txt
}

# No output is agreement; otherwise the lines say what is wrong.
assert_silent() {
    run "$@"
    assert_output ''
}

@test "each of the 69 MUST, 31 SHLD, 18 MAY and 1 REC has one row" {
    all_of() {
        seq -f "$1-%g" "$2"
    }
    {
        all_of MUST 69
        all_of SHLD 31
        all_of MAY 18
        all_of REC 1
    } | sort >"$BATS_TEST_TMPDIR/expected"
    run rows
    assert_success
    awk -F'\t' '$1 == "row" { print $2 }' <<<"$output" | sort >"$BATS_TEST_TMPDIR/found"
    run diff "$BATS_TEST_TMPDIR/expected" "$BATS_TEST_TMPDIR/found"
    assert_success
}

@test "source routing is the only MUST that is left out, and none is a choice" {
    run bash -c "awk -f tests/conformance/read.awk tests/conformance/rfc9293.txt |
        awk -F'\t' '\$1 == \"row\" && \$2 ~ /^MUST/ && \$4 != \"how\" { print \$2, \$4 }'"
    assert_output 'MUST-51 left-out
MUST-52 left-out
MUST-53 left-out'
}

@test "whatever we say that we do has a test" {
    untested() {
        rows | awk -F'\t' '$1 == "row" && $4 == "how" { waiting[$2] } $1 == "test" { tested[$2] }
            END { for (id in waiting) if (!(id in tested)) print id " has no test" }'
    }
    assert_silent untested
}

@test "every test that is named exists" {
    missing() {
        local kind id file name
        rows | while IFS=$'\t' read -r kind id file name; do
            [[ $kind == test ]] || continue
            case $file in
            *.c) grep -qE "^ +[A-Za-z_]+\(${name}[,)]" "$file" ;;
            *.pkt) [[ -e $file && $name == "${file##*/}" ]] ;;
            *.bats) grep -qF "@test \"$name\"" "$file" ;;
            esac || echo "$id names $file: $name, which does not exist"
        done
    }
    assert_silent missing
}
