// SPDX-License-Identifier: Apache-2.0
package io.cairn.sources;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds what is asked of the text of all sources, whatever module they are in. */
class SourcesTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Packages' descriptions, and the annotation in front of a module's names. */
  private static final String PACKAGE = "package-info.java";

  private static final Pattern CLOCK = Pattern.compile("(Clock|Clocks|Stopwatch)\\.java$");

  private static final Pattern READS_TIME =
      Pattern.compile(
          "System(\\.|::)(nanoTime|currentTimeMillis)|Instant(\\.|::)now|\\b(Clock|InstantSource)(\\.|::)system");

  /** An operation has a method for all that authors' code of the predecessor asks of it. */
  private static final Set<String> LONG = Set.of("Operation.java");

  private static List<Path> sources(String kind) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(
              file -> file.toString().matches(".*/cairn-[a-z]+/src/" + kind + "/java/.*\\.java"))
          .sorted()
          .toList();
    }
  }

  @Test
  void everySourceIsAsTheFormatterWritesIt() throws Exception {
    List<String> arguments =
        Stream.concat(
                Stream.of("--dry-run", "--set-exit-if-changed", "--skip-reflowing-long-strings"),
                Stream.concat(sources("main").stream(), sources("test").stream())
                    .map(Path::toString))
            .toList();
    StringWriter names = new StringWriter();
    StringWriter complaints = new StringWriter();

    new Main(
            new PrintWriter(names, true),
            new PrintWriter(complaints, true),
            InputStream.nullInputStream())
        .format(arguments.toArray(String[]::new));

    assertThat(names.toString()).as("not formatted; dev/format does it").isEmpty();
    assertThat(complaints.toString()).isEmpty();
  }

  @Test
  void everyTypeOfMainHasANameOfItsOwn() throws IOException {
    Map<String, TreeSet<String>> places = new TreeMap<>();
    for (Path file : sources("main")) {
      String name = file.getFileName().toString();
      if (!name.equals(PACKAGE)) {
        places
            .computeIfAbsent(name, _ -> new TreeSet<>())
            .add(ROOT.relativize(file.getParent()).toString());
      }
    }
    assertThat(
            places.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
        .isEmpty();
  }

  /** A clock that is handed in can be moved by a test; one that is read cannot. */
  @Test
  void onlyClocksReadTheTime() throws IOException {
    List<String> readers = new ArrayList<>();
    for (Path file : sources("main")) {
      if (!CLOCK.matcher(file.toString()).find()) {
        readers.addAll(lines(file).filter(line -> READS_TIME.matcher(line).find()).toList());
      }
    }
    assertThat(readers).as("hand a clock in").isEmpty();
  }

  @Test
  void everyPackageCanBeOverlooked() throws IOException {
    Map<String, Long> files =
        sources("main").stream()
            .collect(
                Collectors.groupingBy(
                    file -> ROOT.relativize(file.getParent()).toString(), Collectors.counting()));
    files.values().removeIf(count -> count < 40);
    assertThat(files).as("split by what goes together").isEmpty();
  }

  @Test
  void everySourceCanBeReadAtOnce() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : Stream.concat(sources("main").stream(), sources("test").stream()).toList()) {
      if (lines(file).count() > 500 && !LONG.contains(file.getFileName().toString())) {
        tooLong.add(ROOT.relativize(file).toString());
      }
    }
    assertThat(tooLong).as("find the part that has a name of its own").isEmpty();
  }

  private static Stream<String> lines(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> ROOT.relativize(file) + ": " + line.strip());
  }
}
