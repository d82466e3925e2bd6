// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import io.cairn.cli.CairnCommand;
import io.cairn.cli.StandardStreams;
import io.cairn.runtime.Sandbox;
import io.cairn.server.exit.ServerExit;
import io.cairn.server.logging.EventLog;
import io.cairn.server.nodes.JavaCommand;
import io.cairn.server.nodes.LocalNodes;
import io.cairn.server.nodes.NodePlan;
import io.cairn.server.settings.ConfigurationException;
import io.cairn.server.settings.EffectiveConfiguration;
import io.cairn.server.settings.HostConfiguration;
import io.cairn.server.settings.ProcessSurroundings;
import io.cairn.server.settings.SpecArgument;
import io.cairn.service.ServiceHost;
import io.cairn.service.Utils;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.examples.ExampleTaskService;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code cairn start} and {@code cairn node}: run a host with the example services until the
 * process is told to stop. They differ in that a node's ports and name are one argument.
 */
final class StartCommand {

  private final SpecArgument spec;
  private final ProcessSurroundings surroundings;
  private final PrintStream out;
  private final PrintStream err;

  private StartCommand(SpecArgument spec) {
    this.spec = spec;
    this.surroundings = ProcessSurroundings.ofProcess();
    this.out = System.out;
    this.err = System.err;
  }

  /** {@code cairn start}. */
  static StartCommand ofHost() {
    return new StartCommand(SpecArgument.NONE);
  }

  /** {@code cairn node}. */
  static StartCommand ofNode() {
    return new StartCommand(SpecArgument.REQUIRED);
  }

  /**
   * Runs a host. Returns only when that fails; the process ends by a signal otherwise.
   *
   * @return one of {@link ServerExit}'s numbers
   */
  int run(List<String> arguments) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      out.print(help());
      return ServerExit.STOPPED;
    }
    HostConfiguration configuration;
    try {
      configuration = EffectiveConfiguration.read(spec, arguments, surroundings).configuration();
    } catch (ConfigurationException e) {
      e.notes().forEach(note -> err.println("cairn: " + note));
      e.problems().forEach(problem -> err.println("cairn: " + problem));
      err.println("cairn: nothing was started; " + command() + " --help lists the settings");
      return ServerExit.of(e);
    }
    EventLog.write(configuration.logFormat(), configuration.logLevel());
    if (configuration.stopWithInput()) {
      LifeLine.hold(System.in, LoggerFactory.getLogger("cairn"));
    }
    if (configuration.nodes() > 1) {
      return runNodes(arguments, configuration);
    }
    return serve(configuration);
  }

  private int runNodes(List<String> arguments, HostConfiguration configuration) {
    StandardStreams streams = StandardStreams.ofProcess();
    LocalNodes nodes =
        new LocalNodes(
            JavaCommand.ofProcess(surroundings.properties(), Cairn.class),
            streams.out(),
            CairnCommand.wantsColours(surroundings.environment(), streams),
            streams.err());
    try {
      return nodes.run(NodePlan.of(arguments, configuration));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ServerExit.FAILED;
    }
  }

  private int serve(HostConfiguration configuration) {
    Logger log = LoggerFactory.getLogger("cairn");
    if (configuration.file() != null) {
      log.info("Settings from {}", configuration.file());
    }
    configuration.notes().forEach(log::warn);
    Path sandbox = Sandbox.directory(configuration.host());
    ServiceHost host = ServiceHost.create(configuration.host());
    ProcessEnd end = ProcessEnd.tie(host, log);
    try {
      requireFreePort(configuration.host());
      Neighbours.concern(sandbox, InetAddress.getByName(configuration.host().bindAddress))
          .ifPresent(log::warn);
      start(host);
      end.watchLog();
      log.info(
          "Cairn {} listening on {} (node {}, data in {}, up after {} ms)",
          version(),
          host.getPublicUri(),
          host.getId(),
          Path.of(host.getStorageSandbox()),
          millisSinceStart());
      new CountDownLatch(1).await();
      return ServerExit.STOPPED;
    } catch (Exception e) {
      // What a stop interrupts is no failure; the stop decides about the exit code.
      return end.untie()
          ? new StartFailure(configuration.host(), sandbox, err).explain(e)
          : ServerExit.STOPPED;
    }
  }

  private static long millisSinceStart() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> Utils.getSystemNowMicrosUtc() / 1000 - start.toEpochMilli())
        .orElse(-1L);
  }

  /** A started host with the core and the example services. */
  static ServiceHost open(HostConfiguration configuration) throws IOException {
    ServiceHost host = ServiceHost.create(configuration.host());
    start(host);
    return host;
  }

  private static void start(ServiceHost host) throws IOException {
    try {
      host.start();
      host.startDefaultCoreServicesSynchronously();
      host.startFactory(ExampleService.class, ExampleService::createFactory);
      host.startFactory(ExampleTaskService.class, ExampleTaskService::createFactory);
      host.startupCompleted();
    } catch (IOException | RuntimeException | Error e) {
      host.stop();
      throw e;
    } catch (Throwable e) {
      host.stop();
      throw new IllegalStateException(e);
    }
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
    return spec == SpecArgument.NONE ? "cairn start" : "cairn node";
  }

  private String help() {
    return (spec == SpecArgument.NONE ? HelpTexts.START : HelpTexts.NODE)
        + HostConfiguration.help()
        + HelpTexts.SOURCES;
  }
}
