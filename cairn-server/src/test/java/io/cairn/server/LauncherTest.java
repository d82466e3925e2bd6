// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, in a tree with a JDK that only prints what it is called with. */
class LauncherTest {

  private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path dir;
  private Path tree;
  private Path jdk;

  private record Outcome(int status, String out, String err) {}

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectories(dir.resolve("tree"));
    Files.copy(Path.of("..", "cairn"), tree.resolve("cairn"));
    executable(tree.resolve("cairn"));
    jdk = dir.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    script(jdk.resolve("bin/javac"), "exit 0");
    script(
        jdk.resolve("bin/java"),
        "for a in \"$@\"; do",
        "  case \"$a\" in -XX:AOTCacheOutput=*) touch \"${a#*=}\" ;; esac",
        "  printf '%s\\n' \"$a\"",
        "done",
        "printf 'locale %s\\n' \"${LC_ALL:-}\"");
    file("cairn-server/target/cairn-server.jar", BUILT);
    file("cairn-server/target/lib/one.jar", BUILT);
  }

  @Test
  void startsHoweverManySourcesAreNewerThanTheBuild() throws Exception {
    for (int i = 0; i < 3_000; i++) {
      file(
          "cairn-runtime/src/main/java/io/cairn/somewhere/AClassWithALongName" + i + ".java",
          BUILT.plusSeconds(60));
    }

    Outcome start = launch(Map.of(), "start");

    assertThat(start.err()).hasLineCount(1).contains("sources are newer");
    assertThat(start.status()).isZero();
    assertThat(start.out()).contains("io.cairn.server.CairnCommands\nstart\n");
  }

  @Test
  void cacheIsTakenWhereItWasMade() throws Exception {
    makeCache();

    Outcome start = launch(Map.of(), "start");

    assertThat(start.out())
        .contains("-XX:AOTCache=" + real(tree) + "/cairn-server/target/cairn.aot");
    assertThat(start.err()).isEmpty();
  }

  @Test
  void cacheOfAnotherPlaceIsLeftAloneWithOneLine() throws Exception {
    makeCache();
    Path moved = Files.move(tree, dir.resolve("moved"));
    tree = moved;

    Outcome start = launch(Map.of(), "start");

    assertThat(start.out())
        .doesNotContain("-XX:AOTCache=")
        .contains("io.cairn.server.CairnCommands");
    assertThat(start.err()).hasLineCount(1).contains("./cairn build");
    assertThat(start.status()).isZero();
  }

  @Test
  void cacheOfAnotherBuildIsLeftAlone() throws Exception {
    makeCache();
    file("cairn-server/target/lib/one.jar", BUILT.minusSeconds(5));

    Outcome start = launch(Map.of(), "start");

    assertThat(start.out()).doesNotContain("-XX:AOTCache=");
    assertThat(start.err()).hasLineCount(1);
  }

  @Test
  void cacheThatDoesNotFitTheJvmIsPassedOverWithoutAWord() throws Exception {
    Path classes = compile("CairnCommands", "Rehearsal");
    jdk = Path.of(System.getProperty("java.home"));
    Path built = dir.resolve("built.jar");
    jar(classes, built);
    makeCache("cp " + built + " cairn-server/target/cairn-server.jar");
    assertThat(tree.resolve("cairn-server/target/cairn.aot")).isNotEmptyFile();

    Outcome fit = launch(Map.of("CAIRN_JAVA_OPTS", "-Xlog:aot"), "start");
    assertThat(fit.out()).contains("CairnCommands [start]", "Opened AOT cache");
    assertThat(fit.out() + fit.err()).doesNotContain("Unable to");

    for (String other : List.of("-XX:-UseCompactObjectHeaders", "-XX:+UseZGC")) {
      Outcome told = launch(Map.of("CAIRN_JAVA_OPTS", other + " -Xlog:aot"), "start");
      assertThat(told.out() + told.err()).as(other).contains("Unable to");
      Outcome start = launch(Map.of("CAIRN_JAVA_OPTS", other), "start");
      assertThat(start.err()).as(other).isEmpty();
      assertThat(start.out()).as(other).isEqualTo("CairnCommands [start]\n");
      assertThat(start.status()).as(other).isZero();
    }
  }

  /** Classes of the host's names that only say what they are called with. */
  private Path compile(String... names) throws Exception {
    Path sources = Files.createDirectories(dir.resolve("sources"));
    Path classes = Files.createDirectories(dir.resolve("classes"));
    List<String> command =
        new ArrayList<>(List.of("-d", classes.toString(), "-proc:none", "-Xlint:none"));
    for (String name : names) {
      Path source = sources.resolve(name + ".java");
      Files.writeString(
          source,
          """
          package io.cairn.server;
          public class %s {
            public static void main(String[] args) {
              System.out.println("%s " + java.util.Arrays.toString(args));
            }
          }
          """
              .formatted(name, name));
      command.add(source.toString());
    }
    var compiler = ToolProvider.findFirst("javac").orElseThrow();
    assertThat(compiler.run(System.out, System.err, command.toArray(String[]::new))).isZero();
    return classes;
  }

  private static void jar(Path classes, Path jar) {
    var tool = ToolProvider.findFirst("jar").orElseThrow();
    int status =
        tool.run(System.out, System.err, "-c", "-f", jar.toString(), "-C", classes.toString(), ".");
    assertThat(status).isZero();
  }

  @Test
  void argumentsAreUtf8WhateverTheLocale() throws Exception {
    assertThat(launch(Map.of("LC_ALL", "C"), "get", "Grüße").out())
        .contains("locale C.UTF-8", "Grüße");
    assertThat(launch(Map.of("LC_ALL", "de_DE.UTF-8"), "get").out()).contains("locale de_DE.UTF-8");
  }

  /** The launcher's own way, with a Maven that has nothing to do. */
  private void makeCache() throws Exception {
    makeCache("touch -d '2026-01-01 00:00:00 UTC' cairn-server/target/cairn-server.jar");
  }

  private void makeCache(String building) throws Exception {
    Path bin = Files.createDirectories(dir.resolve("bin"));
    script(bin.resolve("mvn"), building);
    Outcome build = launch(Map.of("PATH", bin + ":" + System.getenv("PATH")), "build");
    assertThat(build.status()).as(build.err()).isZero();
  }

  private Outcome launch(Map<String, String> environment, String... arguments) throws Exception {
    Path out = dir.resolve("out");
    Path err = dir.resolve("err");
    ProcessBuilder launcher = new ProcessBuilder(tree.resolve("cairn").toString());
    launcher.command().addAll(List.of(arguments));
    launcher.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    launcher.environment().put("CAIRN_JAVA_HOME", jdk.toString());
    launcher.environment().putAll(environment);
    Process process = launcher.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Outcome(process.exitValue(), read(out), read(err));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static Path real(Path path) throws IOException {
    return path.toRealPath();
  }

  private void file(String name, Instant time) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  private static void script(Path file, String... lines) throws IOException {
    Files.writeString(file, "#!/usr/bin/env bash\n" + String.join("\n", lines) + "\n");
    executable(file);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
