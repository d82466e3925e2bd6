// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.project;

import static java.util.Objects.requireNonNull;

import io.cairn.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cairn new}: makes a small project that builds and passes its tests at once. */
@Command(
    name = "new",
    usageHelpWidth = 100,
    description = "Make a Maven project with a service of your own, and its tests.",
    footer = {
      "",
      "Makes the directory NAME with a service, its document, tests on one host and on three, settings,",
      "a Dockerfile and a README, which says what to do with them.",
      "",
      "Exit codes: 0 made, 1 could not be written, 2 wrong usage, a directory that is there already,",
      "or no Maven.",
    })
public final class NewCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  private final Path workingDirectory;
  private final Maven maven;
  private final @Nullable String launcher;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "the directory to make, and the project's name")
  private String name = "";

  @Option(
      names = "--package",
      paramLabel = "NAME",
      description = "the Java package of its classes; made of the name if left out")
  private @Nullable String javaPackage;

  @Option(names = "--xenon", description = "write the service as one does for Xenon")
  private boolean xenon;

  @SuppressWarnings("UnusedVariable") // That it is declared is what matters.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  private boolean help;

  /**
   * A command.
   *
   * @param workingDirectory where the project's directory is made
   * @param maven what the project will be built with
   * @param launcher the file {@code cairn}; null if it is on the PATH
   */
  NewCommand(Path workingDirectory, Maven maven, @Nullable String launcher) {
    this.workingDirectory = workingDirectory;
    this.maven = maven;
    this.launcher = launcher;
  }

  /** Returns the command of this process. */
  public static NewCommand ofProcess() {
    return new NewCommand(
        Path.of("").toAbsolutePath(),
        Maven.ofProcess(System.getenv()),
        System.getProperty("cairn.launcher"));
  }

  @Override
  public Integer call() throws InterruptedException {
    CommandSpec own = requireNonNull(spec);
    PrintWriter out = own.commandLine().getOut();
    PrintWriter err = own.commandLine().getErr();
    try {
      ProjectName project = ProjectName.of(name, javaPackage);
      Path target = workingDirectory.resolve(name);
      requireFree(target);
      if (maven.command(target).isEmpty()) {
        throw Maven.missing();
      }
      write(project, target);
      out.print(report(project, target));
      out.flush();
      return ExitCode.OK;
    } catch (ProjectException e) {
      err.println("cairn: " + e.getMessage());
      err.println("cairn: nothing was made");
      return ExitCode.USAGE;
    } catch (IOException e) {
      err.println("cairn: cannot write to " + workingDirectory + ": " + e);
      return FAILED;
    }
  }

  private static void requireFree(Path target) throws ProjectException, IOException {
    if (Files.isDirectory(target)) {
      try (Stream<Path> files = Files.list(target)) {
        if (files.findAny().isPresent()) {
          throw new ProjectException(
              "there is a directory " + target + " already, with files in it");
        }
      }
    } else if (Files.exists(target)) {
      throw new ProjectException("there is a file " + target + " already");
    }
  }

  /** Beside its place first, so that a failure leaves nothing half-made there. */
  private void write(ProjectName project, Path target) throws IOException {
    Path draft = Files.createTempDirectory(workingDirectory, "." + project.name() + "-");
    try {
      ProjectTemplate template = xenon ? ProjectTemplate.XENON : ProjectTemplate.MODERN;
      Path made = Files.createDirectory(draft.resolve(project.name()));
      template.writeTo(made, project, version(), launcherFrom(target));
      Files.move(made, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      try (Stream<Path> files = Files.walk(draft)) {
        List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
        for (Path file : all) {
          Files.delete(file);
        }
      }
    }
  }

  /** What one types in the project's directory. */
  private String launcherFrom(Path target) {
    if (launcher == null) {
      return "cairn";
    }
    Path file = Path.of(launcher).toAbsolutePath();
    Path relative = target.toAbsolutePath().relativize(file);
    return relative.getNameCount() <= 3 ? relative.toString() : file.toString();
  }

  private static String version() {
    String version = NewCommand.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0-SNAPSHOT" : version;
  }

  private String report(ProjectName project, Path target) {
    return """
        Made %s: %s.

          cd %s
          mvn verify        builds it and runs its tests
          %s dev      runs it while you write; README.md says more
        """
        .formatted(
            project.name(),
            xenon ? "a service and a host as one writes them for Xenon" : "a service of orders",
            project.name(),
            launcherFrom(target));
  }
}
