# What the commands of this directory share; to be sourced.

# Prints the directory of a JDK 25.
jdk_25() {
  local home
  for home in "${CAIRN_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [ -n "$home" ] && [ -x "$home/bin/javac" ] && [ -r "$home/release" ] &&
      grep -qE '^JAVA_VERSION="25(\.|"|-)' "$home/release"; then
      echo "$home"
      return
    fi
  done
  echo "$0: found no JDK 25; set CAIRN_JAVA_HOME to the directory of one" >&2
  return 1
}

# Compiles a module and those that it needs if a source has changed, and prints the class path of its tests:
# test_classpath MODULE NEEDED...
test_classpath() {
  local module=$1 libraries="$1/target/test.classpath" classes="$1/target/test-classes" each
  if [ ! -f "$libraries" ] ||
    [ -n "$(find pom.xml "$@" \( -path '*/src/*' -o -name pom.xml \) -type f -newer "$libraries" -print -quit)" ]; then
    echo "$0: compiling" >&2
    mvn -B -ntp -q -Pquick -pl "$module" -am test-compile dependency:build-classpath \
      -Dmdep.outputFile=target/test.classpath >&2
  fi
  for each in "$@"; do classes="$classes:$PWD/$each/target/classes"; done
  echo "$PWD/$classes:$(cat "$libraries")"
}
