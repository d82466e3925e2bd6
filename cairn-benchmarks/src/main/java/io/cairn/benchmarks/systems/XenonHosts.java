// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import io.cairn.benchmarks.load.ExampleDocuments;
import io.cairn.benchmarks.load.ServiceSet;
import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.load.Workload;
import io.cairn.benchmarks.measure.Stopwatch;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Hosts of Xenon 1.6.14.1 with the example service of its own jar: persisted, replicated to all,
 * its updates ordered by an owner. It answers before anything is on disk.
 */
public final class XenonHosts implements Contender {

  /** As reports have it. */
  public static final String NAME = "Xenon";

  private static final String MAIN = "com.vmware.xenon.services.common.ExampleServiceHost";
  private static final String NOTES = "xenon/NotesHost.java.txt";
  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** What its Kryo reaches into, on a JDK that guards it. */
  private static final List<String> OPENS =
      List.of(
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
          "--add-opens=java.base/java.net=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED");

  private final Installed.Xenon installed;
  private final Launch launch;
  private final int firstPort;
  private final int count;
  private final List<ServerProcess> processes = new ArrayList<>();
  private final ServiceSet services;
  private final String classPath;
  private final Workload workload;
  private final HostClient client = new HostClient();

  /** Starts so many; each with the data that it left in this sandbox, if any. */
  public XenonHosts(Installed.Xenon installed, Launch launch, int firstPort, int count)
      throws IOException, InterruptedException {
    this(installed, launch, firstPort, count, ServiceSet.EXAMPLES);
  }

  /** The same with other services. */
  public XenonHosts(
      Installed.Xenon installed, Launch launch, int firstPort, int count, ServiceSet services)
      throws IOException, InterruptedException {
    this.services = services;
    this.workload = new ExampleDocuments(services);
    this.classPath =
        services == ServiceSet.EXAMPLES
            ? installed.classPath()
            : installed.classPath() + File.pathSeparator + installed.compiled(NOTES, launch);
    this.installed = installed;
    this.launch = launch;
    this.firstPort = firstPort;
    this.count = count;
    try {
      start();
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void start() throws IOException, InterruptedException {
    String peers =
        IntStream.range(0, count)
            .mapToObj(i -> "http://127.0.0.1:" + (firstPort + i))
            .collect(Collectors.joining(","));
    for (int i = 0; i < count; i++) {
      List<String> line = new ArrayList<>(launch.pinned());
      line.add(installed.java().toString());
      line.addAll(launch.heap());
      line.addAll(OPENS);
      line.addAll(
          List.of(
              "-cp",
              classPath,
              services == ServiceSet.EXAMPLES ? MAIN : "notes.NotesHost",
              "--port=" + (firstPort + i),
              "--id=xenon-" + i,
              "--sandbox=" + launch.sandbox().resolve("xenon-" + firstPort)));
      if (count > 1) {
        line.add("--peerNodes=" + peers);
      }
      processes.add(
          ServerProcess.start(
              firstPort + i,
              line,
              launch.sandbox().resolve("xenon-" + firstPort + "-" + i + ".log"),
              true));
    }
  }

  /** Stops all, as an operator would, and starts them with their data. */
  public void restart() throws IOException, InterruptedException {
    processes.forEach(ServerProcess::close);
    processes.clear();
    start();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Long> pids() {
    return processes.stream().map(ServerProcess::pid).toList();
  }

  @Override
  public List<Integer> ports() {
    return IntStream.range(firstPort, firstPort + count).boxed().toList();
  }

  @Override
  public Workload workload() {
    return workload;
  }

  @Override
  public void await() throws IOException, InterruptedException {
    Stopwatch waiting = new Stopwatch();
    for (int port : ports()) {
      if (!waiting.await(START, PAUSE, () -> client.members(port).size() == count)) {
        throw new IOException("Xenon at port " + port + " does not see all of its group");
      }
    }
    if (!waiting.await(START, PAUSE, this::isAvailable)) {
      throw new IOException("Xenon's examples did not become available");
    }
  }

  /** A factory is available at the host that owns it, and nowhere else. */
  private boolean isAvailable() throws InterruptedException {
    for (int port : ports()) {
      if (client.get(port, services.factory() + "/available") != null) {
        return true;
      }
    }
    return false;
  }

  @Override
  public int port(WorkKind work) throws InterruptedException {
    return client.port(work, ports());
  }

  @Override
  public void close() {
    client.close();
    processes.forEach(ServerProcess::close);
  }
}
