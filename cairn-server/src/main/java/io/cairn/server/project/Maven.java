// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.project;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs Maven: the project's own wrapper if it has one, else the {@code mvn} on the PATH.
 *
 * @param path the PATH that commands are looked up in
 * @param javaHome the JDK that Maven is to run on
 */
public record Maven(String path, Path javaHome) {

  private static final int KEPT_LINES = 20;

  /** The one that this process would run, on the Java that it runs on. */
  public static Maven ofProcess(Map<String, String> environment) {
    return new Maven(
        environment.getOrDefault("PATH", ""), Path.of(System.getProperty("java.home")));
  }

  /** The command for a project; empty if there is none. */
  public Optional<Path> command(Path project) {
    return Stream.concat(
            Stream.of(project.resolve("mvnw")),
            Stream.of(path.split(File.pathSeparator))
                .filter(directory -> !directory.isBlank())
                .flatMap(
                    directory ->
                        Stream.of(Path.of(directory, "mvn"), Path.of(directory, "mvn.cmd"))))
        .filter(Files::isExecutable)
        .filter(Files::isRegularFile)
        .findFirst()
        .map(Path::toAbsolutePath);
  }

  /** Says that there is none, and how to get one. */
  public static ProjectException missing() {
    return new ProjectException(
        "there is no mvn on the PATH: install Maven 3.8 or newer"
            + " (for example: apt-get install maven), then try again");
  }

  /**
   * Runs it and waits for its end.
   *
   * @throws ProjectException if there is none, or it fails; the message has the errors it printed
   */
  public void run(Path project, List<String> arguments)
      throws ProjectException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(command(project).orElseThrow(Maven::missing).toString());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", javaHome.toString());
    builder.redirectInput(ProcessBuilder.Redirect.from(nothing()));
    List<String> said = new ArrayList<>();
    int code;
    try {
      Process process = builder.start();
      try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
        reader.lines().forEach(said::add);
        code = process.waitFor();
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      throw new ProjectException("Maven did not run: " + e.getMessage(), e);
    }
    if (code != 0) {
      throw new ProjectException("Maven failed:\n" + errors(said));
    }
  }

  private static File nothing() {
    return new File(File.separatorChar == '\\' ? "NUL" : "/dev/null");
  }

  /** The lines that say what is wrong, or the last ones if none does. */
  private static String errors(List<String> said) {
    List<String> errors = said.stream().filter(line -> line.startsWith("[ERROR]")).toList();
    List<String> shown =
        errors.isEmpty()
            ? said.subList(Math.max(0, said.size() - KEPT_LINES), said.size())
            : errors.subList(0, Math.min(KEPT_LINES, errors.size()));
    return String.join("\n", shown);
  }
}
