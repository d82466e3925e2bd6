#!/bin/sh
# Rewrites what Java sources import from Xenon, by xenon-imports.tsv: rewrite-imports.sh DIRECTORY...
# Needs GNU sed. Sources that no longer name Xenon stay as they are.
set -eu
[ $# -gt 0 ] || { echo "usage: $0 DIRECTORY..." >&2; exit 2; }
table="$(dirname "$0")/xenon-imports.tsv"
script="$(mktemp)"
trap 'rm -f "$script"' EXIT
# The longest name first: a nested class may have moved away from its outer one.
LC_ALL=C sort -r "$table" | awk -F '\t' '{
  old = $1
  gsub(/\./, "\\.", old)
  print "s/\\b" old "\\b/" $2 "/g"
}' > "$script"
# A nested class that has a line of its own is often named by its outer one, which is imported.
awk -F '\t' '$1 ~ /\.[A-Z][A-Za-z]*\.[A-Z]/ {
  count = split($1, part, ".")
  print "s/\\(^\\|[^A-Za-z0-9_.]\\)" part[count - 1] "\\." part[count] "\\b/\\1" $2 "/g"
}' "$table" >> "$script"
find "$@" -name '*.java' -exec sed -i -f "$script" {} +
