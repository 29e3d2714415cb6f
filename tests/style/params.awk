# Every constant of params.h has "RFC" in the comment on its line or in the one right above it.
/\/\*/ { comment = "" }
/\/\*|^ \*|^    \*/ { comment = comment $0 }
/^ *(#define )?[A-Z][A-Z0-9_]+ *(=|[0-9(])/ {
    if (comment !~ /RFC/ && $0 !~ /RFC|_H$/) printf "%s:%d: no RFC section: %s\n", FILENAME, FNR, $0
}
/^$/ { comment = "" }
