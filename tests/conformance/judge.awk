# Prints the table with verdicts, from what read.awk says (first file) and what the tests did (second
# file: FILE, ok or bad, NAME). Variables: tap=1 for TAP, long=1 for how and by which test.
# Exit code 1 when a MUST is not met.

function fold(text, indent, width,   line, words, count, i) {
    count = split(text, words, " ")
    line = words[1]
    for (i = 2; i <= count; i++) {
        if (length(line) + 1 + length(words[i]) > width) {
            printf "%s\n%*s", line, indent, ""
            line = words[i]
        } else {
            line = line " " words[i]
        }
    }
    print line
}

# A test that is told several times has a name for each: "name (world)", "name across the wrap".
function outcome(test,   i, found) {
    for (i = 1; i <= runs[test]; i++) {
        if (result[test, i] == "bad")
            return "failed"
        found = 1
    }
    return found ? "passed" : "did not run"
}

function verdict(id,   i) {
    for (i = 1; i <= tests[id]; i++)
        if (outcome(test[id, i]) != "passed")
            return "not met"
    if (decision[id] == "left-out")
        return "left out"
    if (decision[id] == "choice")
        return "choice"
    return tests[id] ? "met" : "not met"
}

function print_row(id, says,   i, shown) {
    shown = verdict(id)
    printf "%-8s %-9s %-9s ", id, section[id], shown
    fold(says, 29, 71)
    if (long) {
        printf "%29s", ""
        fold(reason[id], 29, 71)
    }
    for (i = 1; i <= tests[id]; i++)
        if (long || outcome(test[id, i]) != "passed")
            printf "%29s%s: %s\n", "", outcome(test[id, i]), test[id, i]
}

function print_tap(id, number,   shown) {
    shown = verdict(id)
    printf "%sok %d - %s %s\n", fails(id) ? "not " : "", number, id, shown
}

function fails(id) {
    return id ~ /^MUST/ && verdict(id) != "met" && decision[id] != "left-out"
}

function print_totals(   kinds, verdicts, i, j) {
    split("MUST SHLD MAY REC", kinds, " ")
    split("met,not met,choice,left out", verdicts, ",")
    printf "\n%-8s %8s %8s %8s %8s %8s\n", "", "all", "met", "not met", "choice", "left out"
    for (i = 1; i <= 4; i++) {
        printf "%-8s %8d", kinds[i], all[kinds[i]]
        for (j = 1; j <= 4; j++)
            printf " %8d", total[kinds[i], verdicts[j]]
        print ""
    }
}

BEGIN { FS = "\t" }

FNR == NR && $1 == "row" {
    ids[++count] = $2
    section[$2] = $3
    decision[$2] = $4
    says[$2] = $5
    reason[$2] = $6
}

FNR == NR && $1 == "test" { test[$2, ++tests[$2]] = $3 ": " $4 }

FNR != NR {
    name = $3
    sub(/ (\((kernel|simulated|own)\)|across the wrap)$/, "", name)
    name = $1 ": " name
    result[name, ++runs[name]] = $2
}

END {
    if (tap)
        print "1.." count
    else
        printf "%-8s %-9s %-9s %s\n", "", "section", "verdict", "what RFC 9293 asks"
    for (i = 1; i <= count; i++) {
        id = ids[i]
        kind = substr(id, 1, index(id, "-") - 1)
        all[kind]++
        total[kind, verdict(id)]++
        unmet += fails(id)
        if (tap)
            print_tap(id, i)
        else
            print_row(id, says[id])
    }
    if (!tap)
        print_totals()
    exit unmet > 0
}
