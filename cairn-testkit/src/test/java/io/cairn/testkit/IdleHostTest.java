// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.awaitility.Awaitility.await;

import io.cairn.service.ServiceHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that has nothing to do sleeps: the kernel's counts say how often its threads wake. A timer
 * that ticks for nothing never lets this pass. Replica sets of one node have nobody to beat for.
 */
@EnabledOnOs(OS.LINUX)
@Tag("process")
class IdleHostTest {

  /** Starts nothing. */
  public static final class Nothing implements HostSetup {
    @Override
    public void startServices(ServiceHost host) {}
  }

  /** How often the threads of one name may wake in a second, where the name is none of these. */
  private static final double AT_MOST = 0.5;

  private static final Map<String, Double> EXCEPT =
      Map.of(
          "cairn-groups", 1.0, // looks every two seconds whether all is well
          "cairn-timer", 2.0); // sweeps once a second, and now and then takes figures

  private final TestStopwatch watch = new TestStopwatch();
  private Map<String, Long> before = Map.of();
  private long beforeNanos;
  private final Map<String, Double> tooOften = new TreeMap<>();

  @Test
  void aHostWithoutWorkSleeps(@TempDir Path directory) {
    try (ProcessHost host = new ProcessHost(Nothing.class, directory, "-Xmx256m").start()) {
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofSeconds(5))
          .until(() -> isQuiet(host.pid()));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("wake-ups a second: " + tooOften, e);
    }
  }

  /** Whether since the last call no thread of the host woke more often than it may. */
  private boolean isQuiet(long pid) throws IOException {
    Map<String, Long> now = wakeUps(pid);
    long nanos = watch.nanos();
    double seconds = (nanos - beforeNanos) / (double) TimeUnit.SECONDS.toNanos(1);
    boolean measured = !before.isEmpty();
    tooOften.clear();
    now.forEach(
        (name, count) -> {
          double rate = (count - before.getOrDefault(name, 0L)) / seconds;
          if (rate > EXCEPT.getOrDefault(name, AT_MOST)) {
            tooOften.put(name, rate);
          }
        });
    before = now;
    beforeNanos = nanos;
    return measured && tooOften.isEmpty();
  }

  /** By the names of threads, without their numbers. */
  private static Map<String, Long> wakeUps(long pid) throws IOException {
    Map<String, Long> counts = new HashMap<>();
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads.toList()) {
        String status = status(thread);
        String name = field(status, "Name:").replaceAll("[-0-9]*$", "");
        if (name.startsWith("cairn-")) {
          counts.merge(
              name, Long.parseLong(field(status, "\nvoluntary_ctxt_switches:")), Long::sum);
        }
      }
    }
    return counts;
  }

  private static String status(Path thread) throws IOException {
    try {
      return Files.readString(thread.resolve("status"));
    } catch (NoSuchFileException ended) {
      return "Name: ended\n";
    }
  }

  private static String field(String status, String name) {
    int from = status.indexOf(name) + name.length();
    return status.substring(from, status.indexOf('\n', from)).strip();
  }
}
