// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.nodes;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How this process's JVM runs a host in another process.
 *
 * @param java the executable
 * @param options of this JVM
 * @param classPath what to load
 * @param mainClass what to run
 * @param arguments what it gets before the settings
 */
public record JavaCommand(
    String java, List<String> options, String classPath, String mainClass, List<String> arguments) {
  private static final Pattern HEAP_SHARE =
      Pattern.compile("-XX:MaxRAMPercentage=([0-9]+(?:\\.[0-9]+)?)");
  private static final double DEFAULT_HEAP_SHARE = 50;

  /** The JVM, options and class path of this process. */
  public static JavaCommand ofProcess(Properties system, String mainClass, List<String> arguments) {
    return new JavaCommand(
        Path.of(system.getProperty("java.home"), "bin", "java").toString(),
        ManagementFactory.getRuntimeMXBean().getInputArguments(),
        system.getProperty("java.class.path"),
        mainClass,
        arguments);
  }

  /**
   * Starts a host.
   *
   * @param hosts how many share this machine's memory
   */
  Process start(NodePlan plan, int hosts) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words(plan, hosts)).redirectErrorStream(true);
    builder.environment().putAll(plan.environment());
    return builder.start();
  }

  List<String> words(NodePlan plan, int hosts) {
    List<String> words = new ArrayList<>();
    words.add(java);
    double share = DEFAULT_HEAP_SHARE;
    for (String option : options) {
      Matcher heap = HEAP_SHARE.matcher(option);
      if (heap.matches()) {
        share = Double.parseDouble(heap.group(1));
      } else if (!option.startsWith("-agentlib:jdwp")) { // Its port can be had once.
        words.add(option);
      }
    }
    words.add(String.format(Locale.ROOT, "-XX:MaxRAMPercentage=%.2f", share / hosts));
    words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath, mainClass));
    words.addAll(arguments);
    words.addAll(plan.arguments());
    return List.copyOf(words);
  }
}
