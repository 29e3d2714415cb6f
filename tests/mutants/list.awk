# Reads lists of mutants and holds them against the sources: one line "name TAB file TAB the line as
# it is TAB as mutated TAB why" for each. What is wrong with a list goes to the standard error, and
# the exit code is 1. With -v every="FILE FILE ..." each of these files must have a mutant.

# A formatter may align as it likes.
function trim(text) {
    gsub(/[ \t]+/, " ", text)
    gsub(/^ | $/, "", text)
    return text
}

function complain(problem) {
    print "mutant " name " (" list "): " problem > "/dev/stderr"
    failed = 1
}

# How often the line stands in the file, however indented and aligned; -1 without such a file.
function occurrences(path, wanted,    line, n, status) {
    while ((status = (getline line < path)) > 0)
        n += trim(line) == wanted
    close(path)
    return status < 0 ? -1 : n + 0
}

function finish(    n) {
    if (name == "")
        return
    n = occurrences(file, was)
    if (was == "" || is == "" || why == "")
        complain("needs a line with -, a line with +, and a reason")
    else if (n < 0)
        complain("there is no file " file)
    else if (n != 1)
        complain(file " has this line " n " times, not once: " was)
    else if (was == is)
        complain("changes nothing")
    else if (name in seen)
        complain("has a namesake in " seen[name])
    else
        print name "\t" file "\t" was "\t" is "\t" why
    seen[name] = list
    has[file] = 1
    name = file = was = is = why = ""
}

FNR == 1 || /^[ \t]*$/ { finish() }
/^#/ || /^[ \t]*$/ { next }
/^[^ \t]/ { name = $1; file = $2; list = FILENAME; next }
/^ +- / { was = trim(substr($0, index($0, "- ") + 2)); next }
/^ +\+ / { is = trim(substr($0, index($0, "+ ") + 2)); next }
{ why = why (why == "" ? "" : " ") trim($0) }

END {
    finish()
    n = split(every, files, " ")
    for (i = 1; i <= n; i++)
        if (!(files[i] in has)) {
            print files[i] " has no mutant in tests/mutants" > "/dev/stderr"
            failed = 1
        }
    exit failed
}
