// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Maven builds what {@code cairn new} makes, from the local repository that this build uses, to
 * which Cairn's own modules are added as they are on this test's class path. The plugins are those
 * of this build; what one of them needs is fetched if this build has not come to it yet.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class NewProjectBuildTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final long LIMIT_MINUTES = 8;
  private static final List<String> MODULES =
      List.of("document", "net", "store", "cluster", "service", "runtime", "testkit");
  private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");

  @TempDir Path directory;

  /** The directory is removed with what it holds, and not with what it leads to. */
  @AfterEach
  void removeLinks() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  @Test
  void mavenBuildsTheProjectAndItsTestsPass() throws Exception {
    Path project = new NewProject(directory, Maven.ofProcess(System.getenv())).make("shop");
    Path repository = makeRepository();

    Path log = directory.resolve("log");
    ProcessBuilder maven =
        new ProcessBuilder(
                Maven.ofProcess(System.getenv()).command(project).orElseThrow().toString(),
                "-nsu",
                "-B",
                "-ntp",
                "-Dmaven.repo.local=" + repository,
                "verify")
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = maven.start();
    boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();

    String said = Files.readString(log);
    assertThat(ended).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).contains("Tests run: 5, Failures: 0, Errors: 0, Skipped: 0");
    assertThat(project.resolve("target/shop.jar")).exists();
    assertThat(project.resolve("target/lib"))
        .isDirectoryContaining("glob:**/logback-classic-*.jar");
  }

  /** Links to what is there, and Cairn beside it. */
  private Path makeRepository() throws IOException {
    Path present = presentRepository();
    Path repository = Files.createDirectory(directory.resolve("repository"));
    link(present, repository, "io");
    link(present.resolve("io"), Files.createDirectory(repository.resolve("io")), "cairn");
    String parent = Files.readString(ROOT.resolve("pom.xml"));
    Matcher version = VERSION.matcher(parent);
    assertThat(version.find()).isTrue();
    install(repository, "cairn-parent", version.group(1), ROOT.resolve("pom.xml"), null);
    install(repository, "cairn-bom", version.group(1), ROOT.resolve("cairn-bom/pom.xml"), null);
    for (String module : MODULES) {
      String artifact = "cairn-" + module;
      install(
          repository,
          artifact,
          version.group(1),
          ROOT.resolve(artifact).resolve("pom.xml"),
          classPathEntry(artifact, module));
    }
    return repository;
  }

  private static Path presentRepository() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.contains("/org/jspecify/jspecify/"))
        .map(entry -> Path.of(entry.substring(0, entry.indexOf("/org/jspecify/jspecify/"))))
        .findFirst()
        .orElseThrow();
  }

  private static void link(Path from, Path into, String except) throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        if (!entry.endsWith(except)) {
          Files.createSymbolicLink(into.resolve(entry.getFileName()), entry);
        }
      }
    }
  }

  /** The jar or directory of a module's classes, which is there in one form or the other. */
  private static Path classPathEntry(String artifact, String module) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(
            entry ->
                entry.contains("/" + artifact + "/target/classes")
                    || entry.matches(".*/" + artifact + "-[^/]*(?<!-tests)\\.jar")
                    || entry.endsWith("/" + module + "/main"))
        .map(Path::of)
        .findFirst()
        .orElseThrow(() -> new AssertionError(artifact + " is not on the class path"));
  }

  private static void install(
      Path repository, String artifact, String version, Path pom, @Nullable Path classes)
      throws IOException {
    Path target =
        Files.createDirectories(repository.resolve("io/cairn").resolve(artifact).resolve(version));
    Files.copy(pom, target.resolve(artifact + "-" + version + ".pom"));
    if (classes != null) {
      Path jar = target.resolve(artifact + "-" + version + ".jar");
      if (Files.isDirectory(classes)) {
        pack(classes, jar);
      } else {
        Files.copy(classes, jar);
      }
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        entries.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
  }
}
