# Prints the Makefile's own comments: "##@ Group" headings and "target: ... ## what it does".
BEGIN { print "usage: make TARGET [VARIABLE=value]" }
/^##@ / { printf "\n%s\n", substr($0, 5); next }
/^[a-zA-Z0-9_%-]+:.*## / {
    target = $0
    sub(/:.*/, "", target)
    sub(/%/, "NAME", target)
    sub(/.*## /, "")
    printf "  %-16s %s\n", target, $0
}
