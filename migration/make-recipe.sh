#!/bin/sh
# Makes rewrite.yml from xenon-imports.tsv. Run it after each change of the table.
set -eu
cd "$(dirname "$0")"
{
  cat <<'HEAD'
---
type: specs.openrewrite.org/v1beta/recipe
name: io.cairn.migration.XenonImports
displayName: Rewrite Xenon imports to Cairn
description: Renames every Xenon type that Cairn keeps. Made from xenon-imports.tsv.
recipeList:
HEAD
  # A dot between two names that begin with capitals separates a class from one nested in it.
  sed -E ':again; s/([.$][A-Z][A-Za-z0-9]*)\.([A-Z])/\1$\2/; t again' xenon-imports.tsv |
    awk -F '\t' '{
      print "  - org.openrewrite.java.ChangeType:"
      print "      oldFullyQualifiedTypeName: " $1
      print "      newFullyQualifiedTypeName: " $2
    }'
} > rewrite.yml
