#!/usr/bin/env bats
# Every experiment once, simulated: what the sanitizers and valgrind watch.

load helpers

@test "every experiment plays all its scenes, simulated" {
    for experiment in "$BIN"/exp-*; do
        name=$(basename "$experiment")
        [[ $name != exp-all ]] || continue
        run program "$name" --stack sim --json
        assert_success
        jq -e 'length > 0' <<<"$output" >/dev/null
    done
}
