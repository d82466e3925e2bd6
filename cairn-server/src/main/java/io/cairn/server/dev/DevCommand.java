// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import io.cairn.launch.LifeLine;
import io.cairn.launch.ProcessEnd;
import io.cairn.launch.StartFailure;
import io.cairn.launch.exit.HostExit;
import io.cairn.launch.logging.ProcessLog;
import io.cairn.launch.settings.ApplicationSettings;
import io.cairn.launch.settings.ConfigurationException;
import io.cairn.launch.settings.HostConfiguration;
import io.cairn.launch.settings.SpecArgument;
import io.cairn.runtime.Sandbox;
import io.cairn.server.project.Maven;
import io.cairn.server.project.MavenProject;
import io.cairn.server.project.ProjectException;
import io.cairn.service.ServiceHost;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** {@code cairn dev}: runs a project while it is being written. */
public final class DevCommand {

  private static final String HELP =
      """
      Usage: cairn dev [DIR] [--NAME=VALUE...]
      Runs the application of the Maven project in DIR, or here, on one host. What is saved below
      src/main or in a pom.xml is compiled and taken over at once; documents are kept. What does not
      compile or start is told here, and is the answer of the application's paths until it does.

      Settings are those of cairn start and the application's own. Two have other defaults: config
      is cairn.properties if there is such a file, sandbox is .cairn in the project.

      """;

  private final Path workingDirectory;
  private final Properties properties;
  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  private DevCommand(
      Path workingDirectory,
      Properties properties,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err) {
    this.workingDirectory = workingDirectory;
    this.properties = properties;
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /** Returns the command of this process. */
  public static DevCommand ofProcess() {
    return new DevCommand(
        Path.of("").toAbsolutePath(),
        System.getProperties(),
        System.getenv(),
        System.out,
        System.err);
  }

  /**
   * Runs the project. Returns only when that fails; the process ends by a signal otherwise.
   *
   * @return one of {@link HostExit}'s numbers
   */
  public int run(List<String> arguments) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      out.print(HELP + HostConfiguration.help(new ApplicationSettings()));
      return HostExit.STOPPED;
    }
    try {
      List<String> directories = SpecArgument.NONE.files(arguments);
      if (directories.size() > 1) {
        throw new ProjectException(
            "dev runs one project, and these are several: " + String.join(", ", directories));
      }
      MavenProject project =
          MavenProject.in(workingDirectory.resolve(String.join("", directories)));
      List<String> given = new ArrayList<>(arguments);
      given.removeAll(directories);
      Maven maven = Maven.ofProcess(environment);
      if (maven.command(project.directory()).isEmpty()) {
        throw Maven.missing();
      }
      return run(project, maven, new DevSettings(project, given, properties, environment));
    } catch (ProjectException e) {
      err.println("cairn: " + e.getMessage());
      return HostExit.USAGE;
    } catch (ConfigurationException e) {
      e.notes().forEach(note -> err.println("cairn: " + note));
      e.problems().forEach(problem -> err.println("cairn: " + problem));
      err.println("cairn: nothing was started; cairn dev --help lists the settings");
      return HostExit.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return HostExit.FAILED;
    }
  }

  private int run(MavenProject project, Maven maven, DevSettings settings)
      throws ConfigurationException, InterruptedException {
    HostConfiguration configuration = settings.readHostsOnly();
    if (configuration.nodes() > 1) {
      err.println(
          "cairn: dev runs one host; for "
              + configuration.nodes()
              + " build the project (mvn package) and run: cairn start . --nodes="
              + configuration.nodes());
      return HostExit.USAGE;
    }
    ProcessLog.write(configuration.logFormat(), configuration.logLevel(), true, false)
        .ifPresent(note -> err.println("cairn: " + note));
    if (configuration.stopWithInput()) {
      LifeLine.hold(System.in, LoggerFactory.getLogger("cairn"));
    }
    ProcessTie tie = new ProcessTie(out);
    try (DevSession session = new DevSession(project, maven, settings, tie, out)) {
      session.reload(false);
      out.println("dev: watching " + project.directory() + "; Ctrl-C stops");
      session.watch();
      return HostExit.STOPPED;
    } catch (IOException | RuntimeException e) {
      return tie.untie()
          ? new StartFailure(configuration.host(), Sandbox.directory(configuration.host()), err)
              .explain(e)
          : HostExit.STOPPED;
    }
  }

  /** Has the host of the moment stopped in order when the process is told to end. */
  private static final class ProcessTie implements DevHost.Tie {
    private final PrintStream out;
    private @Nullable ProcessEnd end;

    ProcessTie(PrintStream out) {
      this.out = out;
    }

    @Override
    public void starting(ServiceHost host, Runnable beforeStop) {
      untie();
      ProcessEnd fresh = ProcessEnd.tie(host, LoggerFactory.getLogger("cairn"));
      fresh.beforeStop(
          () -> {
            out.println("dev: stopping");
            beforeStop.run();
          });
      end = fresh;
    }

    @Override
    public void started() {
      ProcessEnd present = end;
      if (present != null) {
        present.watchLog();
      }
    }

    /** Returns false if the process ends already, which then decides about everything. */
    boolean untie() {
      ProcessEnd present = end;
      return present == null || present.untie();
    }
  }
}
