// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch;

import io.cairn.launch.application.ApplicationException;
import io.cairn.launch.application.DeclaredApplication;
import io.cairn.launch.exit.HostExit;
import io.cairn.launch.logging.ProcessLog;
import io.cairn.launch.nodes.JavaCommand;
import io.cairn.launch.nodes.LocalNodes;
import io.cairn.launch.nodes.NodePlan;
import io.cairn.launch.settings.ConfigurationException;
import io.cairn.launch.settings.EffectiveConfiguration;
import io.cairn.launch.settings.HostConfiguration;
import io.cairn.launch.settings.ProcessSurroundings;
import io.cairn.launch.settings.SpecArgument;
import io.cairn.runtime.Sandbox;
import io.cairn.service.ServiceHost;
import io.cairn.service.Utils;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code cairn start} and {@code cairn node}: run a host with applications until the process is
 * told to stop. They differ in that a node's ports and name are one argument.
 */
public final class StartCommand {

  private final HostProgram program;
  private final SpecArgument spec;
  private final ProcessSurroundings surroundings;
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;

  /**
   * The command of a program.
   *
   * @param spec whether it takes a node spec
   */
  public StartCommand(HostProgram program, SpecArgument spec) {
    this.program = program;
    this.spec = spec;
    this.surroundings = ProcessSurroundings.ofProcess(program.classes());
  }

  /**
   * Runs a host. Returns only when that fails; the process ends by a signal otherwise.
   *
   * @return one of {@link HostExit}'s numbers
   */
  public int run(List<String> arguments) {
    try {
      DeclaredApplication application = DeclaredApplication.of(program.applications());
      if (arguments.contains("--help") || arguments.contains("-h")) {
        out.print(
            spec == SpecArgument.NONE
                ? HelpTexts.start(program, application.settings())
                : HelpTexts.node(program, application.settings()));
        return HostExit.STOPPED;
      }
      EffectiveConfiguration read =
          EffectiveConfiguration.read(spec, arguments, surroundings, application.settings());
      application.settingsAreRead();
      return run(arguments, read, application);
    } catch (ConfigurationException e) {
      e.notes().forEach(note -> err.println("cairn: " + note));
      e.problems().forEach(problem -> err.println("cairn: " + problem));
      err.println("cairn: nothing was started; " + command() + " --help lists the settings");
      return HostExit.of(e);
    } catch (ApplicationException e) {
      err.println("cairn: " + e.getMessage());
      return e.exitCode();
    }
  }

  private int run(
      List<String> arguments, EffectiveConfiguration read, DeclaredApplication application) {
    HostConfiguration configuration = read.configuration();
    boolean chosen = read.isGiven("logFormat") || read.isGiven("logLevel");
    if (configuration.nodes() > 1) {
      return runNodes(arguments, configuration, application);
    }
    ProcessLog.write(
            configuration.logFormat(),
            configuration.logLevel(),
            chosen,
            program.kind() == HostProgram.Kind.MAIN)
        .ifPresent(note -> err.println("cairn: " + note));
    ProcessLog.writeAccess(configuration.accessFile(), configuration.logFormat())
        .ifPresent(note -> err.println("cairn: " + note));
    if (configuration.stopWithInput()) {
      LifeLine.hold(System.in, LoggerFactory.getLogger("cairn"));
    }
    return serve(configuration, application);
  }

  private int runNodes(
      List<String> arguments, HostConfiguration configuration, DeclaredApplication application) {
    LocalNodes nodes =
        new LocalNodes(
            JavaCommand.ofProcess(
                surroundings.properties(), program.mainClass(), program.arguments()),
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
            wantsColours(surroundings.environment()),
            err);
    try {
      return nodes.run(NodePlan.of(arguments, configuration, application.settings()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return HostExit.FAILED;
    }
  }

  @SuppressWarnings("SystemConsoleNull") // It is null where the plain console is configured.
  private static boolean wantsColours(Map<String, String> environment) {
    Console console = System.console();
    return console != null
        && console.isTerminal()
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  private int serve(HostConfiguration configuration, DeclaredApplication application) {
    Logger log = LoggerFactory.getLogger("cairn");
    if (configuration.file() != null) {
      log.info("Settings from {}", configuration.file());
    }
    configuration.notes().forEach(log::warn);
    Path sandbox = Sandbox.directory(configuration.host());
    ServiceHost host = ServiceHost.create(configuration.host());
    ProcessEnd end = ProcessEnd.tie(host, log);
    end.beforeStop(() -> application.stop(host));
    try {
      requireFreePort(configuration.host());
      Neighbours.concern(sandbox, InetAddress.getByName(configuration.host().bindAddress))
          .ifPresent(log::warn);
      HostLauncher.start(host, application);
      ProcessLog.ofNode(host.getId());
      end.watchLog();
      tellWhere(host, log);
      new CountDownLatch(1).await();
      return HostExit.STOPPED;
    } catch (Throwable e) {
      // What a stop interrupts is no failure; the stop decides about the exit code.
      return end.untie()
          ? new StartFailure(configuration.host(), sandbox, err).explain(e)
          : HostExit.STOPPED;
    }
  }

  /** In the log; where nothing is logged, whoever has started the host should know too. */
  private void tellWhere(ServiceHost host, Logger log) {
    String text =
        "Cairn %s listening on %s (node %s, data in %s, up after %d ms)"
            .formatted(
                version(),
                host.getPublicUri(),
                host.getId(),
                Path.of(host.getStorageSandbox()),
                millisSinceStart());
    if (ProcessLog.isMissing()) {
      out.println(text);
    } else {
      log.info(text);
    }
  }

  private static long millisSinceStart() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> Utils.getSystemNowMicrosUtc() / 1000 - start.toEpochMilli())
        .orElse(-1L);
  }

  /**
   * Before the data are opened: a second start of the same host should hear about the port. The
   * probe does not listen, so that nobody takes it for a host.
   */
  private static void requireFreePort(ServiceHost.Arguments host) throws IOException {
    InetAddress address = InetAddress.getByName(host.bindAddress);
    for (int port : new int[] {host.port, host.securePort, host.peerPort}) {
      if (port > 0) {
        try (Socket probe = new Socket()) {
          probe.setReuseAddress(true);
          probe.bind(new InetSocketAddress(address, port));
        } catch (BindException e) {
          String reason = String.valueOf(e.getMessage());
          throw reason.contains("in use") ? new TakenPortException(port, reason) : e;
        }
      }
    }
  }

  private static String version() {
    String version = StartCommand.class.getPackage().getImplementationVersion();
    return version == null ? "(unpackaged)" : version;
  }

  private String command() {
    return spec == SpecArgument.NONE ? program.startCommand() : program.nodeCommand();
  }
}
