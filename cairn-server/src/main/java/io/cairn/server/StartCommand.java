// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import io.cairn.cli.CairnCommand;
import io.cairn.cli.StandardStreams;
import io.cairn.cluster.log.LogCorruptedException;
import io.cairn.cluster.log.LogLockedException;
import io.cairn.host.ServiceHost;
import io.cairn.net.UnusableCertificateException;
import io.cairn.server.examples.ExampleService;
import io.cairn.server.examples.ExampleTaskService;
import io.cairn.server.logging.EventLog;
import io.cairn.server.nodes.JavaCommand;
import io.cairn.server.nodes.LocalNodes;
import io.cairn.server.nodes.NodePlan;
import io.cairn.server.settings.ConfigurationException;
import io.cairn.server.settings.HostConfiguration;
import io.cairn.store.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code cairn start}: runs a host with the example services until the process is told to stop. */
final class StartCommand {

  private final Properties systemProperties;
  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  StartCommand(
      Properties systemProperties,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err) {
    this.systemProperties = systemProperties;
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  static StartCommand ofProcess() {
    return new StartCommand(System.getProperties(), System.getenv(), System.out, System.err);
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
      configuration = HostConfiguration.read(arguments, systemProperties, environment);
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> err.println("cairn: " + problem));
      err.println("cairn: nothing was started; cairn start --help lists the settings");
      return ServerExit.USAGE;
    }
    EventLog.write(configuration.logFormat(), configuration.logLevel());
    if (configuration.stopWithInput()) {
      LifeLine.hold(System.in, LoggerFactory.getLogger("cairn"));
    }
    if (configuration.nodes() > 1) {
      return runNodes(arguments, configuration);
    }
    try {
      serve(configuration);
      return ServerExit.STOPPED;
    } catch (Exception e) {
      return explain(e, configuration.host());
    }
  }

  private int runNodes(List<String> arguments, HostConfiguration configuration) {
    StandardStreams streams = StandardStreams.ofProcess();
    LocalNodes nodes =
        new LocalNodes(
            JavaCommand.ofProcess(systemProperties, Cairn.class),
            streams.out(),
            CairnCommand.wantsColours(environment, streams),
            streams.err());
    try {
      return nodes.run(NodePlan.of(arguments, configuration));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ServerExit.FAILED;
    }
  }

  private static void serve(HostConfiguration configuration) throws Exception {
    Logger log = LoggerFactory.getLogger("cairn");
    configuration.notes().forEach(log::warn);
    requireFreePort(configuration.host());
    ServiceHost host = open(configuration);
    ProcessEnd.tie(host, log);
    log.info(
        "Cairn {} listening on {} (node {}, data in {}, up after {} ms)",
        version(),
        host.getPublicUri(),
        host.getId(),
        Path.of(host.getStorageSandbox()),
        millisSinceStart());
    new CountDownLatch(1).await();
  }

  private static long millisSinceStart() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> System.currentTimeMillis() - start.toEpochMilli())
        .orElse(-1L);
  }

  /** A started host with the core and the example services. */
  static ServiceHost open(HostConfiguration configuration) throws IOException {
    ServiceHost host = ServiceHost.open(configuration.host());
    try {
      host.startDefaultCoreServicesSynchronously();
      host.startFactory(ExampleService.class, ExampleService::createFactory);
      host.startFactory(ExampleTaskService.class, ExampleTaskService::createFactory);
      host.startupCompleted();
      return host;
    } catch (RuntimeException e) {
      host.stop();
      throw e;
    }
  }

  /** Before the data are opened: a second start of the same host should hear about the port. */
  private static void requireFreePort(ServiceHost.Arguments host) throws IOException {
    for (int port : new int[] {host.port, host.securePort, host.peerPort}) {
      if (port > 0) {
        try (ServerSocket probe = new ServerSocket()) {
          probe.setReuseAddress(true);
          probe.bind(new InetSocketAddress(InetAddress.getByName(host.bindAddress), port));
        }
      }
    }
  }

  private int explain(Exception failure, ServiceHost.Arguments host) {
    String reason = String.valueOf(failure.getMessage());
    return switch (failure) {
      case BindException e when isTaken(e) -> {
        err.println(
            "cairn: port " + ports(host) + " of " + host.bindAddress + " is taken by another"
                + " process; stop that, or choose another with --port=N (0 takes a free one)");
        yield ServerExit.PORT_TAKEN;
      }
      case BindException e -> {
        err.println("cairn: cannot listen on " + host.bindAddress + ": " + reason
            + "; --bindAddress must be an address of this machine");
        yield ServerExit.USAGE;
      }
      case UnknownHostException e -> {
        err.println("cairn: --bindAddress=" + host.bindAddress + " is no known address");
        yield ServerExit.USAGE;
      }
      case UnusableCertificateException e -> {
        err.println("cairn: --certificateFile, --keyFile and --caFile: " + reason);
        yield ServerExit.USAGE;
      }
      case IllegalArgumentException e when reason.startsWith("nodeId is ") -> {
        err.println("cairn: --id cannot be used: " + reason);
        yield ServerExit.USAGE;
      }
      case LogLockedException e -> data("the data are in use by another process: " + reason);
      case LogCorruptedException e -> data("the data are damaged: " + reason);
      case StoreException e -> data("the index of the documents cannot be used: " + reason);
      case FileSystemException e -> data("the data cannot be used: " + e);
      case IOException e -> data("the data cannot be used: " + reason);
      default -> unexpected(failure);
    };
  }

  private int data(String text) {
    err.println("cairn: " + text);
    return ServerExit.DATA_UNUSABLE;
  }

  private int unexpected(Exception failure) {
    err.println("cairn: could not start: " + failure);
    failure.printStackTrace(err);
    return ServerExit.FAILED;
  }

  private static boolean isTaken(BindException e) {
    return String.valueOf(e.getMessage()).contains("in use");
  }

  private static String ports(ServiceHost.Arguments host) {
    return IntStream.of(host.port, host.securePort, host.peerPort)
        .filter(port -> port > 0)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(" or "));
  }

  private static String version() {
    String version = StartCommand.class.getPackage().getImplementationVersion();
    return version == null ? "(unpackaged)" : version;
  }

  private static String help() {
    return """
        Usage: cairn start [--NAME=VALUE...]
        Starts a host with the example services at /core/examples; --nodes=3 starts three.

        """
        + HostConfiguration.help()
        + """

        A value is taken from the first that has one: the command line, -Dcairn.NAME (or
        -Dxenon.NAME), the environment variable CAIRN_NAME (CAIRN_BIND_ADDRESS), the file of
        --config=FILE (lines NAME=VALUE), the default in brackets.

        Exit codes: 0 stopped, 2 wrong settings, 3 port taken, 4 data unusable, 5 log failed
        (disk full or broken), 1 anything else.
        """;
  }
}
