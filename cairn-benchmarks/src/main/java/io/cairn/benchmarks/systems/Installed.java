// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Finds what is compared with, where it is installed. */
public final class Installed {

  private static final Path JDKS = Path.of("/usr/lib/jvm");
  private static final String POM =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <groupId>io.cairn.benchmarks</groupId>
        <artifactId>xenon-class-path</artifactId>
        <version>1</version>
        <dependencies>
          <dependency>
            <groupId>com.vmware.xenon</groupId>
            <artifactId>xenon-common</artifactId>
            <version>1.6.14.1</version>
          </dependency>
        </dependencies>
      </project>
      """;
  private static final String PLUGIN =
      "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";
  private static final long MAVEN_SECONDS = 60;
  private static final long COMPILE_SECONDS = 120;

  private Installed() {}

  /**
   * What Xenon runs with.
   *
   * @param java of a JDK 17
   * @param classPath of its jar and all that this needs
   */
  public record Xenon(Path java, String classPath) {

    /**
     * Compiles services for Xenon, which cannot be compiled where there is none.
     *
     * @param source a resource with one file of Java
     * @return the directory of the classes
     */
    Path compiled(String source, Launch launch) throws IOException, InterruptedException {
      Path classes = Files.createDirectories(launch.sandbox().resolve("xenon-services"));
      Path file = classes.resolve(Path.of(source).getFileName().toString().replace(".txt", ""));
      try (InputStream in = Installed.class.getResourceAsStream(source)) {
        Files.copy(Objects.requireNonNull(in, source), file, StandardCopyOption.REPLACE_EXISTING);
      }
      List<String> line =
          List.of(
              java.resolveSibling("javac").toString(),
              "-cp",
              classPath,
              "-d",
              classes.toString(),
              file.toString());
      Path log = classes.resolve("log");
      Process javac =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
      if (!javac.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS) || javac.exitValue() != 0) {
        javac.destroyForcibly();
        throw new IOException("Services for Xenon could not be compiled; see " + log);
      }
      return classes;
    }
  }

  /**
   * Finds Xenon, and adds what is missing to the list if it is not there.
   *
   * @param jdk the directory of a JDK 17; empty to have one looked for
   * @param sandbox a directory for what Maven is asked with
   */
  public static Optional<Xenon> xenon(String jdk, Path sandbox, List<String> missing)
      throws IOException, InterruptedException {
    Optional<Path> java = java17(jdk);
    if (java.isEmpty()) {
      missing.add("Xenon: found no JDK 17 in " + JDKS + "; name one with --jdk17=DIR");
      return Optional.empty();
    }
    Optional<String> classPath = xenonClassPath(sandbox);
    if (classPath.isEmpty()) {
      missing.add(
          "Xenon: it is not in the local Maven repository;"
              + " mvn dependency:get -Dartifact=com.vmware.xenon:xenon-common:1.6.14.1 brings it");
    }
    return classPath.map(path -> new Xenon(java.orElseThrow(), path));
  }

  private static Optional<Path> java17(String given) throws IOException {
    List<Path> homes = new ArrayList<>();
    if (!given.isEmpty()) {
      homes.add(Path.of(given));
    } else if (Files.isDirectory(JDKS)) {
      try (DirectoryStream<Path> each = Files.newDirectoryStream(JDKS)) {
        each.forEach(homes::add);
      }
    }
    for (Path home : homes) {
      Path release = home.resolve("release");
      if (Files.isExecutable(home.resolve("bin/java"))
          && Files.exists(release)
          && Files.readString(release).contains("JAVA_VERSION=\"17")) {
        return Optional.of(home.resolve("bin/java"));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> xenonClassPath(Path sandbox)
      throws IOException, InterruptedException {
    Path directory = Files.createDirectories(sandbox.resolve("xenon-class-path"));
    Files.writeString(directory.resolve("pom.xml"), POM);
    Path output = directory.resolve("class-path");
    try {
      Process maven =
          new ProcessBuilder("mvn", "-q", "-B", "-o", PLUGIN, "-Dmdep.outputFile=" + output)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
      if (!maven.waitFor(MAVEN_SECONDS, TimeUnit.SECONDS)) {
        maven.destroyForcibly();
        return Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty(); // there is no Maven
    }
    return Files.exists(output) ? Optional.of(Files.readString(output)) : Optional.empty();
  }

  /** Finds the program of etcd on the path, or where it is said to be. */
  public static Optional<Path> etcd(String given, List<String> missing) {
    Optional<Path> found =
        given.isEmpty()
            ? Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(directory -> Path.of(directory, "etcd"))
                .filter(Files::isExecutable)
                .findFirst()
            : Optional.of(Path.of(given)).filter(Files::isExecutable);
    if (found.isEmpty()) {
      missing.add(
          "etcd: no such program on the PATH; install etcd-server and stop its service,"
              + " or name the program with --etcd=FILE");
    }
    return found;
  }

  /** What a program says of its version, in one line; empty if it says nothing. */
  public static String version(Path program, String option) throws InterruptedException {
    try {
      Process asked =
          new ProcessBuilder(program.toString(), option).redirectErrorStream(true).start();
      try (InputStream in = asked.getInputStream()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        var _ = asked.waitFor(MAVEN_SECONDS, TimeUnit.SECONDS);
        return text.lines().findFirst().orElse("");
      }
    } catch (IOException e) {
      return "";
    }
  }
}
