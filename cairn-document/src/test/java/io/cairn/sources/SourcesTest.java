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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds what is asked of the text of all sources, whatever module they are in. */
class SourcesTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Packages' descriptions, and the annotation in front of a module's names. */
  private static final String PACKAGE = "package-info.java";

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
}
