// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.measure;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the threads of some processes have used since they began, from {@code /proc}; nothing where
 * there is no such directory. Immutable.
 */
public final class ProcessUsage {

  private static final long MICROS = 1_000;
  private static final Pattern SWITCHES =
      Pattern.compile("^(?:non)?voluntary_ctxt_switches:\\s+(\\d+)$", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("^Name:\\s+(.*)$", Pattern.MULTILINE);

  /** A virtual machine's compilers, whose work fades while it warms up. */
  private static final Pattern COMPILER = Pattern.compile("C[12] Comp.*");

  private final Map<Long, ThreadUsage> threads;

  private ProcessUsage(Map<Long, ThreadUsage> threads) {
    this.threads = threads;
  }

  /**
   * What one thread, or threads of one name, have used.
   *
   * @param name as the kernel has it, at most 15 characters
   * @param cpuNanos processor time, of user and kernel
   * @param switches how often it was taken off a processor
   */
  public record ThreadUsage(String name, long cpuNanos, long switches) {
    boolean compiles() {
      return COMPILER.matcher(name).matches();
    }

    private ThreadUsage plus(ThreadUsage other) {
      return new ThreadUsage(name, cpuNanos + other.cpuNanos, switches + other.switches);
    }

    private ThreadUsage minus(ThreadUsage other) {
      return new ThreadUsage(name, cpuNanos - other.cpuNanos, switches - other.switches);
    }
  }

  /** Reads what the processes of these ids have used so far. */
  public static ProcessUsage of(Collection<Long> pids) throws IOException {
    Map<Long, ThreadUsage> threads = new HashMap<>();
    for (long pid : pids) {
      Path tasks = Path.of("/proc", Long.toString(pid), "task");
      if (Files.exists(tasks)) {
        try (DirectoryStream<Path> each = Files.newDirectoryStream(tasks)) {
          for (Path task : each) {
            read(task, threads);
          }
        }
      }
    }
    return new ProcessUsage(threads);
  }

  private static void read(Path task, Map<Long, ThreadUsage> threads) {
    try {
      String status = Files.readString(task.resolve("status"));
      String schedule = Files.readString(task.resolve("schedstat"));
      threads.put(Long.parseLong(task.getFileName().toString()), parse(status, schedule));
    } catch (IOException e) {
      // It has ended meanwhile, and what it used counts no more.
    }
  }

  static ThreadUsage parse(String status, String schedule) {
    Matcher name = NAME.matcher(status);
    Matcher switches = SWITCHES.matcher(status);
    long sum = 0;
    while (switches.find()) {
      sum += Long.parseLong(switches.group(1));
    }
    long nanos = Long.parseLong(schedule.substring(0, schedule.indexOf(' ')));
    return new ThreadUsage(name.find() ? name.group(1) : "", nanos, sum);
  }

  /** What was used since an earlier reading of the same processes. */
  public ProcessUsage since(ProcessUsage earlier) {
    Map<Long, ThreadUsage> used = new HashMap<>();
    threads.forEach(
        (id, usage) -> {
          ThreadUsage before = earlier.threads.get(id);
          used.put(id, before == null ? usage : usage.minus(before));
        });
    return new ProcessUsage(used);
  }

  /** Processor time of all threads but compilers, in microseconds. */
  public long cpuMicros() {
    return cpuMicros(false);
  }

  /** Processor time of the threads that compile, in microseconds. */
  public long compilerMicros() {
    return cpuMicros(true);
  }

  private long cpuMicros(boolean compilers) {
    return threads.values().stream()
            .filter(thread -> thread.compiles() == compilers)
            .mapToLong(ThreadUsage::cpuNanos)
            .sum()
        / MICROS;
  }

  /** How often a thread that does not compile was taken off a processor. */
  public long switches() {
    return threads.values().stream()
        .filter(thread -> !thread.compiles())
        .mapToLong(ThreadUsage::switches)
        .sum();
  }

  /** The same by the names of threads without their numbers, the most switches first. */
  public List<ThreadUsage> byName() {
    Map<String, ThreadUsage> names = new TreeMap<>();
    for (ThreadUsage thread : threads.values()) {
      String name = thread.compiles() ? "compilers" : thread.name().replaceAll("[-# ]*\\d+.*$", "");
      names.merge(name, new ThreadUsage(name, thread.cpuNanos, thread.switches), ThreadUsage::plus);
    }
    List<ThreadUsage> sorted = new ArrayList<>(names.values());
    sorted.sort((a, b) -> Long.compare(b.switches, a.switches));
    return sorted;
  }
}
