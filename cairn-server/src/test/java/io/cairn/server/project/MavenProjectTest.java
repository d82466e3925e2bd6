// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.server.project.MavenProject.ClassPath;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Maven says of dependencies, as it says it. */
class MavenProjectTest {

  @Test
  void dependenciesAreReadWhateverStandsBesideThem() {
    ClassPath read =
        ClassPath.of(
            List.of(
                "",
                "The following files have been resolved:",
                "   com.acme:plain:jar:1.0:compile:/m2/plain-1.0.jar",
                "   com.acme:named:jar:1.0:compile:/m2/a b/named-1.0.jar -- module com.acme.named",
                "   com.acme:some:jar:1.0:compile:/m2/some-1.0.jar (optional)",
                "   com.acme:both:jar:1.0:compile:/m2/both-1.0.jar (optional) -- module com.acme.both",
                "   com.acme:auto:jar:1.0:runtime:/m2/auto.jar\u001B[36m -- module a\u001B[0;1m (auto)\u001B[m",
                "   com.acme:given:jar:1.0:provided:/m2/given-1.0.jar (optional) ",
                "   com.acme:tests:jar:tests:1.0:test:/m2/tests-1.0.jar"));
    assertThat(read.compile())
        .containsExactly(
            Path.of("/m2/plain-1.0.jar"),
            Path.of("/m2/a b/named-1.0.jar"),
            Path.of("/m2/some-1.0.jar"),
            Path.of("/m2/both-1.0.jar"),
            Path.of("/m2/given-1.0.jar"));
    assertThat(read.run())
        .containsExactly(
            Path.of("/m2/plain-1.0.jar"),
            Path.of("/m2/a b/named-1.0.jar"),
            Path.of("/m2/some-1.0.jar"),
            Path.of("/m2/both-1.0.jar"),
            Path.of("/m2/auto.jar"));
  }
}
