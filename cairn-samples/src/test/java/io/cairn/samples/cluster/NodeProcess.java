// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.cluster;

import io.cairn.server.CairnCommands;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.ProcessHost;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node that was started by a node specification, in a process of its own. */
final class NodeProcess implements AutoCloseable {

  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
  private static final long STOP_SECONDS = 30;

  private final String name;
  private final String specification;
  private final int appPort;
  private final int opPort;
  private final HttpProbe probe;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private @Nullable Process process;

  NodeProcess(int id) {
    name = "node" + id;
    opPort = ProcessHost.freePort();
    appPort = ProcessHost.freePort();
    specification = "%d:%s:%s:localhost:%d:%d".formatted(id, name, id == 1, opPort, appPort);
    probe = new HttpProbe(URI.create("http://localhost:" + appPort), REQUEST_LIMIT);
  }

  String name() {
    return name;
  }

  /** Where peers reach it, as a list of seeds names it. */
  String seed() {
    return "localhost:" + opPort;
  }

  NodeProcess start(Path configuration, Path data) throws IOException {
    lines.clear();
    Process started =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CairnCommands.class.getName(),
                "node",
                specification,
                "--config=" + configuration,
                "--sandbox=" + data)
            .redirectErrorStream(true)
            .start();
    process = started;
    Thread.ofPlatform().daemon().start(() -> read(started));
    return this;
  }

  private void read(Process from) {
    try (BufferedReader reader = from.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException killed) {
      lines.add(killed.toString());
    }
  }

  /** What it has written since its last start. */
  List<String> lines() {
    return new ArrayList<>(lines);
  }

  /** What it says of itself and has written, for messages about failures. */
  String picture() {
    StringBuilder picture = new StringBuilder();
    for (String path :
        List.of("/core/health/ready", "/core/cluster", "/core/node-groups/default")) {
      try {
        picture.append(send("GET", path, null)).append('\n');
      } catch (IOException e) {
        picture.append(path).append(": ").append(e).append('\n');
      }
    }
    return picture.append(String.join("\n", lines)).toString();
  }

  /** The calls that its application heard of, in order. */
  List<String> calls() {
    return lines.stream()
        .filter(line -> line.contains("ClusterJournal"))
        .map(line -> line.replaceFirst(".*ClusterJournal\\S*\\s+(- )?", ""))
        .toList();
  }

  /** Sends a request; status 0 if there was no answer. */
  int status(String verb, String path, String body) {
    try {
      return send(verb, path, body).status();
    } catch (IOException e) {
      return 0;
    }
  }

  Answer send(String verb, String path, @Nullable String body) throws IOException {
    return probe.send(verb, path, body);
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    Process running = process;
    if (running != null) {
      running.toHandle().destroyForcibly();
      running.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** SIGTERM; returns the exit code. */
  int terminate() throws InterruptedException {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    running.toHandle().destroy();
    if (!running.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError(name + " does not end:\n" + String.join("\n", lines));
    }
    return running.exitValue();
  }

  @Override
  public void close() {
    Process running = process;
    if (running != null) {
      running.toHandle().destroyForcibly();
    }
    probe.close();
  }
}
