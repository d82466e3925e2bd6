// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Counts the system calls of processes with {@code perf stat}, from when it is opened until it is
 * asked. Needs the rights for that (root, or a lax {@code perf_event_paranoid}). Not thread-safe.
 */
public final class SystemCalls implements AutoCloseable {

  private static final String ALL = "raw_syscalls:sys_enter";
  private static final String FSYNC = "syscalls:sys_enter_fsync";
  private static final String FDATASYNC = "syscalls:sys_enter_fdatasync";
  private static final byte[] GO = "counting\n".getBytes(StandardCharsets.US_ASCII);
  private static final long PATIENCE_SECONDS = 20;

  private final Process perf;
  private final BufferedReader echo;
  private final Path output;

  private SystemCalls(Process perf, Path output) {
    this.perf = perf;
    this.echo = perf.inputReader(StandardCharsets.US_ASCII);
    this.output = output;
  }

  /**
   * What was counted.
   *
   * @param calls all system calls
   * @param syncs those of {@code fsync} and {@code fdatasync}
   */
  public record Counted(long calls, long syncs) {}

  /** Whether system calls can be counted here. */
  public static boolean areCountable() {
    try (SystemCalls probe = open(List.of(ProcessHandle.current().pid())).orElse(null)) {
      return probe != null && probe.counted().isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  /** Begins to count; nothing if that cannot be done here. */
  public static Optional<SystemCalls> open(Collection<Long> pids) throws IOException {
    Path output = Files.createTempFile("syscalls", ".csv");
    String ids = pids.stream().map(pid -> Long.toString(pid)).collect(Collectors.joining(","));
    List<String> line =
        new ArrayList<>(List.of("perf", "stat", "-x", ",", "-o", output.toString()));
    for (String event : List.of(ALL, FSYNC, FDATASYNC)) {
      line.addAll(List.of("-e", event));
    }
    // Counting begins when the command does and ends with it: cat echoes a line, then waits.
    line.addAll(List.of("-p", ids, "--", "cat"));
    try {
      Process perf =
          new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      SystemCalls counter = new SystemCalls(perf, output);
      if (counter.begins()) {
        return Optional.of(counter);
      }
      counter.close();
    } catch (IOException e) {
      Files.deleteIfExists(output); // there is no perf
    }
    return Optional.empty();
  }

  private boolean begins() {
    try {
      perf.getOutputStream().write(GO);
      perf.getOutputStream().flush();
      return echo.readLine() != null;
    } catch (IOException e) {
      return false; // it refused, and has ended
    }
  }

  /** Ends the counting and tells what came of it; nothing if it was refused after all. */
  public Optional<Counted> counted() throws IOException {
    perf.getOutputStream().close();
    try {
      if (!perf.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return Optional.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
    return parse(Files.readAllLines(output));
  }

  /** Reads lines such as {@code 8709,,raw_syscalls:sys_enter,200,100.00,,}. */
  static Optional<Counted> parse(List<String> lines) {
    long calls = -1;
    long syncs = 0;
    for (String line : lines) {
      String[] fields = line.split(",", -1);
      if (fields.length > 2 && fields[0].matches("\\d+")) {
        long count = Long.parseLong(fields[0]);
        switch (fields[2]) {
          case ALL -> calls = count;
          case FSYNC, FDATASYNC -> syncs += count;
          default -> {}
        }
      }
    }
    return calls < 0 ? Optional.empty() : Optional.of(new Counted(calls, syncs));
  }

  @Override
  public void close() throws IOException {
    perf.destroy();
    try (InputStream _ = perf.getInputStream()) {
      Files.deleteIfExists(output);
    }
  }
}
