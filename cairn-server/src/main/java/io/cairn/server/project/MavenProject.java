// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.project;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One Maven module in its usual layout.
 *
 * @param directory where its {@code pom.xml} is
 */
public record MavenProject(Path directory) {

  private static final String LIST_DEPENDENCIES =
      "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:list";
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "\\s+\\S+:(compile|provided|runtime|system|test|import):(.+?)(?: \\(optional\\))?"
              + "(?:\\s+-- module .*)?\\s*");

  /**
   * The jars that a project depends on.
   *
   * @param compile those that its sources are compiled against
   * @param run those that are there when it runs
   */
  public record ClassPath(List<Path> compile, List<Path> run) {

    /** Reads what Maven has listed. */
    static ClassPath of(List<String> lines) {
      List<Path> compile = new ArrayList<>();
      List<Path> run = new ArrayList<>();
      for (String line : lines) {
        Matcher dependency = DEPENDENCY.matcher(line.replaceAll("\\u001B\\[[;\\d]*m", ""));
        if (!dependency.matches()) {
          continue;
        }
        Path file = Path.of(dependency.group(2));
        String scope = dependency.group(1);
        if (!scope.equals("runtime") && !scope.equals("test")) {
          compile.add(file);
        }
        if (scope.equals("compile") || scope.equals("runtime")) {
          run.add(file);
        }
      }
      return new ClassPath(List.copyOf(compile), List.copyOf(run));
    }

    private boolean isThere() {
      return compile.stream().allMatch(Files::exists) && run.stream().allMatch(Files::exists);
    }
  }

  /**
   * The project in a directory.
   *
   * @throws ProjectException if there is none
   */
  public static MavenProject in(Path directory) throws ProjectException {
    MavenProject project = new MavenProject(directory.toAbsolutePath().normalize());
    if (!Files.isRegularFile(project.pom())) {
      throw new ProjectException(
          "there is no pom.xml in %s: run this in the directory of a Maven project; cairn new NAME makes one"
              .formatted(project.directory()));
    }
    return project;
  }

  public Path pom() {
    return directory.resolve("pom.xml");
  }

  /** Where the sources of its classes are, those that the build generates among them. */
  public List<Path> sources() {
    return List.of(
        directory.resolve("src/main/java"), directory.resolve("target/generated-sources"));
  }

  public Path resources() {
    return directory.resolve("src/main/resources");
  }

  /** Where this program keeps what it can make again. */
  public Path workDirectory() {
    return directory.resolve("target/cairn-dev");
  }

  /** Its pom, and those in the directories above it as far as each has one. */
  public List<Path> poms() {
    List<Path> poms = new ArrayList<>();
    for (Path at = directory;
        at != null && Files.isRegularFile(at.resolve("pom.xml"));
        at = at.getParent()) {
      poms.add(at.resolve("pom.xml"));
    }
    return poms;
  }

  /**
   * What the project depends on. Maven is asked once, and again when a pom has changed or a jar is
   * gone; that takes seconds.
   *
   * @param asking run before Maven is
   * @throws ProjectException if Maven cannot tell; the message says why
   */
  public ClassPath classPath(Maven maven, Runnable asking)
      throws ProjectException, IOException, InterruptedException {
    Path known = workDirectory().resolve("class-path.txt");
    String poms = fingerprint();
    if (Files.isRegularFile(known)) {
      List<String> lines = Files.readAllLines(known);
      ClassPath classPath = ClassPath.of(lines);
      if (!lines.isEmpty() && lines.getFirst().equals(poms) && classPath.isThere()) {
        return classPath;
      }
    }
    asking.run();
    Files.createDirectories(workDirectory());
    Path list = workDirectory().resolve("dependencies.txt");
    List<String> arguments =
        List.of(
            "-q",
            "-B",
            "-ntp",
            LIST_DEPENDENCIES,
            "-DoutputFile=" + list,
            "-DoutputAbsoluteArtifactFilename=true");
    try {
      // Off line first: Maven then does not ask for newer snapshots.
      maven.run(directory, plus(arguments, "-o"));
    } catch (ProjectException notAllHere) {
      maven.run(directory, arguments);
    }
    List<String> lines = new ArrayList<>(Files.readAllLines(list));
    lines.addFirst(poms);
    Files.write(known, lines);
    return ClassPath.of(lines);
  }

  private static List<String> plus(List<String> arguments, String more) {
    List<String> all = new ArrayList<>(arguments);
    all.add(more);
    return all;
  }

  private String fingerprint() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      poms().forEach(pom -> digest.update(bytes(pom)));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
