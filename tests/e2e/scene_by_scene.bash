# Helpers for tests of one experiment, each of which plays a scene of it on every stack.

# Usage: every_stack EXPERIMENT SCENE [OPTION...]. Keeps what the stacks tell, kernel, own and sim.
every_stack() {
    local experiment=$1 scene=$2 stack
    shift 2
    for stack in kernel own sim; do
        run --separate-stderr program "$experiment" --json --stack "$stack" --scene "$scene" "$@"
        assert_success
        printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/$stack.json"
    done
}

# holds FILTER, of the array of what they told
holds() {
    jq -es "add | $1" "$BATS_TEST_TMPDIR"/{kernel,own,sim}.json || {
        jq -c '.[]' "$BATS_TEST_TMPDIR"/{kernel,own,sim}.json
        return 1
    }
}
