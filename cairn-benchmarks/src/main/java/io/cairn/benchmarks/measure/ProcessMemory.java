// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.measure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process holds in memory, in MiB. */
public final class ProcessMemory {

  private static final double KIB = 1024;
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern USED = Pattern.compile("(?m)^(?!.*(?:Meta|class )).* used (\\d+)K");
  private static final long PATIENCE_SECONDS = 60;

  private ProcessMemory() {}

  /** What of it stands in main memory; nothing where that is not told. */
  public static OptionalDouble resident(long pid) {
    try {
      return first(RESIDENT, Files.readString(Path.of("/proc", Long.toString(pid), "status")));
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }

  private static OptionalDouble first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find()
        ? OptionalDouble.of(Long.parseLong(matcher.group(1)) / KIB)
        : OptionalDouble.empty();
  }

  /** Collects a virtual machine's garbage, and tells what is left; nothing if it is none. */
  public static OptionalDouble heapAfterCollection(long pid) throws InterruptedException {
    jcmd(pid, "GC.run");
    return used(jcmd(pid, "GC.heap_info"));
  }

  /** Adds up the spaces of a heap, whichever collector it has. */
  static OptionalDouble used(String heapInfo) {
    Matcher matcher = USED.matcher(heapInfo);
    double sum = -1;
    while (matcher.find()) {
      sum = Math.max(0, sum) + Long.parseLong(matcher.group(1)) / KIB;
    }
    return sum < 0 ? OptionalDouble.empty() : OptionalDouble.of(sum);
  }

  private static String jcmd(long pid, String command) throws InterruptedException {
    String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process jcmd =
          new ProcessBuilder(program, Long.toString(pid), command)
              .redirectErrorStream(true)
              .start();
      try (InputStream in = jcmd.getInputStream()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        if (!jcmd.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          jcmd.destroyForcibly();
        }
        return text;
      }
    } catch (IOException e) {
      return "";
    }
  }
}
