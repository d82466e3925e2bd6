// SPDX-License-Identifier: Apache-2.0
package io.cairn.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the list of modules that applications import against the modules that there are. */
class BillOfMaterialsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static String pom(String directory) throws IOException {
    return Files.readString(ROOT.resolve(directory).resolve("pom.xml"));
  }

  private static List<String> all(String regex, String text) {
    return Pattern.compile(regex).matcher(text).results().map(found -> found.group(1)).toList();
  }

  @Test
  void hasTheVersionOfTheModules() throws IOException {
    String version = "<artifactId>cairn-(?:parent|bom)</artifactId>\\s*<version>([^<]+)<";

    assertThat(all(version, pom("cairn-bom"))).isEqualTo(all(version, pom("."))).hasSize(1);
  }

  @Test
  void namesEachModuleThatIsPublished() throws IOException {
    TreeSet<String> published = new TreeSet<>();
    for (String module : all("<module>([^<]+)</module>", pom("."))) {
      if (!module.equals("cairn-bom")
          && !pom(module).contains("<maven.deploy.skip>true</maven.deploy.skip>")) {
        published.add(module);
      }
    }

    String dependencies =
        Pattern.compile("<dependency>.*?</dependency>", Pattern.DOTALL)
            .matcher(pom("cairn-bom"))
            .results()
            .map(MatchResult::group)
            .collect(Collectors.joining());

    assertThat(all("<artifactId>([^<]+)</artifactId>", dependencies))
        .containsExactlyInAnyOrderElementsOf(published)
        .isNotEmpty();
  }
}
