// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import io.cairn.benchmarks.load.ExampleDocuments;
import io.cairn.benchmarks.load.ServiceSet;
import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.load.Workload;
import io.cairn.benchmarks.measure.ProcessUsage;
import io.cairn.benchmarks.measure.Stopwatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Cairn's hosts that form one group, each a process of its own, numbered from 0. Not thread-safe.
 */
public final class ClusterHosts implements Contender {

  /** As reports have it. */
  public static final String NAME = "Cairn";

  private static final String ID = "host-";
  private static final Duration START = Duration.ofMinutes(2);

  private final String name;
  private final Launch launch;
  private final int firstPort;
  private final String peers;
  private final List<@Nullable ServerProcess> processes = new ArrayList<>();
  private final ServiceSet services;
  private final List<String> further;
  private final Workload workload;
  private final HostClient client = new HostClient();

  /**
   * Starts them, each with the data that it left in this sandbox, if any.
   *
   * @param name as reports have it
   * @param launch how
   * @param firstPort where the first listens, the others behind it
   * @param count how many
   */
  public ClusterHosts(String name, Launch launch, int firstPort, int count)
      throws IOException, InterruptedException {
    this(name, launch, firstPort, count, ServiceSet.EXAMPLES);
  }

  /** The same with other services, which needs a launch by class path with them on it. */
  public ClusterHosts(String name, Launch launch, int firstPort, int count, ServiceSet services)
      throws IOException, InterruptedException {
    this(name, launch, firstPort, count, services, List.of());
  }

  private ClusterHosts(
      String name,
      Launch launch,
      int firstPort,
      int count,
      ServiceSet services,
      List<String> further)
      throws IOException, InterruptedException {
    this.further = further;
    this.services = services;
    this.workload = new ExampleDocuments(services);
    this.name = name;
    this.launch = launch;
    this.firstPort = firstPort;
    this.peers =
        IntStream.range(0, count)
            .mapToObj(i -> "http://127.0.0.1:" + (firstPort + i))
            .collect(Collectors.joining(","));
    for (int i = 0; i < count; i++) {
      processes.add(null);
    }
    try {
      for (int i = 0; i < count; i++) {
        start(i);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts one that asks its clients who they are.
   *
   * @param password of its administrator, {@code admin@localhost}
   */
  static ClusterHosts guarded(String name, Launch launch, int port, String password)
      throws IOException, InterruptedException {
    return new ClusterHosts(
        name,
        launch,
        port,
        1,
        ServiceSet.EXAMPLES,
        List.of("--isAuthorizationEnabled=true", "--adminPassword=" + password));
  }

  /** How many there are. */
  public int count() {
    return processes.size();
  }

  /** Where one listens. */
  public int port(int number) {
    return firstPort + number;
  }

  @Override
  public List<Integer> ports() {
    return IntStream.range(0, count()).mapToObj(this::port).toList();
  }

  /** Starts a host, with the data it had or with none; one more than there are, too. */
  public void start(int number) throws IOException, InterruptedException {
    List<String> settings = new ArrayList<>();
    settings.add("--port=" + port(number));
    settings.add("--id=" + ID + number);
    settings.add("--sandbox=" + launch.sandbox().resolve("hosts-" + firstPort));
    if (count() > 1) {
      settings.add("--peerNodes=" + peers);
    }
    settings.addAll(further);
    ServerProcess started = start(port(number), settings);
    if (number == count()) {
      processes.add(started);
    } else {
      processes.set(number, started);
    }
  }

  private ServerProcess start(int port, List<String> settings)
      throws IOException, InterruptedException {
    String log = "host-" + port + ".log";
    List<String> line = new ArrayList<>();
    if (launch.launcher().isEmpty()) {
      line.add(
          services == ServiceSet.EXAMPLES
              ? "io.cairn.server.CairnServer"
              : NotesServer.class.getName());
      line.addAll(settings);
      return ServerProcess.java(launch, launch.classPath(), port, line, log);
    }
    line.addAll(launch.pinned());
    line.addAll(List.of(launch.launcher(), "start"));
    line.addAll(settings);
    return ServerProcess.start(port, line, launch.sandbox().resolve(log), true);
  }

  /** Ends a host as a crash would. */
  public void kill(int number) throws InterruptedException {
    ServerProcess process = processes.set(number, null);
    if (process != null) {
      process.kill();
    }
  }

  /** Stops a host as an operator would. */
  public void stop(int number) {
    ServerProcess process = processes.set(number, null);
    if (process != null) {
      process.close();
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Workload workload() {
    return workload;
  }

  @Override
  public void await() throws IOException, InterruptedException {
    for (int i = 0; i < count(); i++) {
      await(i);
    }
  }

  @Override
  public int port(WorkKind work) throws InterruptedException {
    return client.port(work, ports());
  }

  @Override
  public List<Long> pids() {
    return processes.stream().filter(Objects::nonNull).map(ServerProcess::pid).toList();
  }

  /** Processor time of all hosts, in microseconds. */
  public long cpuMicros() throws IOException {
    return ProcessUsage.of(pids()).cpuMicros();
  }

  /** Waits until a host answers for its examples. */
  public void await(int number) throws IOException, InterruptedException {
    String target = further.isEmpty() ? services.factory() + "?$top=1" : "/core/health/ready";
    if (!new Stopwatch().await(START, Duration.ofMillis(5), () -> get(number, target) != null)) {
      throw new IOException("host-" + number + " never answered");
    }
  }

  /** Returns what a host answers, or null if that is no success. */
  public @Nullable String get(int number, String target) throws InterruptedException {
    return client.get(port(number), target);
  }

  /** Tells whether a host did an update. */
  public boolean patch(int number, String target, long counter) throws InterruptedException {
    return client.send(port(number), "PATCH", target, "{\"counter\":" + counter + "}") != null;
  }

  /** Returns the number of the host that owns a document, or -1 if nobody says. */
  public int owner(int asked, String target) throws InterruptedException {
    String owner = client.owner(port(asked), target);
    return owner.startsWith(ID) ? Integer.parseInt(owner.substring(ID.length())) : -1;
  }

  @Override
  public void close() {
    client.close();
    for (int i = 0; i < count(); i++) {
      stop(i);
    }
  }
}
