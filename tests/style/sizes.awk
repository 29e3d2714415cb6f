# Reads `ctags --fields=+ne` lines of C functions; prints those longer than 50 lines, and "median N".
BEGIN { FS = "\t" }
{
    start = end = 0
    for (i = 4; i <= NF; i++) {
        if ($i ~ /^line:/) start = substr($i, 6)
        if ($i ~ /^end:/) end = substr($i, 5)
    }
    if (!end) next
    length_of[++n] = end - start + 1
    if (end - start + 1 > 50) printf "%s: %s has %d lines, the limit is 50\n", $2, $1, end - start + 1
}
END {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && length_of[j - 1] > length_of[j]; j--) {
            t = length_of[j]; length_of[j] = length_of[j - 1]; length_of[j - 1] = t
        }
    print "median " length_of[int((n + 1) / 2)]
}
