# Helpers for tests of one experiment that each stack plays once for all of them.

# Plays the experiment on every stack, all at the same time: what setup_file does.
play_on_every_stack() {
    local stack player players=()
    for stack in kernel own sim; do
        program "$1" --stack "$stack" --json >"$BATS_FILE_TMPDIR/$stack" 3>&- &
        players+=($!)
    done
    for player in "${players[@]}"; do
        wait "$player"
    done
}

# holds STACK FILTER, of the scenes by name
holds() {
    jq -e "map({(.scene): .}) | add | $2" "$BATS_FILE_TMPDIR/$1"
}
