# Reads rfc9293.txt (its head says how it is written) and prints, tab-separated, what others need:
#   row ID SECTION DECISION SAYS REASON      and for each test   test ID FILE NAME
# What is not well-formed goes to standard error with its line, and the exit code is 1.

function complain(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what | "cat >&2"
    wrong = 1
}

function print_test(   at) {
    at = index(field["test"], ": ")
    if (at == 0)
        complain(id " has a test without a name")
    else
        printf "test\t%s\t%s\t%s\n", id, substr(field["test"], 1, at - 1), substr(field["test"], at + 2)
    delete field["test"]
}

function print_row(   key, decision, decisions) {
    if (id == "")
        return
    if ("test" in field)
        print_test()
    for (key in field) {
        if (key != "says") {
            decision = key
            decisions++
        }
    }
    if (!("says" in field) || decisions != 1)
        complain(id " needs a says, and one of how, choice, left-out")
    else
        printf "row\t%s\t%s\t%s\t%s\t%s\n", id, section, decision, field["says"], field[decision]
    delete field
}

/^#/ || /^$/ { next }

/^(MUST|SHLD|MAY|REC)-[0-9]+ [0-9.]+$/ {
    print_row()
    id = $1
    section = $2
    next
}

/^  (says|how|choice|left-out|test): ./ && id != "" {
    if ("test" in field)
        print_test()
    last = substr($1, 1, length($1) - 1)
    if (last in field)
        complain(id " has two of " last)
    field[last] = substr($0, index($0, ": ") + 2)
    next
}

/^    [^ ]/ && last in field {
    sub(/^ +/, " ")
    field[last] = field[last] $0
    next
}

{ complain("what is this? " $0) }

END {
    print_row()
    exit wrong
}
